package io.breakwater.perf.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.ExitStatus;
import io.breakwater.appliance.control.ControlSocketPath;
import io.breakwater.config.Appliance;
import io.breakwater.config.Journal;
import io.breakwater.perf.traffic.ConfigurationFolder;
import io.breakwater.perf.traffic.Workload;
import io.breakwater.perf.traffic.WorkloadConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplianceProcessTest {

  private static final String NAME = "process-test-" + ProcessHandle.current().pid();

  @TempDir private Path folder;

  private CommandException startOn(String device) throws Exception {
    Appliance configuration =
        WorkloadConfiguration.of(
            Workload.of(1, 1, 1),
            NAME,
            List.of(0),
            device,
            1_500,
            Workload.ROUTER_MAC,
            new Journal(Optional.of(folder.resolve("journal")), 16L << 20));
    Path main = ConfigurationFolder.write(configuration, folder);
    ApplianceProcess process = ApplianceProcess.start(NAME, main, List.of());
    try {
      return assertThrows(CommandException.class, () -> process.awaitReady(device));
    } finally {
      process.kill();
      assertFalse(Files.exists(ControlSocketPath.of(NAME)));
    }
  }

  @Test
  void shouldSayInOneSentenceThatALinkCannotBe() throws Exception {
    CommandException refused = startOn("net_carrier_pigeon0,wing=left");

    assertEquals(ExitStatus.WRONG_INPUT, refused.exitStatus(), refused::getMessage);
    assertTrue(
        refused.getMessage().startsWith("the link cannot be used: rte_eal_hotplug_add failed: "),
        refused::getMessage);
    assertEquals(1, refused.getMessage().lines().count(), refused::getMessage);
  }

  @Test
  void shouldKeepTheLogOfAnApplianceThatFailsOtherwise() throws Exception {
    Files.writeString(folder.resolve("journal"), "in the way");
    CommandException failed = startOn("net_null0");

    assertEquals(ExitStatus.FAILED, failed.exitStatus(), failed::getMessage);
    String kept = failed.getMessage().replaceAll("(?s).* log=(\\S+) .*", "$1");
    assertTrue(Files.size(Path.of(kept)) > 0, failed::getMessage);
    Files.delete(Path.of(kept));
  }
}
