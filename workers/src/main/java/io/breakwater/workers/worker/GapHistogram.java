package io.breakwater.workers.worker;

import java.util.Arrays;

/**
 * How often gaps of which length occurred: counts in buckets, in ticks of the time stamp counter.
 *
 * <p>Buckets are log-linear, as in HdrHistogram: each power of two is cut into {@value
 * #SUB_BUCKETS} equal parts, so a value is known to 1/16 of itself, and below 32 exactly. Values
 * are unsigned 64 bits; every one has a bucket. A program in C that cuts the same way can be laid
 * beside it ({@code perf/reference/src/gaps.h}).
 *
 * <p>Immutable; any thread.
 */
public final class GapHistogram {

  /** Parts of a power of two. */
  public static final int SUB_BUCKETS = 16;

  private static final int SUB_BITS = Integer.numberOfTrailingZeros(SUB_BUCKETS);

  /** Buckets that cover all values: the last ends at 2^64 - 1. */
  public static final int BUCKETS = (Long.SIZE - SUB_BITS + 1) * SUB_BUCKETS;

  private final long[] counts;

  private GapHistogram(long[] counts) {
    this.counts = counts;
  }

  /**
   * @param counts by bucket; those that are missing at the end are 0
   */
  public static GapHistogram of(long... counts) {
    return new GapHistogram(Arrays.copyOf(counts, BUCKETS));
  }

  /** The bucket of a value: its exponent, then the four bits after its highest. */
  public static int bucket(long cycles) {
    int shift = Long.SIZE - 1 - SUB_BITS - Long.numberOfLeadingZeros(cycles | SUB_BUCKETS);
    return (shift << SUB_BITS) + (int) (cycles >>> shift);
  }

  /** The smallest value of a bucket. */
  public static long lowest(int bucket) {
    int shift = Math.max(0, (bucket >>> SUB_BITS) - 1);
    return (long) (bucket - (shift << SUB_BITS)) << shift;
  }

  /** The largest value of a bucket. */
  public static long highest(int bucket) {
    int shift = Math.max(0, (bucket >>> SUB_BITS) - 1);
    return lowest(bucket) + (1L << shift) - 1;
  }

  /** Gaps in a bucket. */
  public long count(int bucket) {
    return counts[bucket];
  }

  /** All gaps. */
  public long total() {
    return Arrays.stream(counts).sum();
  }

  /** What was counted since an earlier state of the same counts. */
  public GapHistogram minus(GapHistogram earlier) {
    long[] difference = new long[BUCKETS];
    Arrays.setAll(difference, bucket -> counts[bucket] - earlier.counts[bucket]);
    return new GapHistogram(difference);
  }

  /**
   * The length that so many percent of all gaps do not exceed, to the end of its bucket; 0 if there
   * are none.
   */
  public long percentile(double percent) {
    return exceededBy((long) Math.floor(total() * (1 - percent / 100) + 1e-6));
  }

  /** The smallest length, to the end of its bucket, that at most so many gaps exceed. */
  public long exceededBy(long gaps) {
    long above = 0;
    for (int bucket = BUCKETS - 1; bucket >= 0; bucket--) {
      above += counts[bucket];
      if (above > gaps) {
        return highest(bucket);
      }
    }
    return 0;
  }

  /** The longest gap, to the end of its bucket; 0 if there are none. */
  public long longest() {
    return exceededBy(0);
  }

  /** Gaps in buckets that begin at this length or above it. */
  public long from(long cycles) {
    int first = bucket(cycles);
    first = lowest(first) == cycles ? first : first + 1;
    long gaps = 0;
    for (int bucket = first; bucket < BUCKETS; bucket++) {
      gaps += counts[bucket];
    }
    return gaps;
  }
}
