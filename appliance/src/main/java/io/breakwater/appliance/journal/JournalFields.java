package io.breakwater.appliance.journal;

import io.breakwater.appliance.journal.JournalEvent.AttackEnded;
import io.breakwater.appliance.journal.JournalEvent.AttackStarted;
import io.breakwater.appliance.journal.JournalEvent.AttackUpdated;
import io.breakwater.appliance.journal.JournalEvent.ConfigurationApplied;
import io.breakwater.appliance.journal.JournalEvent.ConfigurationRejected;
import io.breakwater.appliance.journal.JournalEvent.DistributionChanged;
import io.breakwater.appliance.journal.JournalEvent.FirewallLogged;
import io.breakwater.appliance.journal.JournalEvent.MitigationExpired;
import io.breakwater.appliance.journal.JournalEvent.MitigationInstalled;
import io.breakwater.appliance.journal.JournalEvent.MitigationPinned;
import io.breakwater.appliance.journal.JournalEvent.MitigationReleased;
import io.breakwater.appliance.journal.JournalEvent.NeighbourLost;
import io.breakwater.appliance.journal.JournalEvent.NeighbourResolved;
import io.breakwater.appliance.journal.JournalEvent.PortDown;
import io.breakwater.appliance.journal.JournalEvent.PortUp;
import io.breakwater.appliance.journal.JournalEvent.Started;
import io.breakwater.appliance.journal.JournalEvent.Stopped;
import io.breakwater.appliance.journal.JournalEvent.TunnelDegraded;
import io.breakwater.appliance.journal.JournalEvent.TunnelDown;
import io.breakwater.appliance.journal.JournalEvent.TunnelMtuLowered;
import io.breakwater.appliance.journal.JournalEvent.TunnelMtuRestored;
import io.breakwater.appliance.journal.JournalEvent.TunnelRecovered;
import io.breakwater.appliance.journal.JournalEvent.Unrecognised;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The events as names and values: the one form behind the journal's wire, its JSON and its text.
 *
 * <p>A value is a {@code String}, a {@code Long} or a {@code List<String>}. Everything is bounded,
 * so that an event is never larger than {@link #EVENT_BYTES_MAX}.
 */
final class JournalFields {

  /** An event on the wire takes at most this: the lists' bound, each character up to 3 bytes. */
  static final int EVENT_BYTES_MAX = 64 << 10;

  private static final int LINES_MAX = 64;
  private static final int LINE_CHARACTERS_MAX = 256;

  private JournalFields() {}

  static String type(JournalEvent event) {
    return switch (event) {
      case Started e -> "started";
      case PortUp e -> "port-up";
      case PortDown e -> "port-down";
      case ConfigurationApplied e -> "configuration-applied";
      case ConfigurationRejected e -> "configuration-rejected";
      case DistributionChanged e -> "distribution-changed";
      case NeighbourResolved e -> "neighbour-resolved";
      case NeighbourLost e -> "neighbour-lost";
      case TunnelMtuLowered e -> "tunnel-mtu-lowered";
      case TunnelMtuRestored e -> "tunnel-mtu-restored";
      case TunnelDegraded e -> "tunnel-degraded";
      case TunnelDown e -> "tunnel-down";
      case TunnelRecovered e -> "tunnel-recovered";
      case FirewallLogged e -> "firewall-logged";
      case AttackStarted e -> "attack-started";
      case AttackUpdated e -> "attack-updated";
      case AttackEnded e -> "attack-ended";
      case MitigationInstalled e -> "mitigation-installed";
      case MitigationExpired e -> "mitigation-expired";
      case MitigationPinned e -> "mitigation-pinned";
      case MitigationReleased e -> "mitigation-released";
      case Stopped e -> "stopped";
      case Unrecognised e -> e.type();
    };
  }

  static Map<String, Object> of(JournalEvent event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    switch (event) {
      case Started e -> {
        fields.put("appliance", line(e.appliance()));
        fields.put("version", line(e.version()));
        fields.put("process-id", e.processId());
        fields.put("configuration", line(e.configuration()));
      }
      case PortUp e -> {
        fields.put("port", line(e.port()));
        fields.put("device", line(e.device()));
        fields.put("speed-mbps", e.speedMbps());
      }
      case PortDown e -> {
        fields.put("port", line(e.port()));
        fields.put("device", line(e.device()));
      }
      case ConfigurationApplied e -> fields.put("changes", e.changes());
      case ConfigurationRejected e -> fields.put("problems", e.problems());
      case DistributionChanged e -> {
        fields.put("port", line(e.port()));
        fields.put("device", line(e.device()));
        fields.put("spread-by", line(e.spreadBy()));
        fields.put("hardware", line(e.hardware()));
      }
      case NeighbourResolved e -> {
        fields.put("port", line(e.port()));
        fields.put("address", line(e.address()));
        fields.put("mac", line(e.mac()));
      }
      case NeighbourLost e -> {
        fields.put("port", line(e.port()));
        fields.put("address", line(e.address()));
      }
      case TunnelMtuLowered e -> putMtu(fields, e.tenant(), e.tunnel(), e.mtuBytes());
      case TunnelMtuRestored e -> putMtu(fields, e.tenant(), e.tunnel(), e.mtuBytes());
      case TunnelDegraded e ->
          putHealth(fields, e.tenant(), e.tunnel(), e.lost(), e.probes(), e.roundTripUs());
      case TunnelDown e ->
          putHealth(fields, e.tenant(), e.tunnel(), e.lost(), e.probes(), e.roundTripUs());
      case TunnelRecovered e ->
          putHealth(fields, e.tenant(), e.tunnel(), e.lost(), e.probes(), e.roundTripUs());
      case FirewallLogged e -> {
        fields.put("tenant", line(e.tenant()));
        fields.put("rule", line(e.rule()));
        fields.put("prefix", line(e.prefix()));
        fields.put("source", line(e.source()));
        fields.put("destination", line(e.destination()));
        fields.put("protocol", line(e.protocol()));
        fields.put("source-port", e.sourcePort());
        fields.put("destination-port", e.destinationPort());
        fields.put("length", e.lengthBytes());
        fields.put("left-out", e.leftOut());
      }
      case AttackStarted e -> {
        fields.put("id", line(e.id()));
        fields.put("tenant", line(e.tenant()));
        fields.put("class", line(e.traffic()));
        fields.put("rate", e.rate());
        fields.put("usual-rate", e.usualRate());
        fields.put("threshold", e.threshold());
      }
      case AttackUpdated e -> {
        fields.put("id", line(e.id()));
        fields.put("tenant", line(e.tenant()));
        fields.put("class", line(e.traffic()));
        fields.put("vector", line(e.vector()));
        fields.put("rate", e.rate());
        fields.put("peak-rate", e.peakRate());
        fields.put("sources", e.sources());
        fields.put("done", e.done());
      }
      case AttackEnded e -> {
        fields.put("id", line(e.id()));
        fields.put("tenant", line(e.tenant()));
        fields.put("class", line(e.traffic()));
        fields.put("vector", line(e.vector()));
        fields.put("peak-rate", e.peakRate());
        fields.put("packets", e.packets());
        fields.put("seconds", e.seconds());
        fields.put("sources", e.sources());
        fields.put("done", e.done());
      }
      case MitigationInstalled e -> {
        fields.put("id", line(e.id()));
        fields.put("attack", line(e.attack()));
        fields.put("tenant", line(e.tenant()));
        fields.put("action", line(e.action()));
        fields.put("rule", line(e.rule()));
        fields.put("coverage", line(e.coverage()));
        fields.put("collateral", line(e.collateral()));
      }
      case MitigationExpired e -> {
        fields.put("id", line(e.id()));
        fields.put("tenant", line(e.tenant()));
        fields.put("rule", line(e.rule()));
        fields.put("packets", e.packets());
      }
      case MitigationPinned e -> {
        fields.put("id", line(e.id()));
        fields.put("tenant", line(e.tenant()));
        fields.put("rule", line(e.rule()));
      }
      case MitigationReleased e -> {
        fields.put("id", line(e.id()));
        fields.put("tenant", line(e.tenant()));
        fields.put("rule", line(e.rule()));
        fields.put("packets", e.packets());
      }
      case Stopped e -> {
        fields.put("reason", line(e.reason()));
        fields.put("mbufs-outstanding", e.mbufsOutstanding());
        fields.put("received-packets", e.receivedPackets());
        fields.put("sent-packets", e.sentPackets());
      }
      case Unrecognised e -> fields.putAll(e.fields());
    }
    return fields;
  }

  private static void putMtu(
      Map<String, Object> fields, String tenant, String tunnel, long mtuBytes) {
    fields.put("tenant", line(tenant));
    fields.put("tunnel", line(tunnel));
    fields.put("mtu", mtuBytes);
  }

  private static void putHealth(
      Map<String, Object> fields,
      String tenant,
      String tunnel,
      long lost,
      long probes,
      long roundTripUs) {
    fields.put("tenant", line(tenant));
    fields.put("tunnel", line(tunnel));
    fields.put("lost", lost);
    fields.put("probes", probes);
    fields.put("rtt-us", roundTripUs);
  }

  static JournalEvent event(String type, Map<String, Object> f) {
    return switch (type) {
      case "started" ->
          new Started(
              text(f, "appliance"),
              text(f, "version"),
              number(f, "process-id"),
              text(f, "configuration"));
      case "port-up" -> new PortUp(text(f, "port"), text(f, "device"), number(f, "speed-mbps"));
      case "port-down" -> new PortDown(text(f, "port"), text(f, "device"));
      case "configuration-applied" -> new ConfigurationApplied(lines(f, "changes"));
      case "configuration-rejected" -> new ConfigurationRejected(lines(f, "problems"));
      case "distribution-changed" ->
          new DistributionChanged(
              text(f, "port"), text(f, "device"), text(f, "spread-by"), text(f, "hardware"));
      case "neighbour-resolved" ->
          new NeighbourResolved(text(f, "port"), text(f, "address"), text(f, "mac"));
      case "neighbour-lost" -> new NeighbourLost(text(f, "port"), text(f, "address"));
      case "tunnel-mtu-lowered" ->
          new TunnelMtuLowered(text(f, "tenant"), text(f, "tunnel"), number(f, "mtu"));
      case "tunnel-mtu-restored" ->
          new TunnelMtuRestored(text(f, "tenant"), text(f, "tunnel"), number(f, "mtu"));
      case "tunnel-degraded" ->
          new TunnelDegraded(
              text(f, "tenant"),
              text(f, "tunnel"),
              number(f, "lost"),
              number(f, "probes"),
              number(f, "rtt-us"));
      case "tunnel-down" ->
          new TunnelDown(
              text(f, "tenant"),
              text(f, "tunnel"),
              number(f, "lost"),
              number(f, "probes"),
              number(f, "rtt-us"));
      case "tunnel-recovered" ->
          new TunnelRecovered(
              text(f, "tenant"),
              text(f, "tunnel"),
              number(f, "lost"),
              number(f, "probes"),
              number(f, "rtt-us"));
      case "firewall-logged" ->
          new FirewallLogged(
              text(f, "tenant"),
              text(f, "rule"),
              text(f, "prefix"),
              text(f, "source"),
              text(f, "destination"),
              text(f, "protocol"),
              number(f, "source-port"),
              number(f, "destination-port"),
              number(f, "length"),
              number(f, "left-out"));
      case "attack-started" ->
          new AttackStarted(
              text(f, "id"),
              text(f, "tenant"),
              text(f, "class"),
              number(f, "rate"),
              number(f, "usual-rate"),
              number(f, "threshold"));
      case "attack-updated" ->
          new AttackUpdated(
              text(f, "id"),
              text(f, "tenant"),
              text(f, "class"),
              text(f, "vector"),
              number(f, "rate"),
              number(f, "peak-rate"),
              number(f, "sources"),
              lines(f, "done"));
      case "attack-ended" ->
          new AttackEnded(
              text(f, "id"),
              text(f, "tenant"),
              text(f, "class"),
              text(f, "vector"),
              number(f, "peak-rate"),
              number(f, "packets"),
              number(f, "seconds"),
              number(f, "sources"),
              lines(f, "done"));
      case "mitigation-installed" ->
          new MitigationInstalled(
              text(f, "id"),
              text(f, "attack"),
              text(f, "tenant"),
              text(f, "action"),
              text(f, "rule"),
              text(f, "coverage"),
              text(f, "collateral"));
      case "mitigation-expired" ->
          new MitigationExpired(
              text(f, "id"), text(f, "tenant"), text(f, "rule"), number(f, "packets"));
      case "mitigation-pinned" ->
          new MitigationPinned(text(f, "id"), text(f, "tenant"), text(f, "rule"));
      case "mitigation-released" ->
          new MitigationReleased(
              text(f, "id"), text(f, "tenant"), text(f, "rule"), number(f, "packets"));
      case "stopped" ->
          new Stopped(
              text(f, "reason"),
              number(f, "mbufs-outstanding"),
              number(f, "received-packets"),
              number(f, "sent-packets"));
      default -> new Unrecognised(type, new TreeMap<>(f));
    };
  }

  /** At most {@value #LINES_MAX} lines of at most {@value #LINE_CHARACTERS_MAX} characters. */
  static List<String> bounded(List<String> lines) {
    List<String> bounded = new ArrayList<>(Math.min(lines.size(), LINES_MAX + 1));
    for (String line : lines.subList(0, Math.min(lines.size(), LINES_MAX))) {
      bounded.add(line(line));
    }
    if (lines.size() == LINES_MAX + 1) {
      // Already bounded once: the last line is the count of those left out.
      bounded.add(line(lines.getLast()));
    } else if (lines.size() > LINES_MAX) {
      bounded.add("and " + (lines.size() - LINES_MAX) + " more");
    }
    return List.copyOf(bounded);
  }

  /** How many lines there were before {@link #bounded} cut them. */
  static long total(List<String> bounded) {
    if (bounded.size() <= LINES_MAX) {
      return bounded.size();
    }
    String more = bounded.getLast().replaceAll("\\D", "");
    return LINES_MAX + (more.isEmpty() ? 1 : Long.parseLong(more));
  }

  private static String line(String text) {
    return text.length() <= LINE_CHARACTERS_MAX
        ? text
        : text.substring(0, LINE_CHARACTERS_MAX - 3) + "...";
  }

  private static String text(Map<String, Object> fields, String name) {
    return fields.get(name) instanceof String text ? text : "";
  }

  private static long number(Map<String, Object> fields, String name) {
    return fields.get(name) instanceof Long number ? number : 0;
  }

  private static List<String> lines(Map<String, Object> fields, String name) {
    if (!(fields.get(name) instanceof List<?> list)) {
      return List.of();
    }
    return list.stream().map(String::valueOf).toList();
  }
}
