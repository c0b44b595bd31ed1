package io.breakwater.workers.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RuleBucketTest {

  private static final int[] DIMENSIONS = {
    RuleTree.SOURCE,
    RuleTree.DESTINATION,
    RuleTree.PROTOCOL,
    RuleTree.SOURCE_PORT,
    RuleTree.DESTINATION_PORT
  };
  private static final long[] GREATEST = greatest();

  private final long[] words = new long[2 * RuleBucket.WORDS];
  private final Random random = new Random(11);

  private static long[] greatest() {
    long[] greatest = new long[RuleTree.DIMENSIONS];
    greatest[RuleTree.SOURCE] = 0xffff_ffffL;
    greatest[RuleTree.DESTINATION] = 0xffff_ffffL;
    greatest[RuleTree.PROTOCOL] = RuleTree.NO_PROTOCOL;
    greatest[RuleTree.SOURCE_PORT] = RuleTree.NO_PORT;
    greatest[RuleTree.DESTINATION_PORT] = RuleTree.NO_PORT;
    return greatest;
  }

  private long value(int dimension) {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> GREATEST[dimension];
      default -> random.nextLong(GREATEST[dimension] + 1);
    };
  }

  /** Packets are at the borders, one beyond them, and anywhere. */
  @Test
  void shouldMatchThePacketsThatAreWithinAllIntervals() {
    int matched = 0;
    for (int n = 0; n < 200_000; n++) {
      long[] first = new long[RuleTree.DIMENSIONS];
      long[] last = GREATEST.clone();
      int[] fields = new int[1 << RuleTree.FIELDS_SHIFT];
      boolean within = true;
      for (int d : DIMENSIONS) {
        long one = value(d);
        long other = value(d);
        first[d] = Math.min(one, other);
        last[d] = Math.max(one, other);
        long packet =
            switch (random.nextInt(8)) {
              case 0 -> Math.max(0, first[d] - 1);
              case 1 -> Math.min(GREATEST[d], last[d] + 1);
              case 2, 3 -> first[d];
              case 4, 5 -> last[d];
              default -> value(d);
            };
        fields[d] = (int) packet;
        within &= packet >= first[d] && packet <= last[d];
      }
      RuleBucket.write(words, 0, 1, first, last, 0);
      RuleBucket.write(words, RuleBucket.WORDS, 2, new long[RuleTree.DIMENSIONS], GREATEST, 0);
      assertEquals(within ? 1 : 2, RuleBucket.find(words, 0, fields, 0));
      matched += within ? 1 : 0;
    }
    assertTrue(matched > 10_000 && matched < 190_000, "matched=" + matched);
  }

  @Test
  void shouldKnowTheEntryThatMatchesEverything() {
    long[] last = GREATEST.clone();
    RuleBucket.write(words, 0, 1, new long[RuleTree.DIMENSIONS], last, 0);
    assertTrue(RuleBucket.matchesAll(words, 0));
    for (int d : DIMENSIONS) {
      last[d]--;
      RuleBucket.write(words, 0, 1, new long[RuleTree.DIMENSIONS], last, 0);
      assertFalse(RuleBucket.matchesAll(words, 0));
      last[d]++;
    }
  }
}
