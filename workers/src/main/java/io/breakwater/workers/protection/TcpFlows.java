package io.breakwater.workers.protection;

import io.breakwater.workers.packet.Tcp;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The TCP connections that clients have to tenants, told from the clients' segments alone: {@link
 * #follow} says whether a segment belongs to one that is known, and keeps what it changes.
 *
 * <pre>
 *                SYN                     ACK of the SYN-ACK                   FIN
 *   (unknown) ----------> HALF_OPEN ---------------------> ESTABLISHED ------------> FINISHED
 *       |                                                   ^   |  ^                    |
 *       | while learning                     4 s later, too |   |  +-- data ------------+
 *       +---------------> SEEN -----------------------------+   |RST
 *                                                           +---+--> RESET (an ACK: it was forged)
 * </pre>
 *
 * <p><b>Sequence numbers.</b> A segment of an established connection is taken within {@value
 * #WINDOW_UNITS} units of 64 KiB (64 MiB, what may be under way) of where the connection was, a RST
 * or the FIN that ends it within 1 MiB, the ACK that opens one within 128 KiB behind the SYN. So of
 * forged segments that meet a known connection's addresses and ports one in 32 comes by, of RSTs
 * one in 1,986 (RFC 5961 3 leaves the rest to the server), and it does not end the connection here,
 * which lives on with a segment of the client's within 30 s. Where the connection is moves by two
 * units with a segment at most, so that single forged ones don't lead it away from the client. A
 * SYN never ends a connection; what it begins is followed beside it, since either may be the true
 * one.
 *
 * <p><b>Place.</b> Entries are longs ({@link TcpEntry}), eight to a bucket, which is a cache line.
 * A new entry takes an empty or expired one's place, else that of the bucket's entry that is least
 * worth keeping and oldest, if that is worth no more than itself: what was {@code SEEN} once yields
 * to all, a SYN never displaces an established connection nor one that is closing. Only a
 * connection that was admitted ({@link #admit}) displaces the oldest established one of a full
 * bucket. A stranger passes for a known flow with a probability of 8 x 2<sup>-32</sup> by its tag,
 * and 1/32 by its sequence number: 2<sup>-34</sup>.
 *
 * <p>Threading: any number of threads, without locks. An entry changes by compare-and-set; a change
 * that loses against another one of the same moment is not made. Cost: one cache line.
 */
public final class TcpFlows {

  /** What a segment is. */
  public static final int UNKNOWN = 0;

  /** A known connection's. */
  public static final int KNOWN = 1;

  /** A SYN that begins one. */
  public static final int BEGUN = 2;

  /** The ACK that completes a handshake. */
  public static final int COMPLETED = 3;

  /** It continues what was {@code SEEN} before, and would be learned if that were allowed. */
  public static final int PLAUSIBLE = 4;

  /** It has become established by learning. */
  private static final int LEARNED = 5;

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private static final int WAYS_LOG = 3;
  private static final int WAYS = 1 << WAYS_LOG;

  private static final int WINDOW_UNITS = 1_024;
  private static final int CLOSING_UNITS = 16;
  private static final int OPENING_UNITS = 2;
  private static final int STEP_UNITS = 2;

  /** Of a rank's age: see {@link #rank}. */
  private static final int RANK_SHIFT = 14;

  private static final int FIN = 0x01;
  private static final int KINDS = FIN | Tcp.SYN | Tcp.RST | Tcp.ACK;

  private final long[] entries;
  private final int bucketMask;

  /**
   * @param flows most connections, a power of two, 64 and up
   */
  public TcpFlows(int flows) {
    if (Integer.bitCount(flows) != 1 || flows < 64) {
      throw new IllegalArgumentException("flows must be a power of two from 64 on: flows=" + flows);
    }
    entries = new long[flows];
    bucketMask = (flows >>> WAYS_LOG) - 1;
  }

  public int capacity() {
    return entries.length;
  }

  private int bucket(long hash) {
    return ((int) hash & bucketMask) << WAYS_LOG;
  }

  /** The time, as {@link #follow} takes it. */
  public static int tickOf(long nowNs) {
    return TcpEntry.tickOf(nowNs);
  }

  /**
   * Brings the buckets of flows near, all at once; what is returned is to be used somehow.
   *
   * @param hashes the first {@code count} of them; any number will do where there is no flow
   */
  public long fetch(long[] hashes, int count) {
    long[] words = entries;
    int mask = bucketMask;
    long any = 0;
    for (int k = 0; k < count; k++) {
      any ^= words[((int) hashes[k] & mask) << WAYS_LOG];
    }
    return any;
  }

  /**
   * What a segment is to its flow.
   *
   * @param hash of the flow
   * @param flags of the TCP header
   * @param sequence its sequence number
   * @param data whether it has payload
   * @param tick {@link #tickOf} now
   * @param learning whether a segment of an unknown flow may make it known
   */
  public int follow(long hash, int flags, int sequence, boolean data, int tick, boolean learning) {
    int at = bucket(hash);
    int tag = (int) (hash >>> 32);
    long[] words = entries;
    for (int way = 0; way < WAYS; way++) {
      long entry = (long) LONGS.getOpaque(words, at + way);
      if (TcpEntry.tag(entry) == tag) {
        // Nearly all segments of good traffic: nothing changes.
        int distance = TcpEntry.distance(entry, sequence);
        if ((flags & KINDS) == Tcp.ACK
            && TcpEntry.state(entry) == TcpEntry.ESTABLISHED
            && isWithin(distance, 1)
            && TcpEntry.ageTicks(entry, tick) == 0) {
          return KNOWN;
        }
        return followKnown(at, tag, flags, sequence, data, tick, learning);
      }
    }
    return followUnknown(at, tag, flags, sequence, tick, learning);
  }

  private int followUnknown(int at, int tag, int flags, int sequence, int tick, boolean learning) {
    if ((flags & (Tcp.SYN | Tcp.ACK | Tcp.RST)) == Tcp.SYN) {
      insert(at, TcpEntry.of(tag, sequence, TcpEntry.HALF_OPEN, tick), TcpEntry.HALF_OPEN, tick);
      return BEGUN;
    }
    if (learning && (flags & (Tcp.RST | FIN | Tcp.ACK)) == Tcp.ACK) {
      // A SYN-ACK, too: it answers a connection that the tenant opens.
      insert(at, TcpEntry.of(tag, sequence, TcpEntry.SEEN, tick), TcpEntry.SEEN, tick);
    }
    return UNKNOWN;
  }

  /** There are entries with this tag: one, or two when a SYN came again for an old connection. */
  private int followKnown(
      int at, int tag, int flags, int sequence, boolean data, int tick, boolean learning) {
    if ((flags & (Tcp.SYN | Tcp.ACK | Tcp.RST)) == Tcp.SYN) {
      return begin(at, tag, sequence, tick);
    }
    int nearest = -1;
    int least = Integer.MAX_VALUE;
    for (int slot = at; slot < at + WAYS; slot++) {
      long entry = (long) LONGS.getOpaque(entries, slot);
      if (TcpEntry.tag(entry) == tag && TcpEntry.isAlive(entry, tick)) {
        int strangeness = strangeness(entry, flags, sequence);
        if (strangeness < least) {
          nearest = slot;
          least = strangeness;
        }
      }
    }
    if (nearest < 0) {
      return followUnknown(at, tag, flags, sequence, tick, learning);
    }
    long entry = (long) LONGS.getOpaque(entries, nearest);
    int answer = continued(nearest, entry, flags, sequence, data, tick, learning);
    if (answer == COMPLETED || answer == LEARNED) {
      settle(at, nearest, tag, tick);
    } else if (answer == UNKNOWN && learning && (flags & (Tcp.RST | FIN | Tcp.ACK)) == Tcp.ACK) {
      seeElsewhere(at, TcpEntry.of(tag, sequence, TcpEntry.SEEN, tick), tick);
    }
    return answer == LEARNED ? KNOWN : answer;
  }

  /**
   * How far a segment is from an entry of its flow. One that completes a handshake does that first,
   * though it may fit an older connection by chance; what was only seen comes behind what fits.
   */
  private static int strangeness(long entry, int flags, int sequence) {
    int distance = TcpEntry.distance(entry, sequence);
    return switch (TcpEntry.state(entry)) {
      case TcpEntry.SEEN -> 1 << 16;
      case TcpEntry.HALF_OPEN -> {
        boolean opens = distance >= 0 && distance <= OPENING_UNITS;
        yield opens ? -1 : (flags & Tcp.RST) != 0 ? Math.abs(distance) : 1 << 17;
      }
      default -> isWithin(distance, WINDOW_UNITS) ? Math.abs(distance) : 1 << 17;
    };
  }

  /** A flow that is known goes on elsewhere: it was away, at another server, or this is forged. */
  private void seeElsewhere(int at, long seen, int tick) {
    for (int slot = at; slot < at + WAYS; slot++) {
      long entry = (long) LONGS.getOpaque(entries, slot);
      if (TcpEntry.tag(entry) == TcpEntry.tag(seen) && TcpEntry.state(entry) == TcpEntry.SEEN) {
        change(slot, entry, seen);
        return;
      }
    }
    insert(at, seen, TcpEntry.SEEN, tick);
  }

  /** A SYN for a flow of which there is an entry. */
  private int begin(int at, int tag, int sequence, int tick) {
    long begun = TcpEntry.of(tag, sequence, TcpEntry.HALF_OPEN, tick);
    int replaced = -1;
    long replacedEntry = 0;
    for (int slot = at; slot < at + WAYS; slot++) {
      long entry = (long) LONGS.getOpaque(entries, slot);
      int state = TcpEntry.state(entry);
      if (TcpEntry.tag(entry) == tag && state != 0) {
        if (isRepeated(entry, state, sequence, tick)) {
          if (state == TcpEntry.HALF_OPEN) {
            change(slot, entry, begun);
          }
          return KNOWN;
        }
        if (state <= TcpEntry.RESET) {
          replaced = slot;
          replacedEntry = entry;
        }
      }
    }
    if (replaced >= 0) {
      change(replaced, replacedEntry, begun);
    } else {
      // The old connection keeps its entry: a forged SYN does not end it (RFC 5961 4).
      insert(at, begun, TcpEntry.HALF_OPEN, tick);
    }
    return BEGUN;
  }

  /** Whether a SYN is one that came before: of what is half open, or has just been opened. */
  private static boolean isRepeated(long entry, int state, int sequence, int tick) {
    int distance = TcpEntry.distance(entry, sequence);
    return TcpEntry.isAlive(entry, tick)
        && (state == TcpEntry.HALF_OPEN && distance == 0
            || state >= TcpEntry.FINISHED && (distance == 0 || distance == -1));
  }

  /** Whether a segment without a SYN of its own continues an entry that is alive. */
  private int continued(
      int slot, long entry, int flags, int sequence, boolean data, int tick, boolean learning) {
    int state = TcpEntry.state(entry);
    int distance = TcpEntry.distance(entry, sequence);
    if ((flags & Tcp.RST) != 0) {
      return isWithin(distance, CLOSING_UNITS) ? reset(slot, entry, state, tick) : UNKNOWN;
    }
    if ((flags & Tcp.ACK) == 0) {
      return UNKNOWN;
    }
    if (state == TcpEntry.SEEN) {
      return seenAgain(slot, entry, distance, tick, learning);
    }
    if ((flags & Tcp.SYN) != 0) {
      // Of a simultaneous open (RFC 9293 3.5), of a connection that the tenant opened, or repeated.
      int window = state == TcpEntry.HALF_OPEN ? 0 : WINDOW_UNITS;
      return isWithin(distance, window) ? KNOWN : UNKNOWN;
    }
    boolean fin = (flags & FIN) != 0;
    if (state == TcpEntry.HALF_OPEN) {
      if (distance < 0 || distance > OPENING_UNITS) {
        return UNKNOWN;
      }
      int opened = fin ? TcpEntry.FINISHED : TcpEntry.ESTABLISHED;
      return change(slot, entry, refreshed(entry, opened, distance, tick)) ? COMPLETED : KNOWN;
    }
    if (!isWithin(distance, WINDOW_UNITS)) {
      return UNKNOWN;
    }
    int next = state;
    if (fin && isWithin(distance, CLOSING_UNITS)) {
      next = TcpEntry.FINISHED;
    } else if (state == TcpEntry.RESET || data && !fin) {
      // It lives after all. A client that has really sent its FIN has no more data, or repeats
      // both.
      next = TcpEntry.ESTABLISHED;
    }
    long changed = refreshed(entry, next, distance, tick);
    if (changed != entry) {
      change(slot, entry, changed);
    }
    return KNOWN;
  }

  private int reset(int slot, long entry, int state, int tick) {
    if (state != TcpEntry.SEEN) {
      change(slot, entry, TcpEntry.withTick(TcpEntry.withState(entry, TcpEntry.RESET), tick));
      return KNOWN;
    }
    return UNKNOWN;
  }

  private int seenAgain(int slot, long entry, int distance, int tick, boolean learning) {
    if (!isWithin(distance, WINDOW_UNITS) || TcpEntry.ageTicks(entry, tick) <= 0) {
      return UNKNOWN;
    }
    if (learning) {
      change(slot, entry, refreshed(entry, TcpEntry.ESTABLISHED, distance, tick));
      return LEARNED;
    }
    return PLAUSIBLE;
  }

  /** A flow is established: its segments came as only a client's do. */
  public void admit(long hash, int sequence, boolean fin, int tick) {
    int at = bucket(hash);
    int tag = (int) (hash >>> 32);
    int state = fin ? TcpEntry.FINISHED : TcpEntry.ESTABLISHED;
    long admitted = TcpEntry.of(tag, sequence, state, tick);
    int slot = insert(at, admitted, TcpEntry.ESTABLISHED, tick);
    if (slot >= 0) {
      settle(at, slot, tag, tick);
    }
  }

  private static boolean isWithin(int distance, int units) {
    return distance + units >= 0 && distance <= units;
  }

  /** Where the flow is follows its segments, a step with each. */
  private static long refreshed(long entry, int state, int distance, int tick) {
    int step = distance > 1 ? STEP_UNITS : distance < -1 ? -STEP_UNITS : 0;
    return TcpEntry.withTick(TcpEntry.withState(TcpEntry.moved(entry, step), state), tick);
  }

  /**
   * A connection was entered that may stand beside an older one of the same addresses and ports.
   * That one may be over, or be the true one and this forged: both stay, but no third.
   */
  private void settle(int at, int entered, int tag, int tick) {
    int first = -1;
    for (int slot = at; slot < at + WAYS; slot++) {
      long entry = (long) LONGS.getOpaque(entries, slot);
      if (slot != entered && TcpEntry.tag(entry) == tag && TcpEntry.state(entry) != 0) {
        if (first < 0) {
          first = slot;
        } else {
          long other = (long) LONGS.getOpaque(entries, first);
          boolean drop = rank(entry, tick) <= rank(other, tick);
          change(drop ? slot : first, drop ? entry : other, 0);
          first = drop ? first : slot;
        }
      }
    }
  }

  /**
   * Gives an entry a place, where one yields that is worth no more.
   *
   * @param displaced the highest state of a living entry that may yield
   * @return where it stands; -1 if there is no place for it
   */
  private int insert(int at, long inserted, int displaced, int tick) {
    int victim = -1;
    long victimEntry = 0;
    int victimRank = Integer.MAX_VALUE;
    for (int slot = at; slot < at + WAYS; slot++) {
      long entry = (long) LONGS.getOpaque(entries, slot);
      int rank = rank(entry, tick);
      if (rank < victimRank) {
        victim = slot;
        victimEntry = entry;
        victimRank = rank;
      }
    }
    boolean yields = victimRank >> RANK_SHIFT <= displaced;
    return yields && change(victim, victimEntry, inserted) ? victim : -1;
  }

  /** What is least worth keeping has the lowest: by state, then by age. */
  private static int rank(long entry, int tick) {
    if (!TcpEntry.isAlive(entry, tick)) {
      return 0;
    }
    int age = Math.max(0, TcpEntry.ageTicks(entry, tick));
    return TcpEntry.state(entry) << RANK_SHIFT | TcpEntry.TIME_MASK - age;
  }

  private boolean change(int slot, long from, long to) {
    return LONGS.compareAndSet(entries, slot, from, to);
  }
}
