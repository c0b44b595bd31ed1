package io.breakwater.workers.firewall;

/** A {@link TokenRate} with its bucket: of one rule, or of all that name it. */
public final class TokenLimit {

  private final TokenRate rate;
  private final long[] emptyAtNs = {TokenRate.FULL};

  public TokenLimit(TokenRate rate) {
    this.rate = rate;
  }

  public TokenRate rate() {
    return rate;
  }

  /** Whether the rule goes on for a packet of so many layer-3 bytes. */
  public boolean passes(long nowNs, int bytes) {
    return rate.passes(emptyAtNs, 0, nowNs, bytes);
  }
}
