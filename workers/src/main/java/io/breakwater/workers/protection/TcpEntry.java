package io.breakwater.workers.protection;

/**
 * A connection in {@link TcpFlows}: one long, so that any thread sees it whole.
 *
 * <pre>
 *    63                      32 31            16 15   13 12               0
 *   +--------------------------+----------------+-------+------------------+
 *   | tag (half of the hash)   | sequence >> 16 | state | time, 4 s a tick |
 *   +--------------------------+----------------+-------+------------------+
 * </pre>
 *
 * <p>Only the client's segments are seen (replies go another way), so there is one sequence number,
 * in units of 64 KiB: {@link #distance} of a segment from it says whether it can be this
 * connection's. An empty entry is 0.
 *
 * <p>The time is that of the connection's last segment, give or take a tick, or of the first one
 * while it is only {@link #SEEN}. It comes around after 9 hours; an entry that nobody replaced
 * since then seems to live once more.
 */
final class TcpEntry {

  // States in the order in which entries are worth keeping.

  /** Some segments were seen, whose beginning was not. */
  static final int SEEN = 1;

  /** A SYN was let by. */
  static final int HALF_OPEN = 2;

  /** The client sent a RST. */
  static final int RESET = 3;

  /** The client sent a FIN: it still acknowledges what the server sends. */
  static final int FINISHED = 4;

  static final int ESTABLISHED = 5;

  static final int TICK_SECONDS = 4;
  static final int TIME_MASK = (1 << 13) - 1;

  /** So far an entry's time may be ahead: clocks of workers, and one that was put back. */
  private static final int AHEAD_TICKS = 64;

  private static final int TAG_SHIFT = 32;
  private static final int POSITION_SHIFT = 16;
  private static final int STATE_SHIFT = 13;
  private static final int STATE_MASK = 7;

  /**
   * How long an entry lives without a segment, by state. RFC 5382 REQ-5 wants 2 h 4 min for an
   * established connection, since TCP's keep-alives come every 2 h (RFC 9293 3.8.4); Linux's
   * conntrack gives 60 s to a SYN and 120 s to what is closing.
   */
  private static final int[] LIFE_TICKS = {
    -AHEAD_TICKS - 1, ticks(600), ticks(60), ticks(30), ticks(120), ticks(7_440), -1, -1
  };

  private TcpEntry() {}

  private static int ticks(int seconds) {
    return seconds / TICK_SECONDS;
  }

  static int tickOf(long nowNs) {
    return (int) (nowNs / (TICK_SECONDS * 1_000_000_000L)) & TIME_MASK;
  }

  static long of(int tag, int sequence, int state, int tick) {
    return (long) tag << TAG_SHIFT
        | (long) (sequence >>> 16) << POSITION_SHIFT
        | (long) state << STATE_SHIFT
        | tick;
  }

  static int tag(long entry) {
    return (int) (entry >>> TAG_SHIFT);
  }

  static int state(long entry) {
    return (int) entry >>> STATE_SHIFT & STATE_MASK;
  }

  static int ageTicks(long entry, int tick) {
    return (tick - (int) entry + AHEAD_TICKS & TIME_MASK) - AHEAD_TICKS;
  }

  /** Not so an empty one. */
  static boolean isAlive(long entry, int tick) {
    return ageTicks(entry, tick) <= LIFE_TICKS[state(entry)];
  }

  /** Units of 64 KiB from the entry's to the segment's sequence number, either may be ahead. */
  static int distance(long entry, int sequence) {
    return (short) ((sequence >>> 16) - ((int) entry >>> POSITION_SHIFT));
  }

  static long withState(long entry, int state) {
    return entry & ~((long) STATE_MASK << STATE_SHIFT) | (long) state << STATE_SHIFT;
  }

  static long withTick(long entry, int tick) {
    return entry & ~(long) TIME_MASK | tick;
  }

  /** Moves the sequence number by some units. */
  static long moved(long entry, int units) {
    long position = ((int) entry >>> POSITION_SHIFT) + units & 0xffff;
    return entry & ~(0xffffL << POSITION_SHIFT) | position << POSITION_SHIFT;
  }
}
