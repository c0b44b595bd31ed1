package io.breakwater.workers.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.table.TunnelIndex;
import io.breakwater.workers.table.TunnelTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 2784 2 and RFC 2890 2, as a receiver. */
class GreDecapsulationTest {

  private static final String LOCAL = "198.51.100.1";
  private static final String REMOTE = "198.18.0.1";
  private static final int GRE = 34;
  private static final int[] TENANT_BY_TUNNEL = {0, 11, 12, 13};
  private static final int KEY = 0x0a0b0c0d;
  private static final byte[] INNER =
      Frames.packet().ipv4("203.0.113.9", "8.8.4.4").udp(1, 2).payload(5).bytes();

  private final TestBatch packets = new TestBatch();
  private final TunnelIndex tunnels =
      new TunnelIndex(
          List.of(tunnel(1, false, 0), tunnel(2, true, KEY), tunnel(3, true, 0)), TENANT_BY_TUNNEL);
  private final List<String> received = new ArrayList<>();
  private final GreDecapsulation decapsulation = new GreDecapsulation(32);

  private static TunnelTable.Entry tunnel(int slot, boolean keyed, int key) {
    return new TunnelTable.Entry(
        slot, slot, Frames.ipv4(LOCAL), Frames.ipv4(REMOTE), keyed, key, 1, 0, 1476);
  }

  /** The list and the offset of the inner packet in the frame as it came, or the fate. */
  private String judge(byte[] frame) {
    packets.begin(frame).atNetwork();
    int start = packets.batch.frame(0);
    received.clear();
    decapsulation.process(
        packets.memory,
        packets.batch,
        packets.all,
        tunnels,
        TENANT_BY_TUNNEL,
        (tunnel, bytes) -> received.add(tunnel + ":" + bytes));
    int passed = decapsulation.passed();
    assertEquals(passed == 0, packets.batch.fate(0) != 0, "in one list, or with a fate");
    if (passed == 0) {
      return packets.fate(0);
    }
    if (decapsulation.others.count == 1) {
      return "other";
    }
    int network = packets.batch.network(0);
    assertEquals(network - 14, packets.batch.frame(0));
    assertEquals(start + frame.length, packets.batch.frame(0) + packets.batch.length(0));
    return (decapsulation.ipv4.count == 1 ? "ipv4@" : "ipv6@") + (network - start);
  }

  private static Frames outer() {
    return Frames.ethernet("02:00:00:00:00:02", "02:00:5e:00:00:01").ipv4(REMOTE, LOCAL);
  }

  private static byte[] gre(int flags, int type, String optional) {
    return outer()
        .protocol(47)
        .payload("%04x%04x".formatted(flags, type))
        .payload(optional)
        .payload(INNER)
        .bytes();
  }

  /** GRE with a checksum over all of it (RFC 2784 2.5: an IP checksum with its field at 0). */
  private static byte[] checked(int flags, String afterChecksum) {
    byte[] frame = gre(flags, 0x0800, "00000000" + afterChecksum);
    int checksum = Frames.checksum(Arrays.copyOfRange(frame, GRE, frame.length));
    frame[GRE + 4] = (byte) (checksum >>> 8);
    frame[GRE + 5] = (byte) checksum;
    return frame;
  }

  /**
   * Every flag word, with a checksum, key and sequence number behind it that are right where the
   * flags say so.
   */
  @Test
  void shouldJudgeEveryFlagWord() {
    for (int flags = 0; flags < 65_536; flags++) {
      boolean c = (flags & 0x8000) != 0;
      boolean k = (flags & 0x2000) != 0;
      boolean s = (flags & 0x1000) != 0;
      String rest = (k ? "0a0b0c0d" : "") + (s ? "00000001" : "");
      byte[] frame = c ? checked(flags, rest) : gre(flags, 0x0800, rest);
      int bytes = 4 + (c ? 4 : 0) + (k ? 4 : 0) + (s ? 4 : 0);
      String expected =
          (flags & 7) != 0
              ? "GRE_BAD_VERSION"
              : (flags & 0x4c00) != 0 ? "GRE_RESERVED_BITS" : "ipv4@" + (GRE + bytes);
      assertEquals(expected, judge(frame), "flags=%04x".formatted(flags));
      if (expected.startsWith("ipv4")) {
        assertEquals(k ? 12 : 11, packets.batch.tenant(0));
        int outerBytes = 20 + bytes + INNER.length;
        assertEquals(List.of((k ? 2 : 1) + ":" + outerBytes), received);
      } else {
        assertEquals(List.of(), received);
      }
    }
  }

  @Test
  void shouldDropEveryTruncation() {
    for (int flags : new int[] {0, 0x2000, 0x1000, 0x3000, 0x8000, 0xb000}) {
      int bytes = 4 + Integer.bitCount(flags) * 4;
      for (int length = 0; length < bytes; length++) {
        byte[] header = Frames.hex("%04x0800".formatted(flags) + "00".repeat(12));
        byte[] frame = outer().protocol(47).payload(Arrays.copyOf(header, length)).bytes();
        // Bytes of a longer header behind the packet are not its own.
        assertEquals("GRE_TRUNCATED", judge(frame), "flags=" + flags + " length=" + length);
      }
    }
  }

  @Test
  void shouldHandOnAnInnerPacketOfNoBytes() {
    assertEquals("ipv4@38", judge(outer().protocol(47).payload("00000800").bytes()));
    assertEquals("ipv6@38", judge(outer().protocol(47).payload("000086dd").bytes()));
  }

