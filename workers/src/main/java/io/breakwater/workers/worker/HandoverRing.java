package io.breakwater.workers.worker;

import io.breakwater.workers.packet.Batch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A bounded ring of packets from one worker to one other (Lamport 1977), with what a worker knows
 * of a packet just received or ready to be sent: buffer, frame, length, and a port.
 *
 * <p>It is in Java's heap and not DPDK's ring, since a packet's mbuf then need not be touched to
 * change hands, the port travels with it, and an empty ring costs its consumer one read instead of
 * a native call. Four packets share a cache line; the two positions have one each, and each side
 * remembers what it last saw of the other's.
 *
 * <p>Threading: {@link #offer}, {@link #publish} and {@link #end} on the producer's thread, {@link
 * #take} and its like on the consumer's. Packets in the ring belong to nobody else.
 */
final class HandoverRing {

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private static final int RECORD_SHIFT = 2;

  /** Longs of two cache lines: neighbouring lines are fetched in pairs. */
  private static final int LINE = 16;

  private static final int TAIL = LINE;
  private static final int HEAD = 2 * LINE;
  private static final int ENDED = 3 * LINE;

  private final int[] records;
  private final int mask;
  private final long[] positions = new long[4 * LINE];

  /** The producer's. */
  private long next;

  private long headSeen;

  /** The consumer's. */
  private long taken;

  private long tailSeen;
  private int port;

  /**
   * @param capacity packets, a power of two
   */
  HandoverRing(int capacity) {
    if (Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException(
          "ring capacity must be a power of two: capacity=" + capacity);
    }
    records = new int[capacity << RECORD_SHIFT];
    mask = capacity - 1;
  }

  /** Writes a packet, which the other side sees after {@link #publish}. False: there is no room. */
  boolean offer(int buffer, int frame, int length, int receivingPort) {
    long at = next;
    if (at - headSeen > mask) {
      headSeen = (long) LONGS.getAcquire(positions, HEAD);
      if (at - headSeen > mask) {
        return false;
      }
    }
    int record = ((int) at & mask) << RECORD_SHIFT;
    records[record] = buffer;
    records[record + 1] = frame;
    records[record + 2] = length;
    records[record + 3] = receivingPort;
    next = at + 1;
    return true;
  }

  /** Hands over all that was written. */
  void publish() {
    LONGS.setRelease(positions, TAIL, next);
  }

  /** Nothing will be written any more. */
  void end() {
    LONGS.setRelease(positions, ENDED, 1L);
  }

  boolean hasEnded() {
    return (long) LONGS.getAcquire(positions, ENDED) != 0;
  }

  /** Whether nothing is there and nothing will come. */
  boolean isExhausted() {
    // In this order: what was written before the end is seen once the end is.
    return hasEnded() && taken == (long) LONGS.getAcquire(positions, TAIL);
  }

  /**
   * Takes packets of one port, see {@link #port}, into a batch's records; the rest of each record
   * is set to 0, as after a receive.
   *
   * @param countMax at most so many
   * @return packets taken, 0 if there are none
   */
  int take(int[] into, int countMax) {
    int count = peek(into, countMax);
    if (count > 0) {
      release(count);
    }
    return count;
  }

  /** The same, but the packets stay in the ring until {@link #release}. */
  int peek(int[] into, int countMax) {
    long at = taken;
    if (at == tailSeen) {
      tailSeen = (long) LONGS.getAcquire(positions, TAIL);
      if (at == tailSeen) {
        return 0;
      }
    }
    int available = (int) Math.min(tailSeen - at, countMax);
    return copy(into, (int) at, available);
  }

  /** The first packets in the ring are the consumer's. */
  void release(int count) {
    taken += count;
    LONGS.setRelease(positions, HEAD, taken);
  }

  private int copy(int[] into, int first, int available) {
    int[] from = records;
    int places = mask;
    int samePort = from[((first & places) << RECORD_SHIFT) + 3];
    port = samePort;
    for (int k = 0; k < available; k++) {
      int record = (first + k & places) << RECORD_SHIFT;
      if (from[record + 3] != samePort) {
        return k;
      }
      int at = k << Batch.SHIFT;
      into[at + Batch.BUFFER] = from[record];
      into[at + Batch.FRAME] = from[record + 1];
      into[at + Batch.LENGTH] = from[record + 2];
      into[at + Batch.NETWORK] = 0;
      into[at + Batch.FLOW] = 0;
      into[at + Batch.TENANT] = 0;
      into[at + Batch.TUNNEL] = 0;
      into[at + Batch.OUTCOME] = 0;
    }
    return available;
  }

  /** The port of the packets taken last. */
  int port() {
    return port;
  }
}
