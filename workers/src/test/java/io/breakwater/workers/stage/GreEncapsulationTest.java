package io.breakwater.workers.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.TestPort;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.table.NeighbourTable;
import io.breakwater.workers.table.NextHops;
import io.breakwater.workers.table.OuterFields;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.PrefixTable;
import io.breakwater.workers.table.TunnelEnds;
import io.breakwater.workers.table.TunnelTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The outer header against one that {@link Frames} builds, byte by byte: RFC 2784, RFC 2890. */
class GreEncapsulationTest {

  private static final String LOCAL = "198.51.100.1";
  private static final String REMOTE = "192.0.2.200";
  private static final String LOCAL6 = "2001:db8:a::1";
  private static final String REMOTE6 = "2600:6::1";
  private static final String NEXT_HOP = "02:00:5e:00:00:01";
  private static final String FALLBACK = "02:00:5e:00:00:02";

  private final TestBatch packets = new TestBatch();
  private final NeighbourTable neighbours = new NeighbourTable(4, 0);
  private final NextHops nextHops =
      new NextHops(
          new PrefixTable.Builder().build(),
          new PrefixTable.Builder().build(),
          new int[][] {{1, 2}, {3}, {}});
  private PortSettings[] ports = {TestPort.untagged(0), TestPort.tagged(1, 5, 7)};

  GreEncapsulationTest() {
    neighbours.put(1, 0, false, 0, 1);
    neighbours.put(2, 0, false, 0, 2);
    neighbours.put(3, 1, false, 0, 3);
    neighbours.resolve(1, Frames.mac(NEXT_HOP));
    neighbours.resolve(2, Frames.mac(FALLBACK));
    neighbours.resolve(3, Frames.mac(NEXT_HOP));
  }

  private static TunnelTable tunnel(boolean keyed, int key, int group) {
    var entry =
        new TunnelTable.Entry(
            5, 1, Frames.ipv4(LOCAL), Frames.ipv4(REMOTE), keyed, key, 1, group, 9_000);
    return new TunnelTable.Builder(1, 6).tunnel(entry).build();
  }

  private static TunnelTable tunnel(boolean outer6, OuterFields outer, boolean keyed, int key) {
    TunnelEnds ends =
        outer6
            ? TunnelEnds.ipv6(
                Frames.high(LOCAL6), Frames.low(LOCAL6), Frames.high(REMOTE6), Frames.low(REMOTE6))
            : TunnelEnds.ipv4(Frames.ipv4(LOCAL), Frames.ipv4(REMOTE));
    var entry = new TunnelTable.Entry(5, 1, ends, outer, keyed, key, 1, 0, 9_000);
    return new TunnelTable.Builder(1, 6).tunnel(entry).build();
  }

  private int encapsulate(boolean ipv6, TunnelTable tunnels, byte[]... frames) {
    packets.begin(frames).atNetwork();
    for (int i = 0; i < frames.length; i++) {
      packets.batch.setTunnel(i, 5);
    }
    return new GreEncapsulation(32, ipv6)
        .process(
            packets.memory,
            packets.batch,
            packets.all,
            tunnels,
            nextHops,
            neighbours,
            ports,
            Fate.DELIVERED.code());
  }

  private static Frames link() {
    return Frames.ethernet(TestPort.MAC, NEXT_HOP);
  }

  private static Frames inner(Frames frame, boolean ipv6, int tos, int ttl, int payload) {
    Frames ip =
        ipv6 ? frame.ipv6("2600::8", "2001:db8:acc::9") : frame.ipv4("8.8.4.4", "203.0.113.9");
    return ip.tos(tos).ttl(ttl).protocol(50).payload(payload);
  }

  private static Frames outer(Frames link, int tos) {
    return link.ipv4(LOCAL, REMOTE).id(0).flagsAndOffset(0x4000).ttl(64).tos(tos);
  }

  private static Frames toNextHop(String mac) {
    return Frames.ethernet(mac, TestPort.MAC);
  }

