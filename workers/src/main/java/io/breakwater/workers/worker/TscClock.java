package io.breakwater.workers.worker;

/**
 * Nanoseconds from the time stamp counter: monotonic, of no relation to the wall clock.
 *
 * <p>Fixed-point: ns = cycles * (2^32 * 10^9 / frequency) / 2^32, with 128 bits in between, so that
 * it neither overflows nor drifts from itself.
 */
final class TscClock {

  private final long nsPerCycle32;

  TscClock(long cyclesPerSecond) {
    nsPerCycle32 = (long) (0x1p32 * 1e9 / cyclesPerSecond);
  }

  long ns(long cycles) {
    return Math.multiplyHigh(cycles, nsPerCycle32) << 32 | (cycles * nsPerCycle32) >>> 32;
  }
}
