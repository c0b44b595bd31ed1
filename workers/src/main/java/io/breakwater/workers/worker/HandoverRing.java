package io.breakwater.workers.worker;

import io.breakwater.workers.packet.Batch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A bounded ring of packets from one worker to one other (Lamport 1977), with what a worker knows
 * of a packet just received or ready to be sent: a long for each, and a port.
 *
 * <pre>
 *    bit   63     62 ... 47   46 ... 31        30 ... 0
 *        +---+-------------+----------------+----------+
 *        | 0 |   length    | frame - buffer |  buffer  |   a packet
 *        +---+-------------+----------------+----------+
 *        | 1 |                        port             |   the packets behind are of this port
 *        +---+-----------------------------------------+
 * </pre>
 *
 * <p>It is in Java's heap and not DPDK's ring, since a packet's mbuf then need not be touched to
 * change hands, the port travels with it, and an empty ring costs its consumer one read instead of
 * a native call. Eight packets share a cache line, which has to go from one core to the other and
 * back; the two positions have one each, and each side remembers what it last saw of the other's.
 *
 * <p>Threading: {@link #offer}, {@link #publish} and {@link #end} on the producer's thread, {@link
 * #take} and its like on the consumer's. Packets in the ring belong to nobody else.
 */
final class HandoverRing {

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private static final int BUFFER_MASK = 0x7fff_ffff;
  private static final int FRAME_SHIFT = 31;
  private static final int FIELD_MASK = 0xffff;
  private static final int LENGTH_SHIFT = 47;

  /** Longs of two cache lines: neighbouring lines are fetched in pairs. */
  private static final int LINE = 16;

  private static final int TAIL = LINE;
  private static final int HEAD = 2 * LINE;
  private static final int ENDED = 3 * LINE;

  private final long[] entries;
  private final int mask;
  private final long[] positions = new long[4 * LINE];

  /** The producer's. */
  private long next;

  private long headSeen;
  private int offeredPort;

  /** The consumer's. */
  private long taken;

  private long tailSeen;
  private int port;

  /**
   * @param capacity packets, a power of two; a change of the port takes the place of one
   */
  HandoverRing(int capacity) {
    if (Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException(
          "ring capacity must be a power of two: capacity=" + capacity);
    }
    entries = new long[capacity];
    mask = capacity - 1;
  }

  /**
   * A packet as an entry.
   *
   * @param length at least 0: a frame that is not in one piece is not handed on
   */
  static long entry(int buffer, int frame, int length) {
    return (long) length << LENGTH_SHIFT | (long) (frame - buffer) << FRAME_SHIFT | buffer;
  }

  /** Writes an entry's packet into a record: buffer, frame, and length. */
  static void describe(long entry, int[] into, int index) {
    int at = index << Batch.SHIFT;
    int buffer = (int) entry & BUFFER_MASK;
    into[at + Batch.BUFFER] = buffer;
    into[at + Batch.FRAME] = buffer + ((int) (entry >>> FRAME_SHIFT) & FIELD_MASK);
    into[at + Batch.LENGTH] = (int) (entry >>> LENGTH_SHIFT);
  }

  /** Whether all frames of such buffers can be told by an entry. */
  static boolean isFit(int bufferBytes) {
    return bufferBytes <= FIELD_MASK;
  }

  /**
   * Writes a packet, which the other side sees after {@link #publish}. False: there is no room.
   *
   * @param entry see {@link #entry}
   */
  boolean offer(long entry, int receivingPort) {
    if (receivingPort != offeredPort) {
      if (!write(Long.MIN_VALUE | receivingPort)) {
        return false;
      }
      offeredPort = receivingPort;
    }
    return write(entry);
  }

  /**
   * The same for several packets of one port, in order; returns how many there was room for.
   *
   * @param packets entries from {@code first} on
   */
  int offerAll(long[] packets, int first, int count, int receivingPort) {
    if (receivingPort != offeredPort) {
      if (!write(Long.MIN_VALUE | receivingPort)) {
        return 0;
      }
      offeredPort = receivingPort;
    }
    int taken = room(count);
    int at = (int) next & mask;
    int toEnd = Math.min(taken, entries.length - at);
    System.arraycopy(packets, first, entries, at, toEnd);
    System.arraycopy(packets, first + toEnd, entries, 0, taken - toEnd);
    next += taken;
    return taken;
  }

  /** For so many entries, or as many as there is room for. */
  private int room(int wanted) {
    long free = entries.length - (next - headSeen);
    if (free < wanted) {
      headSeen = (long) LONGS.getAcquire(positions, HEAD);
      free = entries.length - (next - headSeen);
    }
    return (int) Math.min(wanted, free);
  }

  private boolean write(long entry) {
    long at = next;
    if (at - headSeen > mask) {
      headSeen = (long) LONGS.getAcquire(positions, HEAD);
      if (at - headSeen > mask) {
        return false;
      }
    }
    entries[(int) at & mask] = entry;
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
    return hasEnded() && !isWaiting(1);
  }

  /** Whether at least so many entries are there. */
  boolean isWaiting(int count) {
    tailSeen = (long) LONGS.getAcquire(positions, TAIL);
    return tailSeen - taken >= count;
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
    return findPort() ? copy(into, 0, countMax) : 0;
  }

  /**
   * The same, if the packets that come first are of a port.
   *
   * @param first where the first record is written
   */
  int takeOf(int wantedPort, int[] into, int first, int countMax) {
    if (!findPort() || port != wantedPort) {
      return 0;
    }
    int count = copy(into, first, countMax);
    release(count);
    return count;
  }

  /** Whether there is a packet, which then comes next, and is of {@link #port}. */
  private boolean findPort() {
    while (taken != tailSeen || isWaiting(1)) {
      long entry = entries[(int) taken & mask];
      if (entry >= 0) {
        return true;
      }
      port = (int) entry;
      taken++;
    }
    return false;
  }

  /** The first packets in the ring are the consumer's. */
  void release(int count) {
    taken += count;
    LONGS.setRelease(positions, HEAD, taken);
  }

  private int copy(int[] into, int to, int countMax) {
    long[] from = entries;
    int places = mask;
    int first = (int) taken;
    int available = (int) Math.min(tailSeen - taken, countMax);
    for (int k = 0; k < available; k++) {
      long entry = from[first + k & places];
      if (entry < 0) {
        return k;
      }
      describe(entry, into, to + k);
      int at = to + k << Batch.SHIFT;
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
