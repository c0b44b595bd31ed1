package io.breakwater.workers.packet;

/**
 * What became of a received packet, other than being dropped: every packet ends with one of these
 * or with a {@link DropReason}, never with none and never with two.
 *
 * <p>A batch holds the fate as an int code: {@link #UNDECIDED} while the packet is on its way, 1..4
 * for the constants here and from {@link DropReason#CODE_MIN} on for the reasons. The code is also
 * the column of the packet's counter.
 */
public enum Fate {
  /** Sent on, clean. */
  DELIVERED,
  /** The appliance replied itself. */
  ANSWERED,
  /** Taken in without a reply. */
  CONSUMED,
  /** Handed to the host's own stack. */
  HOST;

  public static final int UNDECIDED = 0;

  /** Number of columns of a row of counters: all codes are below it. A power of two. */
  public static final int CODES = 128;

  public int code() {
    return ordinal() + 1;
  }
}
