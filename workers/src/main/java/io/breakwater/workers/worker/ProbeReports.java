package io.breakwater.workers.worker;

import io.breakwater.workers.stage.ProbeListener;

/**
 * Carries answers to tunnel probes from a worker to the control thread.
 *
 * <p>Threading: {@link #answered} on the worker's thread, {@link #drainTo} on the control thread. A
 * full ring loses answers, which then count as lost probes; it holds those of a fifth of a second
 * at the least, at the highest rate of as many tunnels as there may be.
 */
final class ProbeReports implements ProbeListener {

  private static final int CAPACITY_MIN = 256;

  private final int capacity;
  private final SpscRing ring;
  private final long[] record = new long[SpscRing.RECORD_LONGS];

  /**
   * @param tunnelsMax most tunnels that are probed
   */
  ProbeReports(int tunnelsMax) {
    capacity = Math.max(CAPACITY_MIN, Integer.highestOneBit(tunnelsMax) * 4);
    ring = new SpscRing(capacity);
  }

  @Override
  public void answered(int tunnel, int sequence, long roundTripNs) {
    ring.offer(0, tunnel, sequence, roundTripNs, 0);
  }

  /** Hands all answers that are there to {@code listener}: at most as many as the ring holds. */
  void drainTo(ProbeListener listener) {
    for (int i = 0; i < capacity && ring.poll(record); i++) {
      listener.answered((int) record[1], (int) record[2], record[3]);
    }
  }
}
