package io.breakwater.workers.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class GapHistogramTest {

  @Test
  void shouldGiveEveryValueABucketWhoseBoundsHoldIt() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    LongStream edges =
        LongStream.range(0, 64).flatMap(bit -> LongStream.of(1L << bit, (1L << bit) - 1, ~0L));
    LongStream any = LongStream.generate(() -> random.nextLong() >>> random.nextInt(64));
    LongStream.concat(edges, any.limit(1_000_000))
        .forEach(value -> {
          int bucket = GapHistogram.bucket(value);
          long lowest = GapHistogram.lowest(bucket);
          long highest = GapHistogram.highest(bucket);
          boolean inside =
              Long.compareUnsigned(lowest, value) <= 0 && Long.compareUnsigned(value, highest) <= 0;
          boolean narrow =
              Long.compareUnsigned(
                      highest - lowest, Long.divideUnsigned(lowest, GapHistogram.SUB_BUCKETS))
                  <= 0;
          assertTrue(
              inside && narrow && bucket < GapHistogram.BUCKETS,
              () ->
                  "value=%s bucket=%d of %s to %s seed=%d"
                      .formatted(
                          Long.toUnsignedString(value),
                          bucket,
                          Long.toUnsignedString(lowest),
                          Long.toUnsignedString(highest),
                          seed));
        });
  }

  @Test
  void shouldHaveNoHoleBetweenBuckets() {
    for (int bucket = 1; bucket < GapHistogram.BUCKETS; bucket++) {
      assertEquals(GapHistogram.highest(bucket - 1) + 1, GapHistogram.lowest(bucket));
    }
    assertEquals(0, GapHistogram.lowest(0));
    assertEquals(-1, GapHistogram.highest(GapHistogram.BUCKETS - 1), "unsigned: 2^64 - 1");
  }

  private static GapHistogram of(long... values) {
    long[] counts = new long[GapHistogram.BUCKETS];
    Arrays.stream(values).forEach(value -> counts[GapHistogram.bucket(value)]++);
    return GapHistogram.of(counts);
  }

  /** The same values sorted are the oracle. */
  @Test
  void shouldFindTheBucketOfEveryPercentile() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      long[] values =
          LongStream.generate(() -> random.nextLong() >>> 1 + random.nextInt(60))
              .limit(1 + random.nextInt(2_000))
              .sorted()
              .toArray();
      GapHistogram histogram = of(values);
      for (double percent : new double[] {0, 50, 90, 99, 99.9, 99.99, 100}) {
        long beyond = (long) Math.floor(values.length * (1 - percent / 100) + 1e-6);
        long exact = beyond >= values.length ? -1 : values[values.length - 1 - (int) beyond];
        long expected = exact < 0 ? 0 : GapHistogram.highest(GapHistogram.bucket(exact));
        assertEquals(
            expected,
            histogram.percentile(percent),
            () -> "percent=%s of %d values seed=%d".formatted(percent, values.length, seed));
      }
      assertEquals(
          GapHistogram.highest(GapHistogram.bucket(values[values.length - 1])),
          histogram.longest());
    }
  }

  @Test
  void shouldCountGapsFromALengthOn() {
    GapHistogram histogram = of(1, 31, 32, 33, 100, 1_000, 1_000_000);
    assertEquals(7, histogram.from(0));
    assertEquals(5, histogram.from(32));
    assertEquals(1, histogram.from(500_000));
    assertEquals(0, histogram.from(2_000_000));
  }

  @Test
  void shouldShowOnlyWhatCameSinceAnEarlierState() {
    GapHistogram since = of(5, 5, 700, 90_000).minus(of(5, 700));
    assertEquals(2, since.total());
    assertEquals(1, since.count(GapHistogram.bucket(5)));
    assertEquals(1, since.count(GapHistogram.bucket(90_000)));
  }

  @Test
  void shouldBeZeroWhenThereAreNoGaps() {
    assertEquals(0, GapHistogram.of().percentile(99));
    assertEquals(0, GapHistogram.of().longest());
    assertEquals(0, GapHistogram.of().from(0));
  }
}
