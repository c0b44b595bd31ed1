package io.breakwater.workers.table;

/**
 * A token bucket: lets {@code rate} things a second pass in the long run, and {@code burst} at
 * once.
 *
 * <p>Credit is counted in billionths of a token, so that each nanosecond adds exactly {@code rate}
 * of them: nothing is rounded, and nothing drifts. A clock that jumps ahead fills the bucket and no
 * more; one that jumps back adds nothing, and counting goes on from the new time.
 *
 * <p>Threading: one thread. Cost: a multiplication and two comparisons, no division. It does not
 * read a clock.
 */
public final class TokenBucket {

  private static final long PARTS_PER_TOKEN = 1_000_000_000L;
  private static final long MAX = 1_000_000_000L;

  private final long ratePerSecond;
  private final long fullParts;
  private final long fillNs;

  private long parts;
  private long lastNs;

  /**
   * Starts full.
   *
   * @param ratePerSecond 1..10^9
   * @param burst 1..10^9
   */
  public TokenBucket(long ratePerSecond, long burst, long startNs) {
    if (ratePerSecond < 1 || ratePerSecond > MAX || burst < 1 || burst > MAX) {
      throw new IllegalArgumentException(
          "rate and burst must be in 1..10^9: ratePerSecond=" + ratePerSecond + " burst=" + burst);
    }
    this.ratePerSecond = ratePerSecond;
    fullParts = burst * PARTS_PER_TOKEN;
    fillNs = fullParts / ratePerSecond + 1;
    parts = fullParts;
    lastNs = startNs;
  }

  /** Takes a token if there is one. */
  public boolean take(long nowNs) {
    refill(nowNs);
    if (parts < PARTS_PER_TOKEN) {
      return false;
    }
    parts -= PARTS_PER_TOKEN;
    return true;
  }

  private void refill(long nowNs) {
    long elapsedNs = nowNs - lastNs;
    lastNs = nowNs;
    if (elapsedNs >= fillNs) {
      // Also keeps the product below from overflowing: fillNs * rate is about fullParts, <= 10^18.
      parts = fullParts;
    } else if (elapsedNs > 0) {
      parts = Math.min(fullParts, parts + elapsedNs * ratePerSecond);
    }
  }
}