  @Test
  void shouldDropEveryWrongChecksum() {
    byte[] frame = checked(0xa000, "0a0b0c0d");
    assertEquals("ipv4@46", judge(frame));
    for (int bit = GRE * 8 + 16; bit < frame.length * 8; bit++) {
      byte[] broken = frame.clone();
      broken[bit >> 3] ^= (byte) (0x80 >> (bit & 7));
      assertEquals("GRE_BAD_CHECKSUM", judge(broken), "bit=" + bit);
    }
  }

  @Test
  void shouldJudgeEveryProtocolType() {
    for (int type = 0; type < 65_536; type++) {
      String expected =
          type == 0x0800 ? "ipv4@38" : type == 0x86dd ? "ipv6@38" : "GRE_UNSUPPORTED_PROTOCOL";
      assertEquals(expected, judge(gre(0, type, "")), "type=" + type);
      assertEquals(11, packets.batch.tenant(0));
    }
  }

  /** RFC 2890 2.1: the key is part of the tunnel's identity. */
  @Test
  void shouldFindTheTunnelByItsKey() {
    assertEquals("ipv4@38", judge(gre(0, 0x0800, "")));
    assertEquals(11, packets.batch.tenant(0));
    assertEquals("ipv4@42", judge(gre(0x2000, 0x0800, "0a0b0c0d")));
    assertEquals(12, packets.batch.tenant(0));
    assertEquals("ipv4@42", judge(gre(0x2000, 0x0800, "00000000")));
    assertEquals(13, packets.batch.tenant(0));
    // A wrong key is counted for whom the tunnels between these ends belong to: here to several.
    assertEquals("GRE_WRONG_KEY", judge(gre(0x2000, 0x0800, "0a0b0c0e")));
    assertEquals(0, packets.batch.tenant(0));
    assertEquals("GRE_WRONG_KEY", judge(checked(0xa000, "0a0b0c0e")));
    assertEquals(List.of(), received);
    // The key stands behind the checksum and before the sequence number.
    assertEquals("ipv4@50", judge(checked(0xb000, "0a0b0c0d ffffffff")));
    assertEquals(12, packets.batch.tenant(0));
  }

  @Test
  void shouldNotFindATunnelBetweenOtherEnds() {
    byte[] other =
        Frames.ethernet("02:00:00:00:00:02", "02:00:5e:00:00:01")
            .ipv4("198.18.0.2", LOCAL)
            .gre()
            .ipv4("203.0.113.9", "8.8.4.4")
            .bytes();
    assertEquals("GRE_UNKNOWN_TUNNEL", judge(other));
  }

  @Test
  void shouldCountOptionsOfTheOuterHeader() {
    byte[] frame = outer().options("94040000").gre().ipv4("203.0.113.9", "8.8.4.4").bytes();
    assertEquals("ipv4@42", judge(frame));
    assertEquals(List.of("1:" + (frame.length - 14)), received);
  }

  @Test
  void shouldDropOuterFragmentsAndPassWhatIsNotGre() {
    assertEquals(
        "GRE_OUTER_FRAGMENT", judge(outer().flagsAndOffset(0x2000).gre().payload(8).bytes()));
    assertEquals(
        "GRE_OUTER_FRAGMENT", judge(outer().flagsAndOffset(5).protocol(47).payload(8).bytes()));
    assertEquals(
        "ipv4@38", judge(outer().flagsAndOffset(0x4000).gre().ipv4(REMOTE, LOCAL).bytes()));
    assertEquals("other", judge(outer().udp(1, 2).bytes()));
    assertEquals("other", judge(outer().icmp(8, 0, 0).bytes()));
  }

  /** RFC 6040 4.2, for all 16 pairs of fields, and RFC 2983: the inner DSCP is its own. */
  @Test
  void shouldCombineOuterEcnIntoInner() {
    for (int outer = 0; outer < 4; outer++) {
      for (int inner = 0; inner < 4; inner++) {
        for (boolean ipv6 : new boolean[] {false, true}) {
          Frames link = outer().tos(0xa8 | outer).gre();
          Frames ip =
              ipv6 ? link.ipv6("2001:db8:acc::9", "2600::8") : link.ipv4("203.0.113.9", "8.8.4.4");
          byte[] frame = ip.tos(0x1c | inner).udp(1, 2).payload(5).bytes();
          String said = judge(frame);
          String context = "outer=%d inner=%d ipv6=%b".formatted(outer, inner, ipv6);
          // In the order Not-ECT, ECT(1), ECT(0), CE; -1 drops.
          int[][] expected = {{0, 0, 0, -1}, {1, 1, 1, 3}, {2, 1, 2, 3}, {3, 3, 3, 3}};
          int ecn = expected[inner][outer];
          if (ecn < 0) {
            assertEquals("GRE_CONGESTION_EXPERIENCED", said, context);
            continue;
          }
          assertEquals((ipv6 ? "ipv6@" : "ipv4@") + 38, said, context);
          Frames packet = Frames.packet();
          packet =
              ipv6
                  ? packet.ipv6("2001:db8:acc::9", "2600::8")
                  : packet.ipv4("203.0.113.9", "8.8.4.4");
          String wanted = Frames.hex(packet.tos(0x1c | ecn).udp(1, 2).payload(5).bytes());
          assertEquals(wanted, Frames.hex(packets.frame(0)).substring(28), context);
        }
      }
    }
  }
}
