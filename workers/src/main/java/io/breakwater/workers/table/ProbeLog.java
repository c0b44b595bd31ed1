package io.breakwater.workers.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Which probes were sent and when: by tunnel slot, the number of the last one and the times of the
 * last {@value #TIMES}.
 *
 * <p>A slot's numbers go on when it is given to another tunnel, so that a late answer is never
 * taken for one of the new tunnel's.
 *
 * <p>Threading: written by the first worker, read by the control thread. All memory is taken when
 * it is made.
 */
public final class ProbeLog {

  /** Times kept of each tunnel: of more than five seconds, at ten probes a second. */
  public static final int TIMES = 64;

  private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);
  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private final int tunnelSlots;
  private final int[] sequences;

  /**
   * All tunnels' first times, then all their second ones: tunnels that are probed in turn have
   * slots and times in turn, and so share cache lines.
   */
  private final long[] timesNs;

  /**
   * @param tunnelSlots slots of tunnels are below it
   */
  public ProbeLog(int tunnelSlots) {
    this.tunnelSlots = tunnelSlots;
    sequences = new int[tunnelSlots];
    timesNs = new long[tunnelSlots * TIMES];
  }

  /** Notes that a probe is sent now; returns its number: 1 for the first, and it may wrap. */
  public int next(int tunnel, long nowNs) {
    int sequence = sequences[tunnel] + 1;
    LONGS.setOpaque(timesNs, index(tunnel, sequence), nowNs);
    INTS.setRelease(sequences, tunnel, sequence);
    return sequence;
  }

  /** Number of the last probe: 0 before the first. */
  public int last(int tunnel) {
    return (int) INTS.getAcquire(sequences, tunnel);
  }

  /** When a probe was sent that is one of the last {@value #TIMES}. */
  public long timeNs(int tunnel, int sequence) {
    return (long) LONGS.getOpaque(timesNs, index(tunnel, sequence));
  }

  private int index(int tunnel, int sequence) {
    return (sequence & TIMES - 1) * tunnelSlots + tunnel;
  }
}
