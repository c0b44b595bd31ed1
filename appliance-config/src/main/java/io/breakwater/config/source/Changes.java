package io.breakwater.config.source;

import io.breakwater.config.Appliance;
import io.breakwater.config.Fit;
import io.breakwater.config.Gateway;
import io.breakwater.config.Port;
import io.breakwater.config.Tenant;
import io.breakwater.config.TenantChange;
import io.breakwater.config.Tunnel;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The difference of two configurations in words for people: the main file's first, then the
 * tenants' by name. Two configurations that are equal have none; two that are not have at least
 * one.
 */
final class Changes {

  private final List<Change> changes = new ArrayList<>();

  private Changes() {}

  /**
   * @param tenants in which the two differ
   */
  static List<Change> between(Appliance before, Appliance after, List<TenantChange> tenants) {
    Changes changes = new Changes();
    changes.main(before, after);
    for (TenantChange change : tenants) {
      changes.tenant(change.name(), change.before(), change.after());
    }
    return List.copyOf(changes.changes);
  }

  private void main(Appliance before, Appliance after) {
    Difference appliance =
        new Difference()
            .value("name", before.name(), after.name())
            .value("workers", before.workers(), after.workers())
            .items("anycast endpoints", before.endpoints(), after.endpoints())
            .value("syn-cookies secret", before.synCookieSecret(), after.synCookieSecret())
            .value("bogons", bogons(before), bogons(after))
            .value("limits", before.limits(), after.limits())
            .value("host-limits", before.hostLimits(), after.hostLimits())
            .value("firewall-limits", before.firewallLimits(), after.firewallLimits())
            .value("journal", before.journal(), after.journal());
    add("appliance", appliance);
    Map<String, Port> portsBefore = byName(before.ports(), Port::name);
    Map<String, Port> portsAfter = byName(after.ports(), Port::name);
    portsAfter.forEach((name, port) -> {
      if (!portsBefore.containsKey(name)) {
        changes.add(new Change(Change.Kind.ADDED, "port " + name, "added"));
      } else {
        add("port " + name, port(portsBefore.get(name), port));
      }
    });
    portsBefore.keySet().stream()
        .filter(name -> !portsAfter.containsKey(name))
        .forEach(name -> changes.add(new Change(Change.Kind.REMOVED, "port " + name, "removed")));
  }

  private static String bogons(Appliance appliance) {
    return appliance.bogonsDropped() ? "drop" : "pass";
  }

  private static Difference port(Port before, Port after) {
    return new Difference()
        .value("device", before.device(), after.device())
        .value("mtu", before.mtuBytes(), after.mtuBytes())
        .items("addresses", before.addresses(), after.addresses())
        .value("vlan", before.vlanIds(), after.vlanIds())
        .items("gateways", gateways(before), gateways(after))
        .value("host", before.host(), after.host());
  }

  private static List<String> gateways(Port port) {
    return port.gateways().stream().map(Changes::gateway).toList();
  }

  private static String gateway(Gateway gateway) {
    return gateway.address()
        + gateway.mac().map(mac -> " at " + mac).orElse("")
        + " for "
        + gateway.routes();
  }

  private void tenant(String name, Tenant before, Tenant after) {
    String subject = "tenant " + name;
    if (after == null) {
      changes.add(new Change(Change.Kind.REMOVED, subject, "removed"));
    } else if (before == null) {
      Set<String> tunnels = byName(after.tunnels(), Tunnel::name).keySet();
      String text =
          "added: prefixes "
              + Difference.list(after.prefixes())
              + ", tunnels "
              + Difference.list(tunnels);
      changes.add(new Change(Change.Kind.ADDED, subject, text));
    } else if (!before.equals(after)) {
      add(subject, difference(before, after));
    }
  }

  private static Difference difference(Tenant before, Tenant after) {
    Difference difference = new Difference().items("prefixes", before.prefixes(), after.prefixes());
    Map<String, Tunnel> tunnelsBefore = byName(before.tunnels(), Tunnel::name);
    Map<String, Tunnel> tunnelsAfter = byName(after.tunnels(), Tunnel::name);
    difference.items("tunnels", tunnelsBefore.keySet(), tunnelsAfter.keySet());
    tunnelsAfter.forEach((name, tunnel) -> {
      if (tunnelsBefore.containsKey(name)) {
        difference(difference, tunnelsBefore.get(name), tunnel);
      }
    });
    difference.value("egress", before.egress(), after.egress());
    firewall(difference, before.firewall(), after.firewall());
    ProtectionChanges.add(difference, before.protection(), after.protection());
    return difference;
  }

  /** The rules that came and went, by their texts; else that something else is another. */
  private static void firewall(
      Difference difference, Optional<Firewall> before, Optional<Firewall> after) {
    if (before.isEmpty() || after.isEmpty()) {
      difference.value("firewall", before.map(Changes::size), after.map(Changes::size));
    } else if (!before.equals(after)) {
      List<String> rulesBefore = before.get().rules().stream().map(Rule::text).toList();
      List<String> rulesAfter = after.get().rules().stream().map(Rule::text).toList();
      if (rulesBefore.equals(rulesAfter)) {
        difference.note("firewall changed, with the same rules");
      } else {
        difference.items("firewall", rulesBefore, rulesAfter);
      }
    }
  }

  private static String size(Firewall firewall) {
    int rules = firewall.rules().size();
    return rules + (rules == 1 ? " rule" : " rules");
  }

  private static void difference(Difference difference, Tunnel before, Tunnel after) {
    String tunnel = "tunnel " + after.name() + " ";
    difference
        .value(tunnel + "local", before.local(), after.local())
        .value(tunnel + "remote", before.remote(), after.remote())
        .value(tunnel + "priority", before.priority(), after.priority())
        .value(tunnel + "weight", before.weight(), after.weight())
        .value(tunnel + "key", before.key(), after.key())
        .value(tunnel + "mtu", before.mtuBytes(), after.mtuBytes())
        .value(tunnel + "mss", mss(before.fit()), mss(after.fit()))
        .value(tunnel + "fragment", fragment(before.fit()), fragment(after.fit()))
        .value(tunnel + "checksum", before.outer().checksum(), after.outer().checksum())
        .value(tunnel + "ttl", before.outer().ttl(), after.outer().ttl())
        .value(tunnel + "dscp", dscp(before), dscp(after))
        .value(tunnel + "ecn", ecn(before), ecn(after))
        .value(tunnel + "health", before.health(), after.health());
  }

  private static String mss(Fit fit) {
    return fit.mssBytes().isPresent()
        ? "" + fit.mssBytes().getAsInt()
        : fit.mss().name().toLowerCase(Locale.ROOT);
  }

  private static String fragment(Fit fit) {
    return fit.fragment().name().toLowerCase(Locale.ROOT);
  }

  private static String dscp(Tunnel tunnel) {
    return tunnel.outer().dscp().isPresent() ? "" + tunnel.outer().dscp().getAsInt() : "copy";
  }

  private static String ecn(Tunnel tunnel) {
    return tunnel.outer().ecn() ? "copy" : "off";
  }

  private void add(String subject, Difference difference) {
    String text = difference.text();
    if (!text.isEmpty()) {
      changes.add(new Change(Change.Kind.CHANGED, subject, text));
    }
  }

  private static <T> Map<String, T> byName(List<T> values, Function<T, String> name) {
    return values.stream()
        .collect(
            Collectors.toMap(name, value -> value, (first, second) -> second, LinkedHashMap::new));
  }
}
