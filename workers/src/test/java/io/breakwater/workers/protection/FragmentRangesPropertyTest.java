package io.breakwater.workers.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What has passed of datagrams, against a set of units. */
class FragmentRangesPropertyTest {

  private static final long SECOND = 1_000_000_000L;

  private final FragmentRanges ranges = new FragmentRanges(64);

  private long key(long id) {
    return ranges.key(0, 1, 0, 2, id);
  }

  /** Random fragments of one datagram, with no more than four ranges apart. */
  @RepeatedTest(30)
  void shouldLetEachUnitByOnce(RepetitionInfo repetition) {
    SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
    for (int datagram = 0; datagram < 50; datagram++) {
      long key = key(random.nextLong());
      BitSet there = new BitSet();
      int end = -1;
      for (int n = 0; n < 40; n++) {
        int first = random.nextInt(60);
        int behind = first + 1 + random.nextInt(8);
        boolean last = random.nextInt(12) == 0;
        BitSet after = (BitSet) there.clone();
        after.set(first, behind);
        if (rangesIn(after) > 4) {
          continue;
        }
        boolean overlap = there.get(first, behind).cardinality() > 0;
        boolean wrongEnd = end >= 0 && (last || behind > end) || last && there.length() > behind;
        boolean claimed = ranges.claim(key, first, behind, last, SECOND);
        assertEquals(!overlap && !wrongEnd, claimed, "%s + %d-%d".formatted(there, first, behind));
        if (claimed) {
          there = after;
          end = last ? behind : end;
        }
        if (end >= 0 && there.cardinality() == end) {
          break;
        }
      }
    }
  }

  private static int rangesIn(BitSet units) {
    int count = 0;
    for (int at = units.nextSetBit(0); at >= 0; at = units.nextSetBit(units.nextClearBit(at))) {
      count++;
    }
    return count;
  }

  @Test
  void shouldForgetADatagramThatIsWholeInAnyOrder() {
    assertTrue(ranges.claim(key(1), 20, 30, true, SECOND));
    assertTrue(ranges.claim(key(1), 0, 10, false, SECOND));
    assertFalse(ranges.claim(key(1), 9, 11, false, SECOND));
    assertTrue(ranges.claim(key(1), 10, 20, false, SECOND));
    assertTrue(ranges.claim(key(1), 10, 20, false, SECOND));
  }

  @Test
  void shouldForgetAfterItsLifetimeAndWhenTheClockJumpsBack() {
    long lifetimeNs = FragmentRanges.LIFETIME_SECONDS * SECOND;
    assertTrue(ranges.claim(key(1), 0, 10, false, SECOND));
    assertFalse(ranges.claim(key(1), 0, 10, false, SECOND + lifetimeNs - 1));
    assertTrue(ranges.claim(key(1), 0, 10, false, SECOND + lifetimeNs));
    assertTrue(ranges.claim(key(1), 0, 10, false, 0));
  }

  /** A flood of datagrams forgets the oldest, and refuses none. */
  @Test
  void shouldRefuseNobodyUnderAFlood() {
    for (int id = 0; id < 100_000; id++) {
      assertTrue(ranges.claim(key(id), 0, 10, false, SECOND + id));
    }
    assertFalse(ranges.claim(key(99_999), 5, 6, false, SECOND + 100_000));
  }
}
