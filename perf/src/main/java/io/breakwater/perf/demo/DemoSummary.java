package io.breakwater.perf.demo;

import io.breakwater.perf.demo.DemoTraffic.Kind;
import io.breakwater.perf.demo.DemoTraffic.Outcome;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the demo comes to: the appliance's counters beside what the generator sent and got back,
 * which knows nothing of the appliance's counting. {@link #contradictions} is empty when every
 * number agrees.
 *
 * @param drops by the reason's name
 */
record DemoSummary(
    double seconds,
    long sent,
    long received,
    long delivered,
    long answered,
    long consumed,
    long host,
    long dropped,
    Map<String, Long> drops,
    List<KindCount> kinds,
    List<DemoAppliance.TunnelCount> tunnels,
    List<String> contradictions) {

  /**
   * One kind of traffic.
   *
   * @param fate what was to become of it
   * @param cameBack packets of it that came out of the appliance, as they should
   */
  record KindCount(String kind, long sent, String fate, long cameBack) {}

  static DemoSummary of(
      double seconds, DemoAppliance appliance, DemoGenerator generator, List<Kind> kinds) {
    Map<String, Long> drops = new TreeMap<>();
    appliance.drops().forEach((reason, packets) -> drops.put(reason.kebabName(), packets));
    List<KindCount> counts = new ArrayList<>();
    for (Kind kind : kinds) {
      counts.add(
          new KindCount(
              kind.name(),
              generator.sent(kind),
              fateOf(kind),
              generator.receiver().delivered(kind)));
    }
    return new DemoSummary(
        seconds,
        generator.sent(),
        appliance.received(),
        appliance.fate(Fate.DELIVERED),
        appliance.fate(Fate.ANSWERED),
        appliance.fate(Fate.CONSUMED),
        appliance.fate(Fate.HOST),
        drops.values().stream().mapToLong(Long::longValue).sum(),
        drops,
        counts,
        appliance.tunnels(),
        contradictions(appliance, generator, kinds));
  }

  private static String fateOf(Kind kind) {
    String reason = kind.reason().map(DropReason::kebabName).orElse("");
    return switch (kind.outcome()) {
      case TUNNEL -> "delivered to " + kind.tenant();
      case EGRESS -> "delivered to the Internet";
      case ANSWER -> "answered, or " + reason;
      case DROP -> "dropped: " + reason;
    };
  }

  private static List<String> contradictions(
      DemoAppliance appliance, DemoGenerator generator, List<Kind> kinds) {
    Checks checks = new Checks();
    DemoReceiver receiver = generator.receiver();
    Map<DropReason, Long> drops = appliance.drops();
    long received = appliance.received();
    long dropped = drops.values().stream().mapToLong(Long::longValue).sum();
    long delivered = appliance.fate(Fate.DELIVERED);
    long answered = appliance.fate(Fate.ANSWERED);
    checks.equal("sent by the generator and received", generator.sent(), received);
    checks.equal(
        "received and the sum of all fates",
        received,
        delivered + answered + appliance.fate(Fate.CONSUMED) + appliance.fate(Fate.HOST) + dropped);

    long cameBack = 0;
    long answerable = 0;
    Map<DropReason, Long> expected = new TreeMap<>();
    for (Kind kind : kinds) {
      long sent = generator.sent(kind);
      switch (kind.outcome()) {
        case TUNNEL, EGRESS -> {
          checks.equal("came back, of " + kind.name(), sent, receiver.delivered(kind));
          cameBack += receiver.delivered(kind);
        }
        case ANSWER -> {
          answerable += sent;
          // Above the rate: how many is the appliance's to say; the sum below holds it to account.
          kind.reason().ifPresent(reason -> expected.merge(reason, 0L, Long::sum));
        }
        case DROP -> kind.reason().ifPresent(reason -> expected.merge(reason, sent, Long::sum));
      }
    }
    checks.equal("delivered and came back", delivered, cameBack);
    checks.equal("answered and answers that came back", answered, receiver.answers());
    checks.equal(
        "consumed and ARP replies sent", appliance.fate(Fate.CONSUMED), receiver.arpReplies());
    checks.equal("frames that should not have come out", 0, receiver.wrong());
    checks.equal("handed to the host", 0, appliance.fate(Fate.HOST));

    long limited = 0;
    for (Kind kind : kinds) {
      if (kind.outcome() == Outcome.ANSWER) {
        limited += drops.getOrDefault(kind.reason().orElseThrow(), 0L);
        expected.remove(kind.reason().orElseThrow());
        drops.remove(kind.reason().orElseThrow());
      }
    }
    checks.equal("to be answered, and answered or over the rate", answerable, answered + limited);
    expected.forEach((reason, packets) ->
        checks.equal(
            "to be dropped, and dropped: " + reason.kebabName(),
            packets,
            drops.getOrDefault(reason, 0L)));
    drops.keySet().removeAll(expected.keySet());
    checks.equal("dropped for any other reason", 0, drops.size());
    return checks.failed;
  }

  /** Collects what does not agree. */
  private static final class Checks {

    private final List<String> failed = new ArrayList<>();

    void equal(String what, long expected, long found) {
      if (expected != found) {
        failed.add("%s: %,d is not %,d".formatted(what, expected, found));
      }
    }
  }

  boolean addsUp() {
    return contradictions.isEmpty();
  }

  void print(PrintWriter out) {
    out.printf("%nWhat the generator sent in %.1f s%n", seconds);
    out.printf("  %-32s %14s %14s  %s%n", "", "sent", "came back", "fate");
    for (KindCount kind : kinds) {
      out.printf(
          "  %-32s %,14d %,14d  %s%n", kind.kind(), kind.sent(), kind.cameBack(), kind.fate());
    }
    out.printf("%nTunnels%n");
    out.printf("  %-32s %14s %14s %14s %14s%n", "", "to tenant", "bytes", "from tenant", "bytes");
    for (DemoAppliance.TunnelCount tunnel : tunnels) {
      out.printf(
          "  %-32s %,14d %,14d %,14d %,14d%n",
          tunnel.tunnel(),
          tunnel.sentPackets(),
          tunnel.sentBytes(),
          tunnel.receivedPackets(),
          tunnel.receivedBytes());
    }
    out.printf("%nWhat the appliance counted%n");
    out.printf("  %-32s %,14d%n", "received", received);
    out.printf("  %-32s %,14d%n", "= delivered", delivered);
    out.printf("  %-32s %,14d%n", "+ answered", answered);
    out.printf("  %-32s %,14d%n", "+ consumed", consumed);
    out.printf("  %-32s %,14d%n", "+ host", host);
    drops.forEach((reason, packets) -> out.printf("  %-32s %,14d%n", "+ " + reason, packets));
    out.println();
    if (addsUp()) {
      out.printf(
          "It adds up: %,d received = %,d delivered + %,d answered + %,d consumed + %,d host"
              + " + %,d dropped,%nand the generator, which counts for itself, agrees on every line.%n",
          received, delivered, answered, consumed, host, dropped);
    } else {
      out.println("It does NOT add up:");
      contradictions.forEach(line -> out.println("  " + line));
    }
    out.flush();
  }
}
