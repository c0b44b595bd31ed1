package io.breakwater.perf.stall;

import io.breakwater.config.Appliance;
import io.breakwater.config.Journal;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.perf.traffic.ConfigurationFolder;
import io.breakwater.perf.traffic.Workload;
import io.breakwater.perf.traffic.WorkloadConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A workload's configuration as an operator's files, one for each tenant, in two versions that
 * differ in every tenant: the weights of its tunnels.
 */
record WorkloadFiles(Path folder) {

  private static final int VERSIONS = 2;
  private static final long JOURNAL_BYTES = 64L << 20;

  /** Writes both versions into a folder. */
  static WorkloadFiles write(Workload workload, int core, Path folder) throws IOException {
    Appliance configuration = WorkloadConfiguration.of(workload, core);
    WorkloadFiles files = new WorkloadFiles(folder);
    for (int version = 0; version < VERSIONS; version++) {
      ConfigurationFolder.write(
          withWeights(configuration, version + 1), Files.createDirectories(files.of(version)));
    }
    return files;
  }

  /** The main file of a version, 0 or 1. */
  Path main(int version) {
    return of(version).resolve("appliance.yaml");
  }

  private Path of(int version) {
    return folder.resolve("version-" + version);
  }

  private static Appliance withWeights(Appliance appliance, int weight) {
    SortedMap<String, Tenant> tenants = new TreeMap<>();
    for (Tenant tenant : appliance.tenants().values()) {
      var tunnels =
          tenant.tunnels().stream()
              .map(tunnel ->
                  new Tunnel(
                      tunnel.name(),
                      tunnel.local(),
                      tunnel.remote(),
                      tunnel.priority(),
                      weight,
                      tunnel.key(),
                      tunnel.mtuBytes(),
                      tunnel.outer(),
                      tunnel.fit(),
                      tunnel.health()))
              .toList();
      tenants.put(
          tenant.name(), new Tenant(tenant.name(), tenant.prefixes(), tunnels, tenant.egress()));
    }
    return new Appliance(
        appliance.name(),
        appliance.workers(),
        appliance.ports(),
        appliance.endpoints(),
        appliance.synCookieSecret(),
        appliance.bogonsDropped(),
        appliance.limits(),
        new Journal(Optional.empty(), JOURNAL_BYTES),
        tenants);
  }
}
