package io.breakwater.workers.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class Ipv6TunnelIndexTest {

  private static final long HIGH = 0x2001_0db8_000a_0000L;

  private final TestBatch packets = new TestBatch();

  private static TunnelTable.Entry tunnel(
      int slot, long remote, long local, boolean keyed, int key) {
    return new TunnelTable.Entry(
        slot,
        slot,
        TunnelEnds.ipv6(HIGH, local, ~HIGH, remote),
        OuterFields.DEFAULT,
        keyed,
        key,
        1,
        0,
        1456);
  }

  /** The slot of the tunnel of a packet from {@code remote} to {@code local}. */
  private int find(TunnelIndex index, long remote, long local, int keyed, int key) {
    return index
        .ipv6()
        .find(packets.memory, packet(~HIGH, remote, HIGH, local), TunnelIndex.identity(keyed, key));
  }

  private int pair(TunnelIndex index, long remote, long local) {
    return index.ipv6().findPair(packets.memory, packet(~HIGH, remote, HIGH, local));
  }

  private int packet(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow) {
    packets.begin(
        Frames.ethernet("02:00:00:00:00:02", "02:00:00:00:00:01").ipv6("::1", "::2").bytes());
    int network = packets.batch.frame(0) + 14;
    packets.memory.setI64(network + 8, sourceHigh);
    packets.memory.setI64(network + 16, sourceLow);
    packets.memory.setI64(network + 24, destinationHigh);
    packets.memory.setI64(network + 32, destinationLow);
    return network;
  }

  @Test
  void shouldFindNothingWithoutTunnels() {
    TunnelIndex index = new TunnelIndex(List.of(), new int[1]);
    assertEquals(-1, find(index, 1, 2, 0, 0));
    assertEquals(-1, find(index, 0, 0, 0, 0));
    assertEquals(-1, pair(index, 1, 2));
    assertEquals(-1, index.ipv6().find(packets.memory, packet(0, 0, 0, 0), 0));
  }

  @Test
  void shouldTellApartEveryPartOfTheIdentity() {
    TunnelIndex index = new TunnelIndex(List.of(tunnel(3, 1, 2, true, -1)), new int[4]);
    assertEquals(3, find(index, 1, 2, 1, -1));
    assertEquals(-1, find(index, 1, 2, 0, 0));
    assertEquals(-1, find(index, 2, 1, 1, -1));
    for (int bit = 0; bit < 64; bit++) {
      long flip = 1L << bit;
      long identity = TunnelIndex.identity(1, -1);
      assertEquals(-1, find(index, 1 ^ flip, 2, 1, -1), "remote bit " + bit);
      assertEquals(-1, find(index, 1, 2 ^ flip, 1, -1), "local bit " + bit);
      assertEquals(
          -1, index.ipv6().find(packets.memory, packet(~HIGH ^ flip, 1, HIGH, 2), identity));
      assertEquals(
          -1, index.ipv6().find(packets.memory, packet(~HIGH, 1, HIGH ^ flip, 2), identity));
    }
    for (int bit = 0; bit < 32; bit++) {
      assertEquals(-1, find(index, 1, 2, 1, -1 ^ 1 << bit), "key bit " + bit);
    }
  }

  /** The most that a configuration has, with ends and keys close together, as operators choose. */
  @Test
  void shouldFindAllOfSixteenThousandTunnelsAndNoOther() {
    List<TunnelTable.Entry> tunnels = new ArrayList<>();
    for (int slot = 1; slot <= 16_384; slot++) {
      boolean keyed = slot % 8 != 0;
      tunnels.add(tunnel(slot, slot / 8, slot % 2, keyed, keyed ? slot % 8 : 0));
    }
    int[] tenantByTunnel = new int[16_385];
    TunnelIndex index = new TunnelIndex(tunnels, tenantByTunnel);
    for (TunnelTable.Entry tunnel : tunnels) {
      long remote = tunnel.ends().remoteLow();
      long local = tunnel.ends().localLow();
      int keyed = tunnel.keyed() ? 1 : 0;
      assertEquals(tunnel.slot(), find(index, remote, local, keyed, tunnel.key()));
      assertEquals(-1, find(index, remote, local + 2, keyed, tunnel.key()));
      assertEquals(-1, find(index, remote, local, 1, tunnel.key() | 8));
      assertEquals(-1, find(index, remote + 1_000_000, local, 0, 0));
    }
  }

  /** For a wrong key: the first tunnel between the ends, or nobody's if they are two tenants'. */
  @Test
  void shouldKnowPairsOfEnds() {
    List<TunnelTable.Entry> tunnels =
        List.of(
            tunnel(1, 10, 1, true, 1),
            tunnel(2, 10, 1, true, 2),
            tunnel(3, 11, 1, false, 0),
            tunnel(4, 11, 1, true, 9));
    TunnelIndex index = new TunnelIndex(tunnels, new int[] {0, 7, 7, 7, 8});
    assertEquals(1, pair(index, 10, 1));
    assertEquals(0, pair(index, 11, 1));
    assertEquals(-1, pair(index, 12, 1));
    assertEquals(-1, pair(index, 10, 2));
  }
}
