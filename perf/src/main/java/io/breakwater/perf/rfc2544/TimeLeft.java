package io.breakwater.perf.rfc2544;

import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How long a run will still take: what is planned and not done, at the pace of what is done.
 *
 * <p>Plans are seconds of trials; the pace covers what the trials need beside, and how many more
 * than planned there are.
 */
final class TimeLeft {

  private final LongSupplier nanoClock;
  private final long startNs;
  private double plannedSeconds;
  private double doneSeconds;

  TimeLeft(double plannedSeconds, LongSupplier nanoClock) {
    this.plannedSeconds = plannedSeconds;
    this.nanoClock = nanoClock;
    this.startNs = nanoClock.getAsLong();
  }

  /** A step that was planned with so many seconds is done, or will not be made. */
  void done(double stepSeconds) {
    doneSeconds += stepSeconds;
    plannedSeconds -= stepSeconds;
  }

  double seconds() {
    double elapsed = (nanoClock.getAsLong() - startNs) / 1e9;
    double pace = doneSeconds > 0 ? elapsed / doneSeconds : 1;
    return Math.max(0, plannedSeconds * pace);
  }

  String text() {
    return String.format(Locale.ROOT, "about %.0f s left", seconds());
  }
}
