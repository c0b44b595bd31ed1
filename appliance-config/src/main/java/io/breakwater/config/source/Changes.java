package io.breakwater.config.source;

import io.breakwater.config.Appliance;
import io.breakwater.config.Fit;
import io.breakwater.config.Gateway;
import io.breakwater.config.Port;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Rule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The difference of two configurations in words for people: the main file's first, then the
 * tenants' by name. Two configurations that are equal have none; two that are not have at least
 * one.
 */
final class Changes {

  /** A long list of what was added says how many more there are. */
  private static final int ITEMS_SHOWN_MAX = 8;

  private final List<Change> changes = new ArrayList<>();

  private Changes() {}

  static List<Change> between(Appliance before, Appliance after) {
    Changes changes = new Changes();
    changes.main(before, after);
    Set<String> names = new TreeSet<>(before.tenants().keySet());
    names.addAll(after.tenants().keySet());
    for (String name : names) {
      changes.tenant(name, before.tenants().get(name), after.tenants().get(name));
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
      String text = "added: prefixes " + list(after.prefixes()) + ", tunnels " + list(tunnels);
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
    if (!difference.parts.isEmpty()) {
      String text = String.join(", ", difference.parts);
      changes.add(new Change(Change.Kind.CHANGED, subject, text));
    }
  }

  private static <T> Map<String, T> byName(List<T> values, Function<T, String> name) {
    return values.stream()
        .collect(
            Collectors.toMap(name, value -> value, (first, second) -> second, LinkedHashMap::new));
  }

  private static String list(Collection<?> items) {
    String shown =
        items.stream()
            .limit(ITEMS_SHOWN_MAX)
            .map(Object::toString)
            .collect(Collectors.joining(" "));
    int more = items.size() - ITEMS_SHOWN_MAX;
    return more > 0 ? shown + " and " + more + " more" : shown;
  }

  /** The parts of one subject's difference. */
  private static final class Difference {

    private final List<String> parts = new ArrayList<>();

    Difference value(String what, Object before, Object after) {
      if (!before.equals(after)) {
        parts.add(what + " " + shown(before) + " -> " + shown(after));
      }
      return this;
    }

    Difference note(String text) {
      parts.add(text);
      return this;
    }

    Difference items(String what, Collection<?> before, Collection<?> after) {
      Set<Object> added = new LinkedHashSet<>(after);
      added.removeAll(Set.copyOf(before));
      Set<Object> removed = new LinkedHashSet<>(before);
      removed.removeAll(Set.copyOf(after));
      List<String> signed = new ArrayList<>();
      added.forEach(item -> signed.add("+" + item));
      removed.forEach(item -> signed.add("-" + item));
      if (!signed.isEmpty()) {
        parts.add(what + " " + list(signed));
      } else if (!List.copyOf(before).equals(List.copyOf(after))) {
        parts.add(what + " in another order");
      }
      return this;
    }

    private static String shown(Object value) {
      return switch (value) {
        case Optional<?> optional -> optional.map(Object::toString).orElse("none");
        case OptionalInt optional -> optional.isPresent() ? "" + optional.getAsInt() : "none";
        case OptionalLong optional -> optional.isPresent() ? "" + optional.getAsLong() : "none";
        default -> value.toString();
      };
    }
  }
}
