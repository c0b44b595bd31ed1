package io.breakwater.workers.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TunnelIndexTest {

  private static final int LOCAL = 0xc633_6401;
  private static final int REMOTE = 0xc000_02c8;

  private static TunnelTable.Entry tunnel(int slot, int remote, int local, boolean keyed, int key) {
    return new TunnelTable.Entry(slot, slot, local, remote, keyed, key, 1, 0, 1476);
  }

  private static TunnelIndex index(List<TunnelTable.Entry> tunnels) {
    return new TunnelIndex(tunnels, new int[1 << 15]);
  }

  private static int remote(TunnelTable.Entry tunnel) {
    return (int) tunnel.ends().remoteLow();
  }

  private static int local(TunnelTable.Entry tunnel) {
    return (int) tunnel.ends().localLow();
  }

  @Test
  void shouldFindNothingWithoutTunnels() {
    TunnelIndex index = index(List.of());
    assertEquals(-1, index.find(0, 0, false, 0));
    assertEquals(-1, index.find(REMOTE, LOCAL, true, 7));
  }

  /** RFC 2890 2.1: a packet with key 0 is of another tunnel than one without a key. */
  @Test
  void shouldTellKeyZeroFromNoKey() {
    TunnelIndex keyed = index(List.of(tunnel(3, REMOTE, LOCAL, true, 0)));
    assertEquals(3, keyed.find(REMOTE, LOCAL, true, 0));
    assertEquals(-1, keyed.find(REMOTE, LOCAL, false, 0));
    TunnelIndex plain = index(List.of(tunnel(4, REMOTE, LOCAL, false, 0)));
    assertEquals(4, plain.find(REMOTE, LOCAL, false, 0));
    assertEquals(-1, plain.find(REMOTE, LOCAL, true, 0));
    TunnelIndex both =
        index(List.of(tunnel(5, REMOTE, LOCAL, false, 0), tunnel(6, REMOTE, LOCAL, true, 0)));
    assertEquals(5, both.find(REMOTE, LOCAL, false, 0));
    assertEquals(6, both.find(REMOTE, LOCAL, true, 0));
  }

  @Test
  void shouldTellApartEveryPartOfTheIdentity() {
    TunnelIndex index = index(List.of(tunnel(0, REMOTE, LOCAL, true, -1)));
    assertEquals(0, index.find(REMOTE, LOCAL, true, -1));
    assertEquals(-1, index.find(LOCAL, REMOTE, true, -1));
    for (int bit = 0; bit < 32; bit++) {
      int flip = 1 << bit;
      assertEquals(-1, index.find(REMOTE ^ flip, LOCAL, true, -1), "remote bit " + bit);
      assertEquals(-1, index.find(REMOTE, LOCAL ^ flip, true, -1), "local bit " + bit);
      assertEquals(-1, index.find(REMOTE, LOCAL, true, -1 ^ flip), "key bit " + bit);
    }
  }

  /** The most that a configuration has, with ends and keys close together, as operators choose. */
  @Test
  void shouldFindAllOfSixteenThousandTunnelsAndNoOther() {
    Random random = new Random(7);
    List<TunnelTable.Entry> tunnels = new ArrayList<>();
    for (int slot = 0; slot < 16_384; slot++) {
      int remote = REMOTE + slot / 8;
      boolean keyed = slot % 8 != 0;
      tunnels.add(tunnel(slot, remote, LOCAL + slot % 2, keyed, keyed ? slot % 8 : 0));
    }
    TunnelIndex index = index(tunnels);
    for (TunnelTable.Entry tunnel : tunnels) {
      assertEquals(
          tunnel.slot(), index.find(remote(tunnel), local(tunnel), tunnel.keyed(), tunnel.key()));
      assertEquals(-1, index.find(remote(tunnel), local(tunnel) + 2, tunnel.keyed(), tunnel.key()));
      assertEquals(-1, index.find(remote(tunnel), local(tunnel), true, random.nextInt() | 8));
      assertEquals(-1, index.find(remote(tunnel) ^ 0x0100_0000, local(tunnel), false, 0));
    }
  }

  /**
   * Keys are hashed by multiplication: whole runs of tunnels share the place that they begin at.
   */
  @Test
  void shouldFindTunnelsThatCollide() {
    List<TunnelTable.Entry> tunnels = new ArrayList<>();
    for (int slot = 0; slot < 64; slot++) {
      tunnels.add(tunnel(slot, slot << 16, slot << 8, true, slot << 20));
    }
    for (int count = 1; count <= 64; count++) {
      TunnelIndex index = index(tunnels.subList(0, count));
      for (int slot = 0; slot < 64; slot++) {
        assertEquals(
            slot < count ? slot : -1,
            index.find(slot << 16, slot << 8, true, slot << 20),
            "count=" + count + " slot=" + slot);
      }
    }
  }

  /** For a wrong key: the first tunnel between the ends, or nobody's if they are two tenants'. */
  @Test
  void shouldKnowPairsOfEnds() {
    List<TunnelTable.Entry> tunnels =
        List.of(
            tunnel(1, REMOTE, LOCAL, true, 1),
            tunnel(2, REMOTE, LOCAL, true, 2),
            tunnel(3, REMOTE + 1, LOCAL, false, 0),
            tunnel(4, REMOTE + 1, LOCAL, true, 9),
            tunnel(5, REMOTE + 1, LOCAL, true, 8));
    TunnelIndex index = new TunnelIndex(tunnels, new int[] {0, 7, 7, 7, 8, 7});
    assertEquals(1, index.findPair(REMOTE, LOCAL));
    assertEquals(0, index.findPair(REMOTE + 1, LOCAL));
    assertEquals(-1, index.findPair(REMOTE + 2, LOCAL));
    assertEquals(-1, index.findPair(LOCAL, REMOTE));
  }
}
