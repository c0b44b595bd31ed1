package io.breakwater.workers.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.table.OuterFields;
import io.breakwater.workers.table.TunnelEnds;
import io.breakwater.workers.table.TunnelIndex;
import io.breakwater.workers.table.TunnelTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 7676 as a receiver: GRE over IPv6, with IPv4 and IPv6 inside. */
class GreOverIpv6DecapsulationTest {

  private static final String LOCAL = "2001:db8:a::1";
  private static final String REMOTE = "2600:6::1";
  private static final int GRE = 54;
  private static final int KEY = 0x0a0b0c0d;
  private static final int[] TENANT_BY_TUNNEL = {0, 11, 11};

  private final TestBatch packets = new TestBatch();
  private final TunnelIndex tunnels =
      new TunnelIndex(List.of(tunnel(1, false, 0), tunnel(2, true, KEY)), TENANT_BY_TUNNEL);
  private final List<String> received = new ArrayList<>();
  private final GreOverIpv6Decapsulation decapsulation = new GreOverIpv6Decapsulation(32);

  private static TunnelTable.Entry tunnel(int slot, boolean keyed, int key) {
    TunnelEnds ends =
        TunnelEnds.ipv6(
            Frames.high(LOCAL), Frames.low(LOCAL), Frames.high(REMOTE), Frames.low(REMOTE));
    return new TunnelTable.Entry(slot, slot, ends, OuterFields.DEFAULT, keyed, key, 1, 0, 1456);
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
    return Frames.ethernet("02:00:00:00:00:02", "02:00:5e:00:00:01").ipv6(REMOTE, LOCAL);
  }

  private static byte[] inner4(Frames gre) {
    return gre.ipv4("203.0.113.9", "8.8.4.4").udp(1, 2).payload(32).bytes();
  }

  private static byte[] inner6(Frames gre) {
    return gre.ipv6("2001:db8:acc::9", "2600::8").udp(1, 2).payload(32).bytes();
  }

  @Test
  void shouldOpenEveryCombinationOfFlagsAndInnerFamilies() {
    for (int kind = 0; kind < 8; kind++) {
      boolean c = (kind & 1) != 0;
      boolean k = (kind & 2) != 0;
      boolean s = (kind & 4) != 0;
      int bytes = 4 + 4 * Integer.bitCount(kind);
      byte[] over4 = inner4(outer().gre(c, k, KEY, s));
      assertEquals("ipv4@" + (GRE + bytes), judge(over4));
      assertEquals(List.of((k ? 2 : 1) + ":" + (over4.length - 14)), received);
      assertEquals(11, packets.batch.tenant(0));
      assertEquals(k ? 2 : 1, packets.batch.origin(0));
      assertEquals("ipv6@" + (GRE + bytes), judge(inner6(outer().gre(c, k, KEY, s))));
      byte[] broken = inner6(outer().gre(c, k, KEY, s));
      broken[broken.length - 1] ^= 1;
      assertEquals(c ? "GRE_BAD_CHECKSUM" : "ipv6@" + (GRE + bytes), judge(broken));
      assertEquals(
          k ? "GRE_WRONG_KEY" : "ipv6@" + (GRE + bytes),
          judge(inner6(outer().gre(c, k, KEY ^ 1, s))));
    }
  }

  @Test
  void shouldJudgeEveryFlagWord() {
    for (int flags = 0; flags < 65_536; flags++) {
      byte[] frame = inner6(outer().gre());
      frame[GRE] = (byte) (flags >>> 8);
      frame[GRE + 1] = (byte) flags;
      String said = judge(frame);
      if ((flags & 7) != 0) {
        assertEquals("GRE_BAD_VERSION", said);
      } else if ((flags & 0x4c00) != 0) {
        assertEquals("GRE_RESERVED_BITS", said);
      } else if ((flags & 0xb000) == 0) {
        // RFC 2784 2.3: bits 6-12 are ignored.
        assertEquals("ipv6@58", said);
      }
    }
  }

  @Test
  void shouldDropEveryTruncation() {
    for (int flags : new int[] {0, 0x2000, 0x1000, 0x3000, 0x8000, 0xb000}) {
      int bytes = 4 + Integer.bitCount(flags) * 4;
      for (int length = 0; length < bytes; length++) {
        byte[] header = Frames.hex("%04x86dd".formatted(flags) + "00".repeat(12));
        byte[] cut = Arrays.copyOf(header, length);
        assertEquals("GRE_TRUNCATED", judge(outer().protocol(47).payload(cut).bytes()));
      }
    }
    // Whatever is missing inside is for the validation of what is inside.
    byte[] whole = inner6(outer().gre());
    for (int length = GRE + 4; length < whole.length; length++) {
      byte[] frame = Arrays.copyOf(whole, length);
      frame[18] = (byte) (length - 54 >>> 8);
      frame[19] = (byte) (length - 54);
      assertEquals("ipv6@58", judge(frame), "length=" + length);
    }
  }

