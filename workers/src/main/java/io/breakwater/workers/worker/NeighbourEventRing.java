package io.breakwater.workers.worker;

import io.breakwater.workers.stage.NeighbourEvents;

/**
 * Carries neighbours found and lost from the first worker to the control thread, for log and
 * journal.
 *
 * <p>Threading: the events' methods on the first worker's thread, {@link #drainTo} on the control
 * thread.
 */
public final class NeighbourEventRing implements NeighbourEvents {

  private static final int CAPACITY = 4096;
  private static final int LOST = 2;

  private final SpscRing ring = new SpscRing(CAPACITY);
  private final long[] record = new long[SpscRing.RECORD_LONGS];

  @Override
  public void resolved(int port, boolean ipv6, long high, long low, long mac) {
    ring.offer(ipv6 ? 1 : 0, port, high, low, mac);
  }

  @Override
  public void lost(int port, boolean ipv6, long high, long low) {
    ring.offer(LOST | (ipv6 ? 1 : 0), port, high, low, 0);
  }

  /** Hands all events that are there to {@code events}: at most as many as the ring holds. */
  public void drainTo(NeighbourEvents events) {
    for (int i = 0; i < CAPACITY && ring.poll(record); i++) {
      boolean ipv6 = (record[0] & 1) != 0;
      if ((record[0] & LOST) != 0) {
        events.lost((int) record[1], ipv6, record[2], record[3]);
      } else {
        events.resolved((int) record[1], ipv6, record[2], record[3], record[4]);
      }
    }
  }
}
