package io.breakwater.dpdk;

/**
 * The time stamp counter: the clock of the packet path.
 *
 * <p>It runs at a constant rate on every CPU that DPDK supports, and reading it costs some 20
 * cycles. Any thread may read it.
 */
public final class Cycles {
  private Cycles() {}

  /** The counter now; the same clock as {@link PacketBurst#tsc}. */
  public static long now() {
    return Shim.cycles();
  }

  /** Its frequency in hertz. Known once {@link Eal} has started. */
  public static long perSecond() {
    return Shim.cyclesPerSecond();
  }
}
