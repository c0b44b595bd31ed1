package io.breakwater.perf.bench;

import io.breakwater.dpdk.DpdkException;
import io.breakwater.dpdk.HardwareCounter;
import io.breakwater.dpdk.HardwareCounter.Event;
import java.util.ArrayList;
import java.util.List;

/**
 * What the CPU counts of one worker's thread: instructions, cycles of its own clock, and misses of
 * the last cache, or the reason why it does not. Used by the measuring thread.
 */
final class ThreadCounters implements AutoCloseable {

  static final List<Event> EVENTS =
      List.of(Event.INSTRUCTIONS, Event.CORE_CYCLES, Event.CACHE_MISSES);

  private final List<HardwareCounter> counters = new ArrayList<>();
  private String missing;

  private ThreadCounters() {}

  /** Begins to count a thread of this process, found by its name. */
  static ThreadCounters of(Thread thread) {
    return of(thread, EVENTS);
  }

  /** All of the events, or none: what is left after one of them failed would compare to nothing. */
  static ThreadCounters of(Thread thread, List<Event> events) {
    ThreadCounters opened = new ThreadCounters();
    try {
      int number = HardwareCounter.threadNamed(thread.getName());
      for (Event event : events) {
        opened.counters.add(HardwareCounter.open(event, number));
      }
    } catch (DpdkException e) {
      opened.fail(e);
    }
    return opened;
  }

  /** Counts so far, in the order of the events; none if the machine cannot. */
  long[] read() {
    try {
      return counters.stream().mapToLong(HardwareCounter::read).toArray();
    } catch (DpdkException e) {
      fail(e);
      return new long[0];
    }
  }

  private void fail(DpdkException e) {
    missing = e.getMessage();
    close();
    counters.clear();
  }

  /** Why there is nothing to read, or null. */
  String missing() {
    return missing;
  }

  @Override
  public void close() {
    counters.forEach(HardwareCounter::close);
  }
}
