package io.breakwater.perf.stall;

import io.breakwater.config.Appliance;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.perf.traffic.Workload;
import io.breakwater.perf.traffic.WorkloadConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * A workload's configuration as an operator's files, one for each tenant, in two versions that
 * differ in every tenant: the weights of its tunnels.
 */
record WorkloadFiles(Path folder) {

  private static final int VERSIONS = 2;

  /** Writes both versions into a folder. */
  static WorkloadFiles write(Workload workload, int core, Path folder) throws IOException {
    Appliance configuration = WorkloadConfiguration.of(workload, core);
    WorkloadFiles files = new WorkloadFiles(folder);
    for (int version = 0; version < VERSIONS; version++) {
      Path tenants = folder.resolve("tenants-" + version);
      Files.createDirectories(tenants);
      Files.writeString(files.main(version), mainText(configuration, tenants, core));
      for (Tenant tenant : configuration.tenants().values()) {
        Files.writeString(tenants.resolve(tenant.name() + ".yaml"), text(tenant, version + 1));
      }
    }
    return files;
  }

  /** The main file of a version, 0 or 1. */
  Path main(int version) {
    return folder.resolve("appliance-" + version + ".yaml");
  }

  private static String mainText(Appliance configuration, Path tenants, int core) {
    var port = configuration.ports().getFirst();
    var own = port.addresses().getFirst();
    var gateway = port.gateways().getFirst();
    return """
    appliance: stalls
    workers: {cores: [%d]}
    ports:
      - name: uplink
        device: net_null0
        addresses: [%s/%d]
        gateways:
          - {address: %s, mac: "%s"}
    anycast:
      endpoints: [%s]
    tenants: %s/
    """
        .formatted(
            core,
            own.address(),
            own.subnet().length(),
            gateway.address(),
            gateway.mac().orElseThrow(),
            configuration.endpoints().getFirst(),
            tenants.getFileName());
  }

  private static String text(Tenant tenant, int weight) {
    return """
    prefixes: [%s]
    tunnels:
    %s
    egress: true
    """
        .formatted(
            tenant.prefixes().stream().map(Object::toString).collect(Collectors.joining(", ")),
            tenant.tunnels().stream()
                .map(tunnel -> text(tunnel, weight))
                .collect(Collectors.joining("\n")));
  }

  private static String text(Tunnel tunnel, int weight) {
    String key = tunnel.key().isPresent() ? ", key: " + tunnel.key().getAsLong() : "";
    return "  - {name: %s, local: %s, remote: %s, priority: %d, weight: %d%s}"
        .formatted(tunnel.name(), tunnel.local(), tunnel.remote(), tunnel.priority(), weight, key);
  }
}
