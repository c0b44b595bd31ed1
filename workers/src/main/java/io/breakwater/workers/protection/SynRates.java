package io.breakwater.workers.protection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Where SYNs come faster than a threshold, and so the SYN guard is engaged: by tenant, or by
 * destination address.
 *
 * <p>Each place has two longs. The first is a leaky bucket in time (a virtual scheduling algorithm,
 * ITU-T I.371): each SYN moves it on by what the threshold grants one, and it is never behind the
 * clock. When it is a quarter of a second ahead, or four SYNs if these are more, the threshold is
 * passed, and the second long, until when the guard is engaged, becomes now and {@code hold}. While
 * engaged a SYN counts twice, so that it stays engaged until for {@code hold} the rate was below
 * half of the threshold. A flood of ten times the threshold engages within 28 ms; one at line rate
 * within as many SYNs as the threshold allows in a quarter of a second.
 *
 * <p>Threading: any number of threads, without locks. A SYN whose compare-and-set is lost is not
 * counted. Once the threshold is passed a flood only reads.
 */
public final class SynRates implements AttackWords {

  /** What {@link #count} says. */
  public static final int RESTING = 0;

  public static final int ENGAGED = 1;

  /** It is engaged since this SYN. */
  public static final int ENGAGED_NOW = 2;

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private static final long AHEAD_NS = 250_000_000L;
  private static final long REFRESH_NS = 10_000_000L;

  private final long[] words;

  public SynRates(int places) {
    words = new long[2 * places];
    Arrays.fill(words, NEVER);
  }

  @Override
  public long engagedUntilNs(int place) {
    return (long) LONGS.getOpaque(words, 2 * place + 1);
  }

  /**
   * Counts a SYN.
   *
   * @param periodNs what the threshold grants a SYN
   * @param holdNs how long the guard stays engaged at least
   * @return whether it is engaged now, and since when
   */
  public int count(int place, long periodNs, long holdNs, long nowNs) {
    long until = (long) LONGS.getOpaque(words, 2 * place + 1);
    boolean engaged = until - nowNs > 0;
    long aheadNs = Math.max(AHEAD_NS, 4 * periodNs);
    long filled = (long) LONGS.getOpaque(words, 2 * place);
    if (filled - nowNs <= aheadNs) {
      long next = Math.max(filled, nowNs) + (engaged ? 2 * periodNs : periodNs);
      LONGS.compareAndSet(words, 2 * place, filled, next);
      if (next - nowNs <= aheadNs) {
        return engaged ? ENGAGED : RESTING;
      }
    } else if (filled - nowNs > 3 * aheadNs) {
      // The clock went back, as it may in a replay: begin anew.
      LONGS.compareAndSet(words, 2 * place, filled, nowNs);
      return engaged ? ENGAGED : RESTING;
    }
    boolean set =
        until - nowNs < holdNs - REFRESH_NS
            && LONGS.compareAndSet(words, 2 * place + 1, until, nowNs + holdNs);
    return set && !engaged ? ENGAGED_NOW : ENGAGED;
  }

  /** Engages it for another reason than the rate. */
  public void engage(int place, long holdNs, long nowNs) {
    LONGS.setOpaque(words, 2 * place + 1, nowNs + holdNs);
  }

  /** Forgets a place. */
  public void clear(int place) {
    LONGS.setOpaque(words, 2 * place, NEVER);
    LONGS.setOpaque(words, 2 * place + 1, NEVER);
  }
}
