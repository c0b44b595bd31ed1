package io.breakwater.perf.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.config.Appliance;
import io.breakwater.config.Journal;
import io.breakwater.config.source.ConfigurationFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationFolderTest {

  @Test
  void shouldBeReadAsWhatWasWritten(@TempDir Path folder) throws Exception {
    Appliance written =
        WorkloadConfiguration.of(
            Workload.of(1_000, 10_000, 42),
            "bed-1",
            List.of(1, 2),
            "net_memif0,role=server,socket=/tmp/a b/memif.sock",
            1_500,
            Workload.ROUTER_MAC,
            new Journal(Optional.of(folder.resolve("journal")), 16L << 20));

    ConfigurationFiles.Result read =
        ConfigurationFiles.load(ConfigurationFolder.write(written, folder));

    assertEquals(List.of(), read.problems());
    assertEquals(written, read.configuration().orElseThrow());
  }

  @Test
  void shouldSayWhatItsDefaultsAreToo(@TempDir Path folder) throws Exception {
    Appliance written = WorkloadConfiguration.of(Workload.of(1, 1, 1), 0);
    Path main = ConfigurationFolder.write(withJournal(written, Journal.DEFAULT), folder);

    assertEquals(
        Optional.of(withJournal(written, Journal.DEFAULT)),
        ConfigurationFiles.load(main).configuration());
  }

  private static Appliance withJournal(Appliance appliance, Journal journal) {
    return new Appliance(
        appliance.name(),
        appliance.workers(),
        appliance.ports(),
        appliance.endpoints(),
        appliance.synCookieSecret(),
        appliance.bogonsDropped(),
        appliance.limits(),
        journal,
        appliance.tenants());
  }
}
