package io.breakwater.appliance.daemon;

import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The packets of the last interval in one line: {@code in 1.204 Mpps, out 1.180 Mpps, taken in
 * 0.000 Mpps, dropped 0.024 Mpps (no-tenant 0.020, ipv4-bad-checksum 0.004), missed 0}.
 *
 * <p>Rates are of the time between two calls. Control thread only.
 */
final class StatisticsLine {

  private static final int REASONS_MAX = 3;

  private long[] lastFates = new long[Fate.CODES];
  private long lastReceived;
  private long lastMissed;
  private long lastNs;

  StatisticsLine(long startNs) {
    lastNs = startNs;
  }

  /**
   * @param received packets since the start
   * @param fates packets since the start by code of fate
   * @param missed packets since the start that the ports could not hand over
   */
  String next(long received, long[] fates, long missed, long nowNs) {
    double microseconds = Math.max(1, nowNs - lastNs) / 1e3;
    long[] delta = new long[fates.length];
    Arrays.setAll(delta, code -> fates[code] - lastFates[code]);
    long out = delta[Fate.DELIVERED.code()] + delta[Fate.ANSWERED.code()];
    List<DropReason> reasons =
        Arrays.stream(DropReason.values())
            .filter(reason -> delta[reason.code()] > 0)
            .sorted(Comparator.comparingLong(reason -> -delta[reason.code()]))
            .toList();
    long dropped = reasons.stream().mapToLong(reason -> delta[reason.code()]).sum();
    String top =
        reasons.stream()
            .limit(REASONS_MAX)
            .map(reason -> reason.kebabName() + " " + mpps(delta[reason.code()], microseconds))
            .collect(Collectors.joining(", "));
    String line =
        "in %s Mpps, out %s Mpps, taken in %s Mpps, dropped %s Mpps%s, missed %d"
            .formatted(
                mpps(received - lastReceived, microseconds),
                mpps(out, microseconds),
                mpps(delta[Fate.CONSUMED.code()] + delta[Fate.HOST.code()], microseconds),
                mpps(dropped, microseconds),
                top.isEmpty() ? "" : " (" + top + ")",
                missed - lastMissed);
    lastFates = fates.clone();
    lastReceived = received;
    lastMissed = missed;
    lastNs = nowNs;
    return line;
  }

  private static String mpps(long packets, double microseconds) {
    return String.format(Locale.ROOT, "%.3f", packets / microseconds);
  }
}
