package io.breakwater.workers.worker;

import io.breakwater.workers.stage.NeighbourListener;

/**
 * Carries what another worker's stages learn of neighbours to the first worker, which owns the
 * table.
 *
 * <p>Threading: the listener's methods on the reporting worker's thread, {@link #drainTo} on the
 * first worker's. A full ring loses reports, not neighbours: the first worker asks again.
 */
final class NeighbourReports implements NeighbourListener {

  private static final int CAPACITY = 256;

  private static final int ANSWERED = 0;
  private static final int ASKED = 1;
  private static final int WANTED = 2;

  private final SpscRing ring = new SpscRing(CAPACITY);
  private final long[] record = new long[SpscRing.RECORD_LONGS];

  @Override
  public void answered(int port, boolean ipv6, long high, long low, long mac) {
    ring.offer(kind(ANSWERED, ipv6), port, high, low, mac);
  }

  @Override
  public void asked(int port, boolean ipv6, long high, long low, long mac) {
    ring.offer(kind(ASKED, ipv6), port, high, low, mac);
  }

  @Override
  public void wanted(int port, boolean ipv6, long high, long low) {
    ring.offer(kind(WANTED, ipv6), port, high, low, 0);
  }

  /** Hands all reports that are there to {@code listener}: at most as many as the ring holds. */
  void drainTo(NeighbourListener listener) {
    for (int i = 0; i < CAPACITY && ring.poll(record); i++) {
      int port = (int) record[1];
      boolean ipv6 = (record[0] & 1) != 0;
      switch ((int) (record[0] >>> 1)) {
        case ANSWERED -> listener.answered(port, ipv6, record[2], record[3], record[4]);
        case ASKED -> listener.asked(port, ipv6, record[2], record[3], record[4]);
        default -> listener.wanted(port, ipv6, record[2], record[3]);
      }
    }
  }

  private static long kind(int kind, boolean ipv6) {
    return (long) kind << 1 | (ipv6 ? 1 : 0);
  }
}
