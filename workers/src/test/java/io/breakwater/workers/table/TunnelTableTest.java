package io.breakwater.workers.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TunnelTableTest {

  private static final int TENANT = 2;
  private static final int FLOWS = 100_000;

  private static TunnelTable.Entry tunnel(int slot, int number, int weight) {
    long identity = (long) (0xc000_02c8 + number) << 32 | 0xc633_6401L;
    return new TunnelTable.Entry(
        slot, identity, 0xc633_6401, 0xc000_02c8 + number, false, 0, weight, 0, 1476);
  }

  private static TunnelTable table(List<TunnelTable.Entry> tunnels) {
    return new TunnelTable.Builder(4, 256).choice(TENANT, tunnels).build();
  }

  private static List<TunnelTable.Entry> tunnels(int... weights) {
    List<TunnelTable.Entry> tunnels = new ArrayList<>();
    for (int i = 0; i < weights.length; i++) {
      tunnels.add(tunnel(i, i, weights[i]));
    }
    return tunnels;
  }

  private static int flow(Random random) {
    return FlowHash.ipv4(
        random.nextInt(), 0xcb00_7100 | random.nextInt(256), 6, random.nextInt(65_536) << 16 | 80);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "256",
        "1 1",
        "3 1",
        "1 256",
        "256 1",
        "1 1 1",
        "1 2 3 4 5",
        "7 11 13 17 19 23",
        "100 100 100 1",
        "256 255 254 1 1 1",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32",
        "1*64",
        "256*64",
        "256 1*63",
        "1*63 256",
        "1*32 256*32"
      })
  void shouldShareFlowsByWeight(String text) {
    int[] weights = weights(text);
    TunnelTable table = table(tunnels(weights));
    Random random = new Random(42);
    int[] chosen = new int[weights.length];
    for (int i = 0; i < FLOWS; i++) {
      chosen[table.choose(TENANT, flow(random))]++;
    }
    double sum = Arrays.stream(weights).sum();
    for (int i = 0; i < weights.length; i++) {
      assertEquals(weights[i] / sum, (double) chosen[i] / FLOWS, 0.01, "tunnel " + i);
    }
  }

  /** {@code 256 1*63}: a weight of 256, then 63 of 1. */
  private static int[] weights(String text) {
    return Arrays.stream(text.split(" "))
        .flatMapToInt(word -> {
          String[] parts = word.split("\\*");
          int times = parts.length == 1 ? 1 : Integer.parseInt(parts[1]);
          int[] same = new int[times];
          Arrays.fill(same, Integer.parseInt(parts[0]));
          return Arrays.stream(same);
        })
        .toArray();
  }

  @Test
  void shouldGiveEveryTunnelSomeFlowsHoweverSmallItsWeight() {
    int[] weights = weights("256*63 1");
    TunnelTable table = table(tunnels(weights));
    boolean[] chosen = new boolean[64];
    for (int flow = 0; flow < 65_536; flow++) {
      chosen[table.choose(TENANT, flow << 16)] = true;
    }
    for (int i = 0; i < chosen.length; i++) {
      assertTrue(chosen[i], "tunnel " + i);
    }
  }

  /** Another server has other slots and another order of reloads behind it. */
  @Test
  void shouldChooseTheSameTunnelWhateverItsSlot() {
    Random random = new Random(5);
    for (int count = 1; count <= 20; count++) {
      List<TunnelTable.Entry> here = new ArrayList<>();
      List<TunnelTable.Entry> there = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int weight = 1 + random.nextInt(256);
        here.add(tunnel(i, i, weight));
        there.add(tunnel(200 - 3 * i, i, weight));
      }
      TunnelTable one = table(here);
      TunnelTable other = table(there);
      for (int i = 0; i < 2_000; i++) {
        int flow = random.nextInt();
        assertEquals(
            200 - 3 * one.choose(TENANT, flow), other.choose(TENANT, flow), "tunnels=" + count);
      }
    }
  }

  /** As at a change of health: the table before goes on as it is, and other tenants' rows do. */
  @Test
  void shouldMakeAChoiceAnewOverACopy() {
    List<TunnelTable.Entry> group = List.of(tunnel(1, 1, 3), tunnel(2, 2, 1));
    TunnelTable before =
        new TunnelTable.Builder(4, 256)
            .choice(TENANT, group)
            .choice(3, List.of(tunnel(5, 5, 1)))
            .build();
    TunnelTable after =
        new TunnelTable.Builder(before)
            .choice(TENANT, 2, group, new boolean[] {false, true})
            .build();
    assertEquals(0.75, share(before, TENANT, 1), 0.005);
    assertEquals(0.25, share(before, TENANT, 2), 0.005);
    assertEquals(0, share(after, TENANT, 1), 1e-9);
    assertEquals(1, share(after, TENANT, 2), 1e-9);
    assertEquals(1, share(after, 3, 5), 1e-9);
    assertEquals(before.words().length, after.words().length);
    TunnelTable again =
        new TunnelTable.Builder(after).choice(TENANT, 2, group, new boolean[] {true, true}).build();
    assertArrayEquals(before.words(), again.words());
  }

  private static double share(TunnelTable table, int tenant, int tunnel) {
    double[] shares = new double[256];
    table.addShares(tenant, shares);
    return shares[tunnel];
  }

  /** A priority with fewer tunnels than another has the row's length and list all the same. */
  @Test
  void shouldChooseAmongAGroupSmallerThanTheLargest() {
    TunnelTable table =
        new TunnelTable.Builder(4, 256)
            .choice(TENANT, 20, List.of(tunnel(7, 7, 1)), new boolean[] {true})
            .build();
    for (int flow = 0; flow < 65_536; flow++) {
      assertEquals(7, table.choose(TENANT, flow << 16));
    }
  }

  @Test
  void shouldChooseNoTunnelForATenantWithout() {
    TunnelTable table = table(tunnels(1));
    assertEquals(0, table.choose(0, 12345));
    assertEquals(0, table.choose(3, 12345));
  }

  @Test
  void shouldRefuseAChoiceForSlotZero() {
    var builder = new TunnelTable.Builder(4, 256);
    assertThrows(IllegalArgumentException.class, () -> builder.choice(0, tunnels(1)));
  }

  @Test
  void shouldKeepTheMtuAndHeaderLengthOfEachTunnel() {
    var plain = new TunnelTable.Entry(0, 1, 2, 3, false, 0, 1, 9, 8_976);
    var keyed = new TunnelTable.Entry(1, 1, 2, 3, true, -2, 1, 1 << 20, 548);
    TunnelTable table = new TunnelTable.Builder(1, 2).tunnel(plain).tunnel(keyed).build();
    assertEquals(24, plain.outerBytes());
    assertEquals(28, keyed.outerBytes());
    assertEquals(8_976, table.mtuBytes(0));
    assertEquals(548, table.mtuBytes(1));
    long[] words = table.words();
    assertEquals(24, TunnelTable.outerBytes(words[table.wordsOf(0) + TunnelTable.SIZES]));
    assertEquals(28, TunnelTable.outerBytes(words[table.wordsOf(1) + TunnelTable.SIZES]));
    assertEquals(-2, TunnelTable.key(words[table.wordsOf(1) + TunnelTable.KEY]));
    assertEquals(9, table.nextHopGroup(0));
    assertEquals(1 << 20, table.nextHopGroup(1));
  }
}
