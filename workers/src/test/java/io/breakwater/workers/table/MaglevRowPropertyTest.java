package io.breakwater.workers.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random groups of every size, whose tunnels fail and return. */
class MaglevRowPropertyTest {

  private static final double TOLERANCE = 0.01;
  private static final int GROUPS = 4;
  private static final int STEPS = 24;

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random random = new Random(seed);

  private static IntStream sizes() {
    return IntStream.rangeClosed(1, MaglevRow.TUNNELS_MAX);
  }

  @ParameterizedTest(name = "{0} tunnels")
  @MethodSource("sizes")
  void shouldShareByWeightAndMoveOnlyWhatFailsOrReturns(int size) {
    for (int group = 0; group < GROUPS; group++) {
      long[] identities = random.longs(size).toArray();
      int[] weights = weights(size, group);
      MaglevRow row = new MaglevRow(MaglevRow.length(size), identities, weights);
      boolean[] takesPart = new boolean[size];
      Arrays.fill(takesPart, true);
      byte[] before = row.places(takesPart);
      check(before, weights, takesPart);
      for (int step = 0; step < STEPS; step++) {
        int changed = change(takesPart);
        byte[] after = row.places(takesPart);
        check(after, weights, takesPart);
        int others = 0;
        for (int place = 0; place < after.length; place++) {
          boolean isItsOwn = before[place] == changed || after[place] == changed;
          others += before[place] == after[place] || isItsOwn ? 0 : 1;
        }
        double movedMax = step == 0 ? 0 : TOLERANCE * after.length;
        assertTrue(others <= movedMax, "moved: " + others + " of " + context(weights));
        before = after;
      }
    }
  }

  /** Equal weights, any weights, one that outweighs the others, and powers of two. */
  private int[] weights(int size, int group) {
    int[] weights = new int[size];
    for (int i = 0; i < size; i++) {
      weights[i] =
          switch (group % 4) {
            case 0 -> 7;
            case 1 -> 1 + random.nextInt(256);
            case 2 -> random.nextInt(size) == 0 ? 256 : 1;
            default -> 1 << random.nextInt(9);
          };
    }
    return weights;
  }

  /** Lets one fail or return, but never the last one fail; returns which. */
  private int change(boolean[] takesPart) {
    int tunnel = random.nextInt(takesPart.length);
    takesPart[tunnel] ^= true;
    if (IntStream.range(0, takesPart.length).noneMatch(i -> takesPart[i])) {
      takesPart[tunnel] = true;
    }
    return tunnel;
  }

  private void check(byte[] places, int[] weights, boolean[] takesPart) {
    int[] counts = new int[weights.length];
    for (byte tunnel : places) {
      counts[tunnel]++;
    }
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += takesPart[i] ? weights[i] : 0;
    }
    for (int i = 0; i < weights.length; i++) {
      double share = takesPart[i] ? weights[i] / sum : 0;
      String context = "share of tunnel " + i + ", " + context(weights);
      assertEquals(share, (double) counts[i] / places.length, TOLERANCE, context);
      assertTrue(takesPart[i] || counts[i] == 0, context);
    }
  }

  private String context(int[] weights) {
    return "seed=" + seed + " weights=" + Arrays.toString(weights);
  }

  @Test
  void shouldMakeTheSameRowInWhateverOrderTheTunnelsStand() {
    for (int size = 1; size <= MaglevRow.TUNNELS_MAX; size += 7) {
      long[] identities = random.longs(size).toArray();
      int[] weights = weights(size, 1);
      boolean[] takesPart = new boolean[size];
      long[] reversedIdentities = new long[size];
      int[] reversedWeights = new int[size];
      boolean[] reversedTakesPart = new boolean[size];
      for (int i = 0; i < size; i++) {
        takesPart[i] = i == 0 || random.nextBoolean();
        reversedIdentities[size - 1 - i] = identities[i];
        reversedWeights[size - 1 - i] = weights[i];
        reversedTakesPart[size - 1 - i] = takesPart[i];
      }
      int length = MaglevRow.length(size);
      byte[] here = new MaglevRow(length, identities, weights).places(takesPart);
      byte[] there =
          new MaglevRow(length, reversedIdentities, reversedWeights).places(reversedTakesPart);
      for (int place = 0; place < length; place++) {
        there[place] = (byte) (size - 1 - there[place]);
      }
      assertArrayEquals(here, there, context(weights));
    }
  }

  /** A tunnel that is taken out of the configuration: Maglev's own disruption, on average. */
  @Test
  void shouldMoveLittleElseWhenTheConfigurationLosesATunnel() {
    int size = 20;
    int length = MaglevRow.length(size);
    double others = 0;
    for (int group = 0; group < GROUPS; group++) {
      long[] identities = random.longs(size).toArray();
      int[] weights = weights(size, 1);
      boolean[] all = new boolean[size];
      Arrays.fill(all, true);
      byte[] before = new MaglevRow(length, identities, weights).places(all);
      int fewer = size - 1;
      byte[] after =
          new MaglevRow(length, Arrays.copyOf(identities, fewer), Arrays.copyOf(weights, fewer))
              .places(Arrays.copyOf(all, fewer));
      for (int place = 0; place < length; place++) {
        others += before[place] != fewer && before[place] != after[place] ? 1 : 0;
      }
    }
    assertTrue(others / length / GROUPS < 0.05, "seed=" + seed + " others=" + others);
  }

  @Test
  void shouldHaveAPrimeLengthThatGrowsWithTheTunnels() {
    assertEquals(1, MaglevRow.length(1));
    assertEquals(257, MaglevRow.length(2));
    assertEquals(16_139, MaglevRow.length(64));
  }

  @Test
  void shouldRefuseARowThatNobodyTakesPartIn() {
    MaglevRow row = new MaglevRow(257, new long[] {1, 2}, new int[] {1, 1});
    assertThrows(IllegalArgumentException.class, () -> row.places(new boolean[2]));
    assertThrows(
        IllegalArgumentException.class, () -> new MaglevRow(16_411, new long[65], new int[65]));
  }
}
