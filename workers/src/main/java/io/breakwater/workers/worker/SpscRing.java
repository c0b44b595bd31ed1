package io.breakwater.workers.worker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A bounded ring of records of five longs, or as many as it is made for, from one thread to one
 * other, without locks (Lamport 1977).
 *
 * <p>Threading: {@link #offer} on the producer's thread only, {@link #poll} on the consumer's only.
 * A full ring refuses and counts: what is told through it is either told again or for the journal
 * only.
 */
final class SpscRing {

  static final int RECORD_LONGS = 5;

  private static final VarHandle TAIL;
  private static final VarHandle HEAD;

  static {
    try {
      var lookup = MethodHandles.lookup();
      TAIL = lookup.findVarHandle(SpscRing.class, "tail", long.class);
      HEAD = lookup.findVarHandle(SpscRing.class, "head", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final long[] records;
  private final int recordLongs;
  private final int mask;
  private long tail;
  private long head;
  private long refused;

  /**
   * @param capacity records, a power of two
   */
  SpscRing(int capacity) {
    this(capacity, RECORD_LONGS);
  }

  /**
   * @param recordLongs of each record: for {@link #offer(long[])}
   */
  SpscRing(int capacity, int recordLongs) {
    if (Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException(
          "ring capacity must be a power of two: capacity=" + capacity);
    }
    this.recordLongs = recordLongs;
    records = new long[capacity * recordLongs];
    mask = capacity - 1;
  }

  boolean offer(long kind, long first, long second, long third, long fourth) {
    long at = tail;
    if (at - (long) HEAD.getAcquire(this) > mask) {
      refused++;
      return false;
    }
    int record = ((int) at & mask) * RECORD_LONGS;
    records[record] = kind;
    records[record + 1] = first;
    records[record + 2] = second;
    records[record + 3] = third;
    records[record + 4] = fourth;
    TAIL.setRelease(this, at + 1);
    return true;
  }

  /** The same for a record of any length, which is copied. */
  boolean offer(long[] record) {
    long at = tail;
    if (at - (long) HEAD.getAcquire(this) > mask) {
      refused++;
      return false;
    }
    System.arraycopy(record, 0, records, ((int) at & mask) * recordLongs, recordLongs);
    TAIL.setRelease(this, at + 1);
    return true;
  }

  /** Takes the oldest record into {@code into}; false when there is none. */
  boolean poll(long[] into) {
    long at = head;
    if (at == (long) TAIL.getAcquire(this)) {
      return false;
    }
    System.arraycopy(records, ((int) at & mask) * recordLongs, into, 0, recordLongs);
    HEAD.setRelease(this, at + 1);
    return true;
  }

  /** Records that found the ring full: read by the producer's thread. */
  long refused() {
    return refused;
  }
}
