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
  DELIVERED("Sent on, clean."),
  ANSWERED("The appliance replied itself: ARP, neighbour discovery, ICMP, a SYN cookie."),
  CONSUMED("Taken in without a reply, such as an ARP reply."),
  HOST("Handed to the host's own stack; without a host interface it ends here.");

  public static final int UNDECIDED = 0;

  /** Number of columns of a row of counters: all codes are below it. A power of two. */
  public static final int CODES = 128;

  private final String meaning;

  Fate(String meaning) {
    this.meaning = meaning;
  }

  public int code() {
    return ordinal() + 1;
  }

  public String meaning() {
    return meaning;
  }
}
