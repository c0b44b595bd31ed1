package io.breakwater.perf.traffic;

import io.breakwater.config.Appliance;
import io.breakwater.config.Gateway;
import io.breakwater.config.Limits;
import io.breakwater.config.Port;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.config.TunnelHealth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A configuration as the files that an operator would write: {@code appliance.yaml}, and one file
 * for each tenant in {@code tenants.d}. What {@code ConfigurationFiles} reads from them is the
 * configuration again.
 *
 * <p>Not written, since no workload has them: VLAN tags, a SYN-cookie secret, dropped bogons.
 */
public final class ConfigurationFolder {

  private static final String TENANTS = "tenants.d";

  private ConfigurationFolder() {}

  /**
   * Writes all files.
   *
   * @param folder which is there
   * @return the main file
   */
  public static Path write(Appliance appliance, Path folder) throws IOException {
    Path tenants = Files.createDirectories(folder.resolve(TENANTS));
    for (Tenant tenant : appliance.tenants().values()) {
      Files.writeString(tenants.resolve(tenant.name() + ".yaml"), text(tenant));
    }
    return Files.writeString(folder.resolve("appliance.yaml"), text(appliance));
  }

  private static String text(Appliance appliance) {
    StringBuilder yaml = new StringBuilder();
    yaml.append("appliance: ").append(quoted(appliance.name())).append('\n');
    yaml.append("workers: {cores: ").append(appliance.workers()).append("}\nports:\n");
    appliance.ports().forEach(port -> append(yaml, port));
    yaml.append("anycast:\n  endpoints: ").append(list(appliance.endpoints())).append('\n');
    Limits limits = appliance.limits();
    yaml.append("limits: {tenants: ").append(limits.tenants());
    yaml.append(", tunnels: ").append(limits.tunnels());
    yaml.append(", prefixes: ").append(limits.prefixes());
    yaml.append(", neighbours: ").append(limits.neighbours());
    yaml.append(", packets: ").append(limits.packets()).append("}\njournal: {");
    appliance
        .journal()
        .directory()
        .ifPresent(directory ->
            yaml.append("directory: ").append(quoted(directory.toString())).append(", "));
    yaml.append("size: ").append(appliance.journal().sizeMaxBytes() >> 20).append("MiB}\n");
    return yaml.append("tenants: ").append(TENANTS).append("/\n").toString();
  }

  private static void append(StringBuilder yaml, Port port) {
    yaml.append("  - name: ").append(quoted(port.name())).append('\n');
    yaml.append("    device: ").append(quoted(port.device())).append('\n');
    yaml.append("    mtu: ").append(port.mtuBytes()).append('\n');
    yaml.append("    addresses: ").append(list(port.addresses())).append('\n');
    yaml.append("    gateways:\n");
    for (Gateway gateway : port.gateways()) {
      yaml.append("      - address: ").append(quoted(gateway.address().toString())).append('\n');
      gateway
          .mac()
          .ifPresent(
              mac -> yaml.append("        mac: ").append(quoted(mac.toString())).append('\n'));
      yaml.append("        routes: ").append(list(gateway.routes())).append('\n');
    }
  }

  private static String text(Tenant tenant) {
    StringBuilder yaml = new StringBuilder();
    yaml.append("prefixes: ").append(list(tenant.prefixes())).append("\ntunnels:\n");
    for (Tunnel tunnel : tenant.tunnels()) {
      yaml.append("  - {name: ").append(quoted(tunnel.name()));
      yaml.append(", local: ").append(quoted(tunnel.local()));
      yaml.append(", remote: ").append(quoted(tunnel.remote()));
      yaml.append(", priority: ").append(tunnel.priority());
      yaml.append(", weight: ").append(tunnel.weight());
      tunnel.key().ifPresent(key -> yaml.append(", key: ").append(key));
      tunnel.mtuBytes().ifPresent(mtu -> yaml.append(", mtu: ").append(mtu));
      yaml.append(", health: ").append(health(tunnel.health())).append("}\n");
    }
    return yaml.append("egress: ").append(tenant.egress()).append('\n').toString();
  }

  private static String health(TunnelHealth health) {
    String text = "{probe: " + health.probe() + ", rate: " + health.rate();
    String target = health.target().map(address -> ", target: " + quoted(address)).orElse("");
    return text.toLowerCase(Locale.ROOT) + target + "}";
  }

  private static String list(List<?> values) {
    return values.stream()
        .map(ConfigurationFolder::quoted)
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /** What stands here holds no quotes and no backslashes. */
  private static String quoted(Object value) {
    return '"' + value.toString() + '"';
  }
}
