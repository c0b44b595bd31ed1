package io.breakwater.workers.pipeline.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.firewall.Boxes;
import io.breakwater.config.firewall.Intervals;
import io.breakwater.workers.firewall.AddressSet;
import io.breakwater.workers.firewall.ElementTable;
import io.breakwater.workers.firewall.KeyTable;
import io.breakwater.workers.firewall.TupleTable;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Tables answer as the elements they are made of, looked through one by one. */
class SetCompilerTest {

  private static final int LOOKUPS = 20_000;

  private final Random random = new Random(5);

  private Intervals intervals(int bits, int count, long space) {
    TreeSet<Long> ends = new TreeSet<>();
    while (ends.size() < 2 * count) {
      ends.add(random.nextLong(space));
    }
    Intervals.Builder builder = Intervals.builder(bits, count);
    Long last = null;
    for (long end : ends) {
      if (last == null) {
        last = end;
      } else {
        builder.add(0, last, 0, end);
        last = null;
      }
    }
    return builder.build();
  }

  private void compare(Intervals intervals, boolean numbered, long space) {
    ElementTable table = SetCompiler.table(intervals, numbered);
    int hits = 0;
    for (int i = 0; i < LOOKUPS; i++) {
      int near = random.nextInt(intervals.count());
      long value =
          switch (i % 3) {
            case 0 -> intervals.firstLow(near) - random.nextInt(2);
            case 1 -> intervals.lastLow(near) + random.nextInt(2);
            default -> random.nextLong(space);
          };
      long wanted = value & (space - 1);
      int expected = intervals.indexOf(0, wanted);
      int found = table.find(0, wanted);
      assertEquals(
          numbered ? expected : expected < 0 ? -1 : 0, Math.min(found, numbered ? found : 0));
      hits += expected >= 0 ? 1 : 0;
    }
    assertTrue(hits > LOOKUPS / 10 && hits < LOOKUPS, "hits=" + hits);
  }

  @Test
  void shouldFindFewAndManyIntervals() {
    compare(intervals(32, 5, 1L << 32), true, 1L << 32);
    compare(intervals(32, 5_000, 1L << 32), true, 1L << 32);
    compare(intervals(16, 300, 1L << 16), true, 1L << 16);
    compare(intervals(8, 70, 1L << 8), true, 1L << 8);
  }

  @Test
  void shouldFindAddressesInALargeSet() {
    Intervals many = intervals(32, 40_000, 1L << 32);
    assertTrue(SetCompiler.table(many, false) instanceof AddressSet);
    compare(many, false, 1L << 32);
    // Dense, so that blocks of 256 are cut up, and whole.
    compare(intervals(32, 40_000, 1L << 20), false, 1L << 20);
  }

  @Test
  void shouldFindWideValues() {
    Intervals.Builder builder = Intervals.builder(128, 100);
    for (long i = 0; i < 100; i++) {
      builder.add(i << 48, -10, (i << 48) + 1, 10);
    }
    Intervals intervals = builder.build();
    ElementTable table = SetCompiler.table(intervals, true);
    for (int i = 0; i < LOOKUPS; i++) {
      long high = ((long) random.nextInt(101) << 48) + random.nextInt(3);
      long low = random.nextInt(41) - 20;
      assertEquals(intervals.indexOf(high, low), table.find(high, low));
    }
  }

  @Test
  void shouldFindConcatenationsOfIntervals() {
    int count = 300;
    long[][] first = new long[2][count];
    long[][] last = new long[2][count];
    for (int i = 0; i < count; i++) {
      first[0][i] = random.nextInt(1 << 16);
      last[0][i] = first[0][i] + random.nextInt(300);
      first[1][i] = random.nextInt(1_000);
      last[1][i] = first[1][i] + random.nextInt(50);
    }
    Boxes boxes =
        new Boxes(
            List.of(
                new Boxes.Column(null, first[0], null, last[0]),
                new Boxes.Column(null, first[1], null, last[1])));
    KeyTable table = SetCompiler.keyTable(boxes, List.of(32, 16), 1 << 20, 1_000);
    int hits = 0;
    for (int i = 0; i < LOOKUPS; i++) {
      long one = random.nextInt(1 << 16);
      long two = random.nextInt(1_050);
      boolean expected = false;
      for (int k = 0; k < count; k++) {
        expected |=
            one >= first[0][k] && one <= last[0][k] && two >= first[1][k] && two <= last[1][k];
      }
      assertEquals(expected, table.find(new long[] {one, two}) >= 0, one + " . " + two);
      hits += expected ? 1 : 0;
    }
    assertTrue(hits > 100, "hits=" + hits);
  }

  @Test
  void shouldLookAtRangesOneByOne() {
    Boxes.Column addresses =
        new Boxes.Column(
            new long[] {1, 5}, new long[] {-3, 0}, new long[] {2, 5}, new long[] {4, 9});
    Boxes.Column ports = new Boxes.Column(null, new long[] {80, 0}, null, new long[] {90, 65_535});
    TupleTable table =
        SetCompiler.rangeTable(new Boxes(List.of(addresses, ports)), List.of(128, 16));
    assertEquals(2, table.probes());
    assertEquals(0, table.find(new long[] {1, -3, 80}));
    assertEquals(0, table.find(new long[] {2, 4, 90}));
    assertEquals(-1, table.find(new long[] {1, -4, 80}));
    assertEquals(-1, table.find(new long[] {2, 5, 90}));
    assertEquals(-1, table.find(new long[] {2, 4, 91}));
    assertEquals(1, table.find(new long[] {5, 9, 0}));
    assertEquals(-1, table.find(new long[] {5, 10, 0}));
  }

  @Test
  void shouldRefuseWhatTakesTooManyEntries() {
    long[] first = {1};
    long[] last = {(1L << 32) - 2};
    Boxes.Column odd = new Boxes.Column(null, first, null, last);
    Boxes boxes = new Boxes(List.of(odd, odd, odd, odd));
    assertThrows(
        SetCompiler.TooManyEntries.class,
        () -> SetCompiler.keyTable(boxes, List.of(32, 32, 32, 32), 1 << 20, 1_000));
    assertThrows(
        SetCompiler.TooManyEntries.class,
        () -> SetCompiler.keyTable(new Boxes(List.of(odd)), List.of(32), 1 << 20, 8));
  }
}
