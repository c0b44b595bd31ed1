package io.breakwater.appliance.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An entry as a line for people and as a line of JSON for programs.
 *
 * <p>People get time, type and a sentence; a list of changes or problems follows in indented lines.
 * Programs get one object a line with the fields as the journal keeps them. Control characters of a
 * text (a file name may hold any) are shown as {@code \}{@code uXXXX}, so that an event can't forge
 * lines or talk to the terminal.
 */
public final class JournalText {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private JournalText() {}

  /** One JSON object, without a line end. */
  public static String json(JournalEntry entry) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("sequence", entry.sequence());
    object.put("time", time(entry));
    object.put("type", JournalFields.type(entry.event()));
    object.putAll(JournalFields.of(entry.event()));
    try {
      return JSON.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One line, or several where the event is a list. */
  public static String human(JournalEntry entry) {
    return time(entry) + " " + sentence(entry.event(), Integer.MAX_VALUE);
  }

  /** The event without its time and with at most so many lines: for the log. */
  public static String sentence(JournalEvent event, int linesMax) {
    StringBuilder text = new StringBuilder();
    text.append(JournalFields.type(event)).append(": ");
    switch (event) {
      case Started e ->
          text.append(e.appliance())
              .append(" version ")
              .append(e.version())
              .append(" process ")
              .append(e.processId())
              .append(" configuration ")
              .append(e.configuration());
      case PortUp e ->
          text.append(e.port()).append(" (").append(e.device()).append(") ").append(speed(e));
      case PortDown e -> text.append(e.port()).append(" (").append(e.device()).append(')');
      case ConfigurationApplied e -> count(text, e.changes(), "change");
      case ConfigurationRejected e -> count(text, e.problems(), "problem");
      case DistributionChanged e ->
          text.append(e.port())
              .append(" (")
              .append(e.device())
              .append(") is spread by ")
              .append(e.spreadBy())
              .append(", the hardware ")
              .append(e.hardware());
      case NeighbourResolved e ->
          text.append(e.address())
              .append(" is at ")
              .append(e.mac())
              .append(" on ")
              .append(e.port());
      case NeighbourLost e -> text.append(e.address()).append(" on ").append(e.port());
      case TunnelMtuLowered e ->
          text.append("tenant ")
              .append(e.tenant())
              .append(" tunnel ")
              .append(e.tunnel())
              .append(" to ")
              .append(e.mtuBytes());
      case TunnelMtuRestored e ->
          text.append("tenant ")
              .append(e.tenant())
              .append(" tunnel ")
              .append(e.tunnel())
              .append(" to ")
              .append(e.mtuBytes());
      case TunnelDegraded e ->
          health(text, e.tenant(), e.tunnel(), e.lost(), e.probes(), e.roundTripUs());
      case TunnelDown e ->
          health(text, e.tenant(), e.tunnel(), e.lost(), e.probes(), e.roundTripUs());
      case TunnelRecovered e ->
          health(text, e.tenant(), e.tunnel(), e.lost(), e.probes(), e.roundTripUs());
      case FirewallLogged e -> logged(text, e);
      case AttackStarted e ->
          text.append(
              "%s on %s: %d packets/s of %s, usual are %d"
                  .formatted(e.id(), e.tenant(), e.rate(), e.traffic(), e.usualRate()));
      case AttackUpdated e ->
          text.append(
              "%s on %s: %s; %d packets/s, peak %d, from at least %d sources"
                  .formatted(e.id(), e.tenant(), e.vector(), e.rate(), e.peakRate(), e.sources()));
      case AttackEnded e ->
          text.append(
              "%s on %s: %s; %d packets in %d s, peak %d packets/s, from at least %d sources"
                  .formatted(
                      e.id(),
                      e.tenant(),
                      e.vector(),
                      e.packets(),
                      e.seconds(),
                      e.peakRate(),
                      e.sources()));
      case MitigationInstalled e ->
          text.append(
              "%s on %s: %s (covers %s of the attack, %s of what is usual)"
                  .formatted(e.id(), e.tenant(), e.rule(), e.coverage(), e.collateral()));
      case MitigationExpired e ->
          text.append(
              "%s on %s: %s; fitted %d packets"
                  .formatted(e.id(), e.tenant(), e.rule(), e.packets()));
      case MitigationPinned e ->
          text.append("%s on %s: %s".formatted(e.id(), e.tenant(), e.rule()));
      case MitigationReleased e ->
          text.append(
              "%s on %s: %s; fitted %d packets"
                  .formatted(e.id(), e.tenant(), e.rule(), e.packets()));
      case Stopped e ->
          text.append(e.reason())
              .append("; received ")
              .append(e.receivedPackets())
              .append(", sent ")
              .append(e.sentPackets())
              .append(", packet buffers outstanding ")
              .append(e.mbufsOutstanding());
      case Unrecognised e -> text.append(e.fields());
    }
    StringBuilder human = new StringBuilder(printable(text));
    for (String line : lines(event).stream().limit(linesMax).toList()) {
      human.append("\n  ").append(printable(line));
    }
    return human.toString();
  }

  private static List<String> lines(JournalEvent event) {
    return switch (event) {
      case ConfigurationApplied e -> e.changes();
      case ConfigurationRejected e -> e.problems();
      case AttackUpdated e -> e.done();
      case AttackEnded e -> e.done();
      default -> List.of();
    };
  }

  private static String time(JournalEntry entry) {
    return TIME.format(
        Instant.ofEpochSecond(
            Math.floorDiv(entry.timeNs(), 1_000_000_000L),
            Math.floorMod(entry.timeNs(), 1_000_000_000L)));
  }

  private static String speed(PortUp event) {
    return event.speedMbps() > 0 ? event.speedMbps() + " Mbit/s" : "speed unknown";
  }

  private static void health(
      StringBuilder text, String tenant, String tunnel, long lost, long probes, long roundTripUs) {
    text.append(tunnel).append(" of ").append(tenant).append(": ");
    text.append(lost).append(" of ").append(probes).append(" probes lost in 5 minutes");
    text.append(roundTripUs == 0 ? ", never answered" : ", round trip " + roundTripUs + " us");
  }

  private static void logged(StringBuilder text, FirewallLogged event) {
    text.append(event.rule()).append(" of ").append(event.tenant()).append(": ");
    text.append(event.prefix()).append(event.prefix().isEmpty() ? "" : " ");
    end(text, event.source(), event.sourcePort());
    text.append(" > ");
    end(text, event.destination(), event.destinationPort());
    text.append(' ').append(event.protocol().isEmpty() ? "unreadable" : event.protocol());
    text.append(" length ").append(event.lengthBytes());
    if (event.leftOut() > 0) {
      text.append(" (").append(event.leftOut()).append(" before it left out)");
    }
  }

  /** One end of a flow: RFC 3986 brackets an IPv6 address that a port follows. */
  private static void end(StringBuilder text, String address, long port) {
    if (port == 0) {
      text.append(address);
    } else if (address.indexOf(':') >= 0) {
      text.append('[').append(address).append("]:").append(port);
    } else {
      text.append(address).append(':').append(port);
    }
  }

  private static void count(StringBuilder text, List<String> lines, String noun) {
    long total = JournalFields.total(lines);
    text.append(total).append(' ').append(noun).append(total == 1 ? "" : "s");
  }

  private static String printable(CharSequence text) {
    StringBuilder printable = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        printable.append("\\u%04x".formatted((int) c));
      } else {
        printable.append(c);
      }
    }
    return printable.toString();
  }
}
