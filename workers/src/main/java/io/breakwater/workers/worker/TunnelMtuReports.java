package io.breakwater.workers.worker;

import io.breakwater.workers.stage.TunnelMtuListener;

/**
 * Carries what a worker is told about tunnels' path MTUs to the control thread.
 *
 * <p>Threading: {@link #exceeded} on the worker's thread, {@link #drainTo} on the control thread. A
 * full ring loses reports, which come again with the next packet that is too big.
 */
final class TunnelMtuReports implements TunnelMtuListener {

  private static final int CAPACITY = 256;

  private final SpscRing ring = new SpscRing(CAPACITY);
  private final long[] record = new long[SpscRing.RECORD_LONGS];

  @Override
  public void exceeded(int tunnel, int mtuBytes) {
    ring.offer(tunnel, mtuBytes, 0, 0, 0);
  }

  /** Hands all reports that are there to {@code listener}: at most as many as the ring holds. */
  void drainTo(TunnelMtuListener listener) {
    for (int i = 0; i < CAPACITY && ring.poll(record); i++) {
      listener.exceeded((int) record[0], (int) record[1]);
    }
  }
}
