package io.breakwater.perf.demo;

import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The demo's live view: on a terminal a table that is drawn over the one before, else one line a
 * second.
 */
final class DemoView {

  private static final String CLEAR_DOWN = "\033[J";

  private final PrintWriter out;
  private final boolean terminal;
  private final DemoAppliance appliance;

  private Map<DropReason, Long> lastDrops = Map.of();
  private long[] lastTotals = new long[4];
  private long lastNs = System.nanoTime();
  private int linesDrawn;

  DemoView(PrintWriter out, boolean terminal, DemoAppliance appliance) {
    this.out = out;
    this.terminal = terminal;
    this.appliance = appliance;
  }

  /** Shows the counters and the rates since the last call. */
  void show(int second) {
    long nowNs = System.nanoTime();
    double elapsed = (nowNs - lastNs) / 1e9;
    Map<DropReason, Long> drops = appliance.drops();
    long dropped = drops.values().stream().mapToLong(Long::longValue).sum();
    long[] totals = {
      appliance.received(), appliance.fate(Fate.DELIVERED), appliance.fate(Fate.ANSWERED), dropped
    };
    if (terminal) {
      draw(table(second, totals, drops, elapsed));
    } else {
      out.printf(
          "%3d s  received %,d/s  delivered %,d/s  answered %,d/s  dropped %,d/s%n",
          second,
          rate(totals[0], lastTotals[0], elapsed),
          rate(totals[1], lastTotals[1], elapsed),
          rate(totals[2], lastTotals[2], elapsed),
          rate(totals[3], lastTotals[3], elapsed));
    }
    out.flush();
    lastTotals = totals;
    lastDrops = drops;
    lastNs = nowNs;
  }

  private List<String> table(
      int second, long[] totals, Map<DropReason, Long> drops, double elapsed) {
    List<String> lines = new ArrayList<>();
    lines.add("%-32s %14s %14s".formatted("after " + second + " s", "packets", "a second"));
    String[] names = {"received", "  delivered", "  answered", "  dropped"};
    for (int i = 0; i < names.length; i++) {
      lines.add(line(names[i], totals[i], rate(totals[i], lastTotals[i], elapsed)));
    }
    drops.forEach((reason, packets) ->
        lines.add(
            line(
                "    " + reason.kebabName(),
                packets,
                rate(packets, lastDrops.getOrDefault(reason, 0L), elapsed))));
    return lines;
  }

  private static String line(String name, long packets, long rate) {
    return "%-32s %,14d %,14d".formatted(name, packets, rate);
  }

  private static long rate(long now, long before, double elapsed) {
    return Math.round((now - before) / elapsed);
  }

  private void draw(List<String> lines) {
    if (linesDrawn > 0) {
      out.print("\033[" + linesDrawn + "A" + CLEAR_DOWN);
    }
    lines.forEach(out::println);
    linesDrawn = lines.size();
  }
}
