package io.breakwater.perf.onset;

import io.breakwater.dpdk.Cycles;
import io.breakwater.perf.study.Throughput;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Reads a counter about once a millisecond, with the time stamp counter beside it.
 *
 * <p>It sleeps in between, so that it takes nothing from the core it shares. Its memory is taken
 * when it is made; when that is full it stops. Used by one thread.
 */
final class RateSampler {

  private static final long PERIOD_NS = 1_000_000;

  private final LongSupplier counter;
  private final double nsPerCycle = 1e9 / Cycles.perSecond();
  private final long[] cycles;
  private final long[] packets;
  private int count;

  /**
   * @param samplesMax two for each millisecond are plenty
   */
  RateSampler(LongSupplier counter, int samplesMax) {
    this.counter = counter;
    cycles = new long[samplesMax];
    packets = new long[samplesMax];
  }

  /** Samples for so long. */
  void sample(double seconds) {
    long end = Cycles.now() + (long) (seconds * 1e9 / nsPerCycle);
    while (count < cycles.length) {
      long now = Cycles.now();
      cycles[count] = now;
      packets[count++] = counter.getAsLong();
      if (now >= end) {
        return;
      }
      LockSupport.parkNanos(PERIOD_NS);
    }
  }

  /** What was seen, with times from {@code zeroCycles} on. */
  Throughput throughput(long zeroCycles) {
    long[] times = new long[count];
    for (int i = 0; i < count; i++) {
      times[i] = Math.round((cycles[i] - zeroCycles) * nsPerCycle);
    }
    return new Throughput(times, Arrays.copyOf(packets, count));
  }
}
