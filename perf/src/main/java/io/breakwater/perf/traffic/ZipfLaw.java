package io.breakwater.perf.traffic;

/**
 * Draws numbers by Zipf's law: number n, from 0, has weight 1 / (n + 1). Exact, and in constant
 * time for any count.
 *
 * <p>The most frequent {@value #HEAD} numbers and, together, all others are in an {@link
 * AliasTable}, which stays in the cache. Beyond them the law is so close to its continuous envelope
 * that a number is found by inverting that, x = a * (b / a)^u, and refused once in some 65,000
 * draws to make up for the difference (rejection; W. Hörmann and G. Derflinger,
 * "Rejection-inversion to generate variates from monotone discrete distributions", 1996). A table
 * of all of ten million would miss the cache with every draw: it did 3 million packets a second.
 *
 * <p>Immutable.
 */
final class ZipfLaw {

  private static final int HEAD = 32_768;

  private final AliasTable head;
  private final int count;
  private final double logRatio;

  /** The envelope's height over the law where it is highest: at the tail's first number. */
  private final double refusalScale;

  private ZipfLaw(AliasTable head, int count) {
    this.head = head;
    this.count = count;
    logRatio = Math.log((count + 1.0) / (HEAD + 1.0));
    refusalScale = lawOverEnvelope(HEAD + 1);
  }

  static ZipfLaw of(int count) {
    double[] weights = new double[Math.min(count, HEAD + 1)];
    for (int n = 0; n < weights.length; n++) {
      weights[n] = 1.0 / (n + 1);
    }
    if (count > HEAD) {
      weights[HEAD] = 0;
      for (int n = count; n > HEAD; n--) {
        weights[HEAD] += 1.0 / n;
      }
    }
    return new ZipfLaw(AliasTable.of(weights), count);
  }

  /**
   * @param random 64 random bits
   */
  int draw(long random) {
    int number = head.draw(random);
    return number < HEAD ? number : tail(random);
  }

  private int tail(long random) {
    long bits = random;
    while (true) {
      bits = RandomBits.mixed(bits + RandomBits.STEP);
      double x = (HEAD + 1) * Math.exp(unit(bits) * logRatio);
      // Rounding could lead a hair beyond the ends.
      int rank = Math.clamp((long) x, HEAD + 1, count);
      bits = RandomBits.mixed(bits + RandomBits.STEP);
      double refusal = unit(bits) * refusalScale;
      // Never less than 1, so that mostly nothing needs to be computed.
      if (refusal <= 1 || refusal <= lawOverEnvelope(rank)) {
        return rank - 1;
      }
    }
  }

  private static double lawOverEnvelope(int rank) {
    return 1 / (rank * Math.log1p(1.0 / rank));
  }

  /** In [0, 1). */
  private static double unit(long bits) {
    return (bits >>> 11) * 0x1p-53;
  }
}
