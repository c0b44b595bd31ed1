package io.breakwater.workers.protection;

/**
 * Who gives way on one worker that is sent more than it can process: max-min fair shares of packets
 * among tenants (Bertsekas and Gallager, "Data Networks", 6.5.2), by one level for all, so that
 * below it nobody loses anything and what is above it is cut.
 *
 * <p>A worker is overloaded when {@value #FULL_BURSTS} bursts are full, and fewer packets came in
 * others meanwhile: then a queue is longer than a burst, and its port is about to lose anybody's
 * packets. Time goes in slices of 0.2 ms. The first only counts, which tells what the worker can
 * process. At the end of each the level falls to three quarters if most packets came in full
 * bursts, and by a sixteenth if one in eight did; else it rises by a 64th. It falls no further once
 * only half of what the worker can process is admitted: then it is dropping that takes its time,
 * and to cut others would help nobody. So nobody is cut below the fair share of three eighths of
 * what the worker can process. After {@value #CALM_SLICES} slices in which nothing was cut, all is
 * as before.
 *
 * <p>It sheds only where that helps somebody: a tenant must have been sent an eighth of the slice's
 * packets or more, and another no more than the level. A worker whose tenants are all as large has
 * nobody to spare, and one with a single tenant neither. Shares are of packets, not of cycles: a
 * tenant with dearer packets has a larger share of the worker.
 *
 * <p>Called only from the worker's thread, with one object for both address families. All memory is
 * taken when it is made; at the end of a slice the tenants that were sent something are looked at
 * once.
 */
public final class FairShare {

  public static final int FULL_BURSTS = 16;

  static final long SLICE_NS = 200_000;
  static final int CALM_SLICES = 500;

  private static final int NO_LEVEL = Integer.MAX_VALUE;

  /** Above what any port brings in a slice. */
  private static final int LEVEL_MAX = 1 << 20;

  /** Of what the tenants' packets are in all, the largest must have so much. */
  private static final int LARGE_SHIFT = 3;

  /** By the tenant's slot: packets in this slice that were sent, and that were admitted. */
  private final int[] packets;

  private final int[] seen;
  private int seenCount;

  private boolean active;
  private int level = NO_LEVEL;
  private int allowance;

  /** Packets in full bursts and in others, until it is active. */
  private int fullBefore;

  private int partBefore;
  private long sliceBeganNs;
  private int received;
  private int receivedFull;
  private int cut;

  /** What the largest tenant was sent in the slice that ended last. */
  private int largest;

  /** Packets of a slice in which none was cut. */
  private int capacity;

  private int calmSlices;

  /**
   * @param tenantSlots slots of tenants are below it
   */
  public FairShare(int tenantSlots) {
    packets = new int[2 * tenantSlots];
    seen = new int[tenantSlots];
  }

  /**
   * A burst was received: from here on {@link #isActive} says whether its packets are to be asked
   * for.
   *
   * @param packets of the burst, {@code burstMax} at most
   */
  public void begin(int packets, int burstMax, long nowNs) {
    int full = packets == burstMax ? packets : 0;
    if (!active) {
      if (!isOverloaded(packets, full)) {
        return;
      }
      active = true;
      calmSlices = 0;
      beginSlice(nowNs);
    }
    long elapsedNs = nowNs - sliceBeganNs;
    if (elapsedNs >= SLICE_NS || elapsedNs < 0) {
      endSlice();
      beginSlice(nowNs);
    }
    received += packets;
    receivedFull += full;
    // Evenly over the slice, as the port's queue is shorter; an eighth may come at once.
    allowance =
        level == NO_LEVEL
            ? NO_LEVEL
            : (level >> 3) + 1 + (int) (level * (nowNs - sliceBeganNs) / SLICE_NS * 7 >> 3);
  }

  private boolean isOverloaded(int packets, int full) {
    fullBefore += full;
    partBefore += packets - full;
    if (partBefore > fullBefore) {
      fullBefore = 0;
      partBefore = 0;
    }
    if (full == 0 || fullBefore < FULL_BURSTS * full) {
      return false;
    }
    fullBefore = 0;
    partBefore = 0;
    return true;
  }

  /** Whether tenants' packets are to be asked for. */
  public boolean isActive() {
    return active;
  }

  /** Whether a packet for this tenant goes on. */
  public boolean admits(int tenant) {
    int at = tenant << 1;
    if (packets[at]++ == 0) {
      seen[seenCount++] = tenant;
    }
    if (packets[at + 1] < allowance) {
      packets[at + 1]++;
      return true;
    }
    cut++;
    return false;
  }

  /** Packets that a tenant may have in a slice; {@link Integer#MAX_VALUE} where none is cut. */
  int level() {
    return level;
  }

  private void beginSlice(long nowNs) {
    for (int n = 0; n < seenCount; n++) {
      packets[seen[n] << 1] = 0;
      packets[(seen[n] << 1) + 1] = 0;
    }
    seenCount = 0;
    sliceBeganNs = nowNs;
    received = 0;
    receivedFull = 0;
    cut = 0;
  }

  private void endSlice() {
    int all = countSent();
    boolean mayFall = level == NO_LEVEL || all - cut << 1 > capacity;
    if (receivedFull << 1 >= received) {
      if (mayFall) {
        lower(all);
      }
    } else if (level != NO_LEVEL) {
      // Near what it can process in small steps: the queue is as long as a tenth of a slice.
      boolean near = receivedFull << 3 >= received;
      level += near ? mayFall ? -(level >> 4) : 0 : (level >> 6) + 1;
      level = Math.min(level, LEVEL_MAX);
    }
    calmSlices = cut > 0 || receivedFull == received ? 0 : calmSlices + 1;
    if (calmSlices >= CALM_SLICES) {
      active = false;
      level = NO_LEVEL;
    }
  }

  private int countSent() {
    largest = 0;
    int all = 0;
    for (int n = 0; n < seenCount; n++) {
      int sent = packets[seen[n] << 1];
      largest = Math.max(largest, sent);
      all += sent;
    }
    return all;
  }

  /** Lowers the level, if that spares somebody. */
  private void lower(int all) {
    if (level == NO_LEVEL) {
      capacity = all;
    }
    int lower = Math.max(1, (int) (Math.min(largest, level) * 3L / 4));
    boolean large = (long) largest << LARGE_SHIFT > all;
    level = large && sparesSome(lower) ? lower : NO_LEVEL;
  }

  private boolean sparesSome(int lower) {
    for (int n = 0; n < seenCount; n++) {
      if (packets[seen[n] << 1] <= lower) {
        return true;
      }
    }
    return false;
  }
}
