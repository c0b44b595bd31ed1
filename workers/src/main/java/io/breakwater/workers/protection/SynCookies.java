package io.breakwater.workers.protection;

/**
 * Makes and checks SYN cookies: 31 bits of SipHash-2-4 over a connection's tuple, and the parity of
 * the epoch whose key it was.
 *
 * <pre>
 *  31                                                             0
 * +-------------------------------------------------------------+-+
 * |                 upper bits of the hash's low half           |p|
 * +-------------------------------------------------------------+-+
 * </pre>
 *
 * <p>Good are cookies of this epoch and of the one before, and in an epoch's last {@value
 * CookieKeys#SKEW_SECONDS} s those of the next, which a server that is ahead makes. Two of these
 * never have the same parity but for the last case: so one key is tried, or two, and a cookie that
 * somebody guesses is good with a probability of 2^-31, or at most 2 x 2^-31 = 2^-30. All keys of a
 * parity are tried before it is said whether one fits: the time that a check takes depends on the
 * clock and on the cookie's last bit, and on no secret.
 *
 * <p>Called only from the worker's thread. {@link #begin} costs two comparisons but at an epoch's
 * ends.
 */
public final class SynCookies {

  private static final long SKEW_NS = CookieKeys.SKEW_SECONDS * 1_000_000_000L;
  private static final int MAC = ~1;

  private CookieKeys keys;
  private long fromNs;
  private long untilNs;

  /** Of the cookies that are made. */
  private long key0;

  private long key1;
  private int parity;

  /** Two halves of the key of even epochs, of the other one of even epochs; then of odd ones. */
  private final long[] tried = new long[8];

  private final boolean[] twoTried = new boolean[2];

  /** Begins a batch: from now on with these keys, at this time. */
  public void begin(CookieKeys latest, long nowNs) {
    if (latest != keys || nowNs < fromNs || nowNs >= untilNs) {
      refresh(latest, nowNs);
    }
  }

  private void refresh(CookieKeys latest, long nowNs) {
    keys = latest;
    long wallNs = latest.wallNs(nowNs);
    long real = CookieKeys.epoch(wallNs);
    long intoEpochNs = Math.floorMod(wallNs, CookieKeys.EPOCH_NS);
    boolean late = intoEpochNs >= CookieKeys.EPOCH_NS - SKEW_NS;
    fromNs = nowNs - intoEpochNs + (late ? CookieKeys.EPOCH_NS - SKEW_NS : 0);
    untilNs = fromNs + (late ? SKEW_NS : CookieKeys.EPOCH_NS - SKEW_NS);
    long epoch = latest.nearest(real);
    key0 = latest.word(epoch, 0);
    key1 = latest.word(epoch, 1);
    parity = (int) epoch & 1;
    use(parity, 0, epoch);
    long before = latest.has(epoch - 1) ? epoch - 1 : epoch;
    long next = late && real == epoch && latest.has(epoch + 1) ? epoch + 1 : before;
    use(parity ^ 1, 0, before);
    use(parity ^ 1, 1, next);
    twoTried[parity] = false;
    twoTried[parity ^ 1] = next != before;
  }

  private void use(int ofParity, int place, long epoch) {
    tried[4 * ofParity + 2 * place] = keys.word(epoch, 0);
    tried[4 * ofParity + 2 * place + 1] = keys.word(epoch, 1);
  }

  /**
   * The cookie of a connection over IPv4.
   *
   * @param ports the source's in the upper half
   * @param isn the client's initial sequence number, or 0 where it does not come back
   */
  public int mint(int source, int destination, int ports, int isn) {
    long hash = SipHash24.of(key0, key1, pair(source, destination), pair(ports, isn));
    return (int) hash & MAC | parity;
  }

  /** Whether it is a cookie of this connection that is good now. */
  public boolean verify(int source, int destination, int ports, int isn, int cookie) {
    int p = cookie & 1;
    long first = pair(source, destination);
    long second = pair(ports, isn);
    int wrong = (int) SipHash24.of(tried[4 * p], tried[4 * p + 1], first, second) ^ cookie;
    if (!twoTried[p]) {
      return (wrong & MAC) == 0;
    }
    int alsoWrong = (int) SipHash24.of(tried[4 * p + 2], tried[4 * p + 3], first, second) ^ cookie;
    return (wrong & MAC) == 0 | (alsoWrong & MAC) == 0;
  }

  /** The cookie of a connection over IPv6. */
  public int mint(
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int ports,
      int isn) {
    long hash =
        SipHash24.of(
            key0, key1, sourceHigh, sourceLow, destinationHigh, destinationLow, pair(ports, isn));
    return (int) hash & MAC | parity;
  }

  /** Whether it is a cookie of this connection that is good now. */
  public boolean verify(
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int ports,
      int isn,
      int cookie) {
    int p = cookie & 1;
    long last = pair(ports, isn);
    int wrong =
        (int)
                SipHash24.of(
                    tried[4 * p],
                    tried[4 * p + 1],
                    sourceHigh,
                    sourceLow,
                    destinationHigh,
                    destinationLow,
                    last)
            ^ cookie;
    if (!twoTried[p]) {
      return (wrong & MAC) == 0;
    }
    int alsoWrong =
        (int)
                SipHash24.of(
                    tried[4 * p + 2],
                    tried[4 * p + 3],
                    sourceHigh,
                    sourceLow,
                    destinationHigh,
                    destinationLow,
                    last)
            ^ cookie;
    return (wrong & MAC) == 0 | (alsoWrong & MAC) == 0;
  }

  private static long pair(int high, int low) {
    return (long) high << 32 | low & 0xffff_ffffL;
  }
}