  /**
   * Headers in front of GRE, as type and data behind next header and length; what is said of it.
   */
  @ParameterizedTest
  @CsvSource({
    "0,  050200000100,     ipv6@66",
    "0,  c20400000000,     IPV6_BAD_OPTIONS",
    "0,  010600000000,     IPV6_BAD_OPTIONS",
    "60, 040101010100,     ipv6@66",
    "60, 000000000000,     ipv6@66",
    "60, 000000000001,     IPV6_BAD_OPTIONS",
    "60, 3e0400000000,     ipv6@66",
    "60, 7e0400000000,     IPV6_BAD_OPTIONS",
    "60, be0400000000,     IPV6_BAD_OPTIONS",
    "60, fe0400000000,     IPV6_BAD_OPTIONS",
    "60, 010300000000,     ipv6@66",
    "60, 010500000000,     IPV6_BAD_OPTIONS",
    "43, 040000000000,     ipv6@66",
    "43, 040100000000,     other",
    "44, 0000000000002a,   ipv6@66",
    "44, 0000010000002a,   GRE_OUTER_FRAGMENT",
    "44, 0000080000002a,   GRE_OUTER_FRAGMENT",
    "51, 00000000000000000000, other",
  })
  void shouldWalkExtensionHeaders(int type, String data, String expected) {
    assertEquals(expected, judge(inner6(outer().extension(type, Frames.hex(data)).gre())));
  }

  @Test
  void shouldWalkToAFirstFragmentsGreBehindMoreHeaders() {
    byte[] first = Frames.hex("0000010000002a");
    byte[] pad = Frames.hex("010400000000");
    assertEquals(
        "GRE_OUTER_FRAGMENT", judge(inner6(outer().extension(44, first).extension(60, pad).gre())));
    assertEquals("other", judge(outer().extension(44, first).udp(1, 2).bytes()));
    assertEquals("ipv6@74", judge(inner6(outer().extension(0, pad).extension(60, pad).gre())));
  }

  @Test
  void shouldPassWhatIsNotGreAndRefuseWhoIsNotKnown() {
    assertEquals("other", judge(outer().udp(1, 2).bytes()));
    assertEquals("other", judge(outer().icmpv6(128, 0, 0).bytes()));
    Frames stranger =
        Frames.ethernet("02:00:00:00:00:02", "02:00:5e:00:00:01").ipv6("2600:6::2", LOCAL);
    assertEquals("GRE_UNKNOWN_TUNNEL", judge(inner6(stranger.gre())));
    assertEquals(0, packets.batch.tenant(0));
    assertEquals("GRE_WRONG_KEY", judge(inner6(outer().gre(8))));
    assertEquals(11, packets.batch.tenant(0));
    assertEquals(1, packets.batch.origin(0));
    assertEquals(List.of(), received);
    assertEquals("GRE_UNSUPPORTED_PROTOCOL", judge(outer().gre().payload(60).bytes()));
  }

  /** RFC 2784 3.1. */
  @Test
  void shouldDropWhatIsForTheEncapsulator() {
    byte[] back = outer().gre().ipv6("2001:db8:acc::9", REMOTE).udp(1, 2).payload(32).bytes();
    assertEquals("GRE_INNER_TO_ENCAPSULATOR", judge(back));
    // Half of an address is not enough.
    byte[] half = outer().gre().ipv6("2001:db8:acc::9", "2600:7::1").udp(1, 2).payload(32).bytes();
    assertEquals("ipv6@58", judge(half));
  }

  /** RFC 6040 4.2. */
  @Test
  void shouldCombineOuterEcnIntoInner() {
    int[][] expected = {{0, 0, 0, -1}, {1, 1, 1, 3}, {2, 1, 2, 3}, {3, 3, 3, 3}};
    for (int pair = 0; pair < 32; pair++) {
      int outerEcn = pair & 3;
      int innerEcn = pair >> 2 & 3;
      boolean ipv6 = pair >= 16;
      Frames gre = outer().tos(0xa8 | outerEcn).gre();
      Frames ip =
          ipv6 ? gre.ipv6("2001:db8:acc::9", "2600::8") : gre.ipv4("203.0.113.9", "8.8.4.4");
      String said = judge(ip.tos(0x1c | innerEcn).udp(1, 2).payload(32).bytes());
      int ecn = expected[innerEcn][outerEcn];
      if (ecn < 0) {
        assertEquals("GRE_CONGESTION_EXPERIENCED", said);
        continue;
      }
      Frames packet = Frames.packet();
      Frames alone =
          ipv6 ? packet.ipv6("2001:db8:acc::9", "2600::8") : packet.ipv4("203.0.113.9", "8.8.4.4");
      String wanted = Frames.hex(alone.tos(0x1c | ecn).udp(1, 2).payload(32).bytes());
      assertEquals(wanted, Frames.hex(packets.frame(0)).substring(28), "pair=" + pair);
    }
  }
}
