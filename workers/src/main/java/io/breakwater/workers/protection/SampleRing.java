package io.breakwater.workers.protection;

import io.breakwater.workers.packet.PacketMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A bounded ring of packets' first bytes, from a worker to the control thread, without locks
 * (Lamport 1977). The worker copies from the packet's buffer right into it.
 *
 * <pre>
 *   long 0      | bytes copied (16) | length of the IP packet (16) | tenant (32) |
 *   longs 1..12 the bytes, in network byte order
 * </pre>
 *
 * <p>Threading: {@link #offer} on the worker's thread only, {@link #poll} on the control thread's.
 * What finds it full is not taken.
 */
final class SampleRing {

  /** Of a packet, from the IP header on. */
  static final int BYTES_MAX = 96;

  static final int RECORD_LONGS = 1 + BYTES_MAX / Long.BYTES;

  private static final VarHandle TAIL;
  private static final VarHandle HEAD;

  static {
    try {
      var lookup = MethodHandles.lookup();
      TAIL = lookup.findVarHandle(SampleRing.class, "tail", long.class);
      HEAD = lookup.findVarHandle(SampleRing.class, "head", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final long[] records;
  private final int mask;
  private long tail;
  private long head;

  /**
   * @param capacity records, a power of two
   */
  SampleRing(int capacity) {
    if (Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException(
          "ring capacity must be a power of two: capacity=" + capacity);
    }
    records = new long[capacity * RECORD_LONGS];
    mask = capacity - 1;
  }

  /**
   * @param network where the IP packet is
   * @param lengthBytes of it: so many are there
   */
  void offer(PacketMemory memory, int tenant, int network, int lengthBytes) {
    long at = tail;
    if (at - (long) HEAD.getAcquire(this) > mask) {
      return;
    }
    int record = ((int) at & mask) * RECORD_LONGS;
    int bytes = Math.min(lengthBytes, BYTES_MAX);
    records[record] = (long) bytes << 48 | (long) lengthBytes << 32 | tenant;
    int whole = bytes / Long.BYTES;
    for (int i = 0; i < whole; i++) {
      records[record + 1 + i] = memory.i64(network + i * Long.BYTES);
    }
    // Not a byte more is read than is there: the last packet may end where the memory does.
    long last = 0;
    for (int i = whole * Long.BYTES; i < bytes; i++) {
      last |= (long) memory.u8(network + i) << Long.SIZE - Byte.SIZE * (i % Long.BYTES + 1);
    }
    if (bytes % Long.BYTES != 0) {
      records[record + 1 + whole] = last;
    }
    TAIL.setRelease(this, at + 1);
  }

  /** Takes the oldest record into {@code into}; false when there is none. */
  boolean poll(long[] into) {
    long at = head;
    if (at == (long) TAIL.getAcquire(this)) {
      return false;
    }
    System.arraycopy(records, ((int) at & mask) * RECORD_LONGS, into, 0, RECORD_LONGS);
    HEAD.setRelease(this, at + 1);
    return true;
  }
}
