package io.breakwater.perf.stall;

import java.util.Comparator;
import java.util.List;

/**
 * The JVM's nanoseconds of a reading of the time stamp counter: a straight line through two moments
 * that are known on both clocks.
 */
record MarkedClock(Mark first, Mark last) {

  /**
   * One moment: the counter was read between two nanoseconds.
   *
   * @param cycles read between {@code fromNs} and {@code toNs}
   */
  record Mark(long cycles, long fromNs, long toNs) {

    private long uncertaintyNs() {
      return toNs - fromNs;
    }

    private long ns() {
      return fromNs + uncertaintyNs() / 2;
    }
  }

  /**
   * The sharpest of the first half of the marks, and of the second.
   *
   * @param marks two at least, in order
   */
  static MarkedClock of(List<Mark> marks) {
    if (marks.size() < 2) {
      throw new IllegalArgumentException("a clock needs two marks or more: marks=" + marks.size());
    }
    long middle = (marks.getFirst().cycles() >>> 1) + (marks.getLast().cycles() >>> 1);
    Comparator<Mark> sharpest = Comparator.comparingLong(Mark::uncertaintyNs);
    return new MarkedClock(
        marks.stream().filter(mark -> mark.cycles() <= middle).min(sharpest).orElseThrow(),
        marks.stream().filter(mark -> mark.cycles() > middle).min(sharpest).orElseThrow());
  }

  long ns(long cycles) {
    // Differences first: a double cannot hold nanoseconds since 1970.
    double nsPerCycle = (double) (last.ns() - first.ns()) / (last.cycles - first.cycles);
    return first.ns() + Math.round((cycles - first.cycles) * nsPerCycle);
  }
}