  private void check(boolean ipv6, boolean keyed, int key, int tos, int ttl, int payload) {
    encapsulate(ipv6, tunnel(keyed, key, 0), inner(link(), ipv6, tos, ttl, payload).bytes());
    Frames outer = outer(toNextHop(NEXT_HOP), tos);
    Frames gre = keyed ? outer.gre(key) : outer.gre();
    String context =
        "ipv6=%b key=%b,%d tos=%d ttl=%d payload=%d".formatted(ipv6, keyed, key, tos, ttl, payload);
    assertEquals(
        Frames.hex(inner(gre, ipv6, tos, ttl - 1, payload).bytes()),
        Frames.hex(packets.frame(0)),
        context);
    assertEquals("DELIVERED", packets.fate(0), context);
    assertEquals(14, packets.batch.network(0) - packets.batch.frame(0), context);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldWriteTheOuterHeaderForEveryLength(boolean ipv6) {
    for (int payload = 0; payload <= 1_500; payload++) {
      check(ipv6, payload % 2 == 1, payload, 0, 64, payload);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldCopyEveryTypeOfService(boolean ipv6) {
    for (int tos = 0; tos < 256; tos++) {
      check(ipv6, false, 0, tos, 64, 8);
    }
  }

  /** TTL 0 and 1 do not come here. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldTakeOneFromEveryTtl(boolean ipv6) {
    for (int ttl = 2; ttl < 256; ttl++) {
      check(ipv6, false, 0, 0, ttl, ttl);
    }
  }

  @Test
  void shouldWriteEveryBitOfTheKey() {
    check(false, true, 0, 0, 64, 4);
    check(false, true, -1, 0, 64, 4);
    for (int bit = 0; bit < 32; bit++) {
      check(bit % 2 == 0, true, 1 << bit, 0, 64, 4);
    }
  }

  /** RFC 1624 3: the update of a checksum must not turn 0x0000 into 0xffff, whatever it was. */
  @Test
  void shouldKeepTheInnerChecksumRightForEveryIdentification() {
    TunnelTable tunnels = tunnel(false, 0, 0);
    for (int id = 0; id < 65_536; id++) {
      byte[] frame = link().ipv4("8.8.4.4", "203.0.113.9").id(id).protocol(50).bytes();
      encapsulate(false, tunnels, frame);
      byte[] out = packets.frame(0);
      byte[] expected =
          Frames.packet().ipv4("8.8.4.4", "203.0.113.9").id(id).ttl(63).protocol(50).bytes();
      assertEquals(Frames.u16(expected, 10), Frames.u16(out, 38 + 10), "id=" + id);
    }
  }

  @Test
  void shouldWriteTheTagsOfThePort() {
    encapsulate(false, tunnel(true, 7, 1), inner(link(), false, 0, 64, 8).bytes());
    Frames tagged = toNextHop(NEXT_HOP).serviceVlan(5).vlan(7);
    assertEquals(
        Frames.hex(inner(outer(tagged, 0).gre(7), false, 0, 63, 8).bytes()),
        Frames.hex(packets.frame(0)));
    assertEquals(1, packets.batch.port(0));
  }

  @Test
  void shouldUseTheFirstNeighbourThatIsResolved() {
    byte[] frame = inner(link(), false, 0, 64, 8).bytes();
    neighbours.unresolve(1);
    assertEquals(0, encapsulate(false, tunnel(false, 0, 0), frame));
    assertEquals(
        Frames.hex(inner(outer(toNextHop(FALLBACK), 0).gre(), false, 0, 63, 8).bytes()),
        Frames.hex(packets.frame(0)));
    neighbours.resolve(1, Frames.mac(NEXT_HOP));
    assertEquals(0, encapsulate(false, tunnel(false, 0, 0), frame));
    assertEquals(
        Frames.hex(inner(outer(toNextHop(NEXT_HOP), 0).gre(), false, 0, 63, 8).bytes()),
        Frames.hex(packets.frame(0)));
  }

  @Test
  void shouldDropWithoutAResolvedNeighbour() {
    byte[] frame = inner(link(), false, 0, 64, 8).bytes();
    neighbours.unresolve(1);
    neighbours.unresolve(2);
    assertEquals(2, encapsulate(false, tunnel(false, 0, 0), frame, frame));
    assertEquals("NEIGHBOUR_UNRESOLVED", packets.fate(0));
    assertEquals("NEIGHBOUR_UNRESOLVED", packets.fate(1));
    // A remote that no route leads to has a group without neighbours.
    assertEquals(1, encapsulate(false, tunnel(false, 0, 2), frame));
    assertEquals("NEIGHBOUR_UNRESOLVED", packets.fate(0));
  }

  /**
   * Every combination of outer and inner family, key and checksum, and of every length: byte by
   * byte.
   */
  @Test
  void shouldWriteEveryKindOfOuterHeader() {
    for (int kind = 0; kind < 16; kind++) {
      boolean outer6 = (kind & 1) != 0;
      boolean ipv6 = (kind & 2) != 0;
      boolean keyed = (kind & 4) != 0;
      boolean checksum = (kind & 8) != 0;
      OuterFields fields = new OuterFields(checksum, 1 + kind * 16, 0xff, 0);
      TunnelTable tunnels = tunnel(outer6, fields, keyed, 0x8000_0001);
      for (int payload = 0; payload <= 1_500; payload += payload < 64 ? 1 : 17) {
        encapsulate(ipv6, tunnels, inner(link(), ipv6, 0x2e, 64, payload).bytes());
        Frames ip = outerIp(toNextHop(NEXT_HOP), outer6, 1).tos(0x2e).ttl(1 + kind * 16);
        Frames gre = ip.gre(checksum, keyed, 0x8000_0001, false);
        String context = "kind=%d payload=%d".formatted(kind, payload);
        assertEquals(
            Frames.hex(inner(gre, ipv6, 0x2e, 63, payload).bytes()),
            Frames.hex(packets.frame(0)),
            context);
        assertEquals("DELIVERED", packets.fate(0), context);
        assertEquals(14, packets.batch.network(0) - packets.batch.frame(0), context);
      }
    }
  }

  private static Frames outerIp(Frames link, boolean outer6, int label) {
    return outer6
        ? link.ipv6(LOCAL6, REMOTE6).label(label)
        : link.ipv4(LOCAL, REMOTE).id(0).flagsAndOffset(0x4000);
  }

  /** RFC 2983 uniform and pipe model, RFC 6040 4.1 normal and compatibility mode. */
  @Test
  void shouldWriteDscpAndEcnAsConfigured() {
    int[][] modes = {{0xff, 0}, {0xfc, 0}, {0x03, 46 << 2}, {0, 46 << 2}, {0x03, 0}, {0, 0xfc}};
    for (int[] mode : modes) {
      for (int tos = 0; tos < 256; tos++) {
        for (int kind = 0; kind < 4; kind++) {
          boolean outer6 = (kind & 1) != 0;
          boolean ipv6 = (kind & 2) != 0;
          TunnelTable tunnels =
              tunnel(outer6, new OuterFields(false, 64, mode[0], mode[1]), true, 7);
          encapsulate(ipv6, tunnels, inner(link(), ipv6, tos, 64, 8).bytes());
          int dscp = mode[1] != 0 || (mode[0] & 0xfc) == 0 ? mode[1] : tos & 0xfc;
          int ecn = (mode[0] & 3) != 0 ? tos & 3 : 0;
          Frames gre = outerIp(toNextHop(NEXT_HOP), outer6, 1).tos(dscp | ecn).gre(7);
          assertEquals(
              Frames.hex(inner(gre, ipv6, tos, 63, 8).bytes()), Frames.hex(packets.frame(0)));
        }
      }
    }
  }

  /** RFC 6438: the hash of the flow, and never the 0 that says there is no label. */
  @Test
  void shouldLabelEachFlow() {
    TunnelTable tunnels = tunnel(true, OuterFields.DEFAULT, false, 0);
    int[][] cases = {
      {0, 1}, {0xfff, 1}, {0x1000, 1}, {0x2000, 2}, {-1, 0xfffff}, {1 << 31, 1 << 19}
    };
    for (int[] row : cases) {
      packets.begin(inner(link(), false, 0, 64, 8).bytes()).atNetwork();
      packets.batch.setTunnel(0, 5);
      packets.batch.setFlow(0, row[0]);
      new GreEncapsulation(32, false)
          .process(
              packets.memory,
              packets.batch,
              packets.all,
              tunnels,
              nextHops,
              neighbours,
              ports,
              Fate.DELIVERED.code());
      Frames gre = outerIp(toNextHop(NEXT_HOP), true, row[1]).gre();
      assertEquals(Frames.hex(inner(gre, false, 0, 63, 8).bytes()), Frames.hex(packets.frame(0)));
    }
  }

  /** Tunnels of both families, with and without a checksum, to two ports, from packet to packet. */
  @Test
  void shouldTakeEveryKindInOneBatch() {
    TunnelEnds over4 = TunnelEnds.ipv4(Frames.ipv4(LOCAL), Frames.ipv4(REMOTE));
    TunnelEnds over6 =
        TunnelEnds.ipv6(
            Frames.high(LOCAL6), Frames.low(LOCAL6), Frames.high(REMOTE6), Frames.low(REMOTE6));
    var builder = new TunnelTable.Builder(1, 9);
    for (int slot = 1; slot <= 8; slot++) {
      OuterFields outer = new OuterFields((slot & 2) != 0, 64, 0xff, 0);
      TunnelEnds ends = (slot & 1) != 0 ? over6 : over4;
      // Group 1 leads to the port with tags, group 2 nowhere.
      int group = slot == 8 ? 2 : slot >> 2 & 1;
      builder.tunnel(new TunnelTable.Entry(slot, 1, ends, outer, true, slot, 1, group, 9_000));
    }
    TunnelTable tunnels = builder.build();
    byte[][] frames = new byte[24][];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = inner(link(), false, 0, 64, i).bytes();
    }
    packets.begin(frames).atNetwork();
    for (int i = 0; i < frames.length; i++) {
      packets.batch.setTunnel(i, 1 + i * 5 % 8);
    }
    int dropped =
        new GreEncapsulation(32, false)
            .process(
                packets.memory,
                packets.batch,
                packets.all,
                tunnels,
                nextHops,
                neighbours,
                ports,
                Fate.DELIVERED.code());
    assertEquals(3, dropped);
    for (int i = 0; i < frames.length; i++) {
      int slot = 1 + i * 5 % 8;
      if (slot == 8) {
        assertEquals("NEIGHBOUR_UNRESOLVED", packets.fate(i));
        continue;
      }
      Frames to = toNextHop(NEXT_HOP);
      to = (slot >> 2 & 1) != 0 ? to.serviceVlan(5).vlan(7) : to;
      Frames gre = outerIp(to, (slot & 1) != 0, 1).gre((slot & 2) != 0, true, slot, false);
      assertEquals(
          Frames.hex(inner(gre, false, 0, 63, i).bytes()),
          Frames.hex(packets.frame(i)),
          "slot=" + slot);
    }
  }
}
