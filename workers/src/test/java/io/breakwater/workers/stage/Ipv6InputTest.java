package io.breakwater.workers.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.table.OwnAddresses;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 8200 3 and 4, RFC 4291 2 (addresses), RFC 5095, RFC 6946. */
class Ipv6InputTest {

  private static final String CLIENT = "2600::8";
  private static final String SERVER = "2001:db8:acc::9";
  private static final String OWN = "2001:db8:1::2";
  private static final int NETWORK = 14;

  private final TestBatch packets = new TestBatch();
  private final OwnAddresses own =
      new OwnAddresses(new int[0], new long[] {Frames.high(OWN)}, new long[] {Frames.low(OWN)});
  private final Ipv6Input input = new Ipv6Input();
  private final PacketList out = new PacketList(32);

  private String judge(byte[] frame) {
    return judge(frame, false);
  }

  private String judge(byte[] frame, boolean dropBogons) {
    packets.begin(frame).atNetwork();
    out.clear();
    input.process(packets.memory, packets.batch, packets.all, out, own, dropBogons);
    assertEquals(out.count == 0, packets.batch.fate(0) != 0, "in the list, or with a fate");
    return out.count == 1 ? "VALID" : packets.fate(0);
  }

  private int flow(Frames frame) {
    assertEquals("VALID", judge(frame.bytes()));
    return packets.batch.flow(0);
  }

  private static Frames ip() {
    return ip(CLIENT, SERVER);
  }

  private static Frames ip(String source, String destination) {
    return Frames.ethernet("02:00:00:00:00:02", "02:00:5e:00:00:01").ipv6(source, destination);
  }

  /** The fragment header behind next header: reserved, offset and flags, identification. */
  private static Frames fragment(int offsetAndFlags) {
    return ip().extension(44, Frames.hex("00%04x0000002a".formatted(offsetAndFlags)));
  }

  @Test
  void shouldPassAPacketAndTrimItsPadding() {
    byte[] frame = ip().udp(1, 2).payload(3).bytes();
    assertEquals("VALID", judge(Arrays.copyOf(frame, frame.length + 9)));
    assertEquals(frame.length, packets.batch.length(0));
  }

  @Test
  void shouldDropEveryTruncation() {
    byte[] frame = ip().extension(60, new byte[6]).tcp(1, 2, 2).payload(4).bytes();
    for (int length = NETWORK; length <= frame.length; length++) {
      String expected =
          length < NETWORK + 40
              ? "IPV6_TRUNCATED"
              : length < frame.length ? "IPV6_BAD_LENGTH" : "VALID";
      assertEquals(expected, judge(Arrays.copyOf(frame, length)), "length=" + length);
    }
  }

  /** The same with the payload length made to fit: the packet ends within its headers. */
  @Test
  void shouldDropEveryPacketThatEndsWithinItsHeaders() {
    byte[] frame =
        ip().extension(0, new byte[6])
            .extension(43, Frames.hex("040000000000"))
            .extension(51, new byte[10])
            .tcp(1, 2, 2)
            .bytes();
    for (int length = NETWORK + 40; length < frame.length; length++) {
      byte[] cut = Arrays.copyOf(frame, length);
      int payload = length - NETWORK - 40;
      cut[NETWORK + 5] = (byte) payload;
      String expected =
          payload == 0
              ? "IPV6_BAD_LENGTH"
              : payload < 28 ? "IPV6_EXTENSION_TRUNCATED" : "TCP_TRUNCATED";
      assertEquals(expected, judge(cut), "payload=" + payload);
    }
    assertEquals("VALID", judge(frame));
  }

  @Test
  void shouldJudgeEveryVersion() {
    for (int first = 0; first < 256; first++) {
      byte[] frame = ip().udp(1, 2).bytes();
      frame[NETWORK] = (byte) first;
      assertEquals(first >>> 4 == 6 ? "VALID" : "IPV6_BAD_VERSION", judge(frame), "first=" + first);
    }
  }

  @Test
  void shouldJudgeEveryPayloadLength() {
    byte[] frame = ip().protocol(50).payload(16).bytes();
    for (int payload = 0; payload < 65_536; payload++) {
      frame[NETWORK + 4] = (byte) (payload >>> 8);
      frame[NETWORK + 5] = (byte) payload;
      assertEquals(payload <= 16 ? "VALID" : "IPV6_BAD_LENGTH", judge(frame), "n=" + payload);
    }
  }

  @Test
  void shouldPassEveryHopLimit() {
    for (int limit = 0; limit < 256; limit++) {
      assertEquals("VALID", judge(ip().ttl(limit).udp(1, 2).bytes()), "limit=" + limit);
    }
  }

  @Test
  void shouldJudgeTheFirstOctetOfEverySource() {
    for (int octet = 1; octet < 256; octet++) {
      String source = "%02x00::7".formatted(octet);
      assertEquals(
          octet == 0xff ? "MARTIAN_SOURCE" : "VALID",
          judge(ip(source, SERVER).udp(1, 2).bytes()),
          source);
    }
  }

  @ParameterizedTest(name = "{0} to {1}: {2}, with `bogons: drop` {3}")
  @CsvSource({
    "::, 2001:db8::9, MARTIAN_SOURCE, MARTIAN_SOURCE",
    "::1, 2001:db8::9, MARTIAN_SOURCE, MARTIAN_SOURCE",
    "::ffff:0:0:1, 2001:db8::9, VALID, VALID",
    "2001:db8:1::2, 2600::9, MARTIAN_SOURCE, MARTIAN_SOURCE",
    "2600::8, ::, MARTIAN_DESTINATION, MARTIAN_DESTINATION",
    "2600::8, ::1, MARTIAN_DESTINATION, MARTIAN_DESTINATION",
    "2600::8, 2600::8, LAND, LAND",
    "2600::8, ff02::1, VALID, VALID",
    "2600::8, fe80::1, VALID, VALID",
    "fe80::1, ff02::1, VALID, VALID",
    "::2, 2600::8, VALID, VALID",
    "fbff::1, 2600::8, VALID, VALID",
    "fc00::1, 2600::8, VALID, BOGON_SOURCE",
    "fdff::1, 2600::8, VALID, BOGON_SOURCE",
    "2001:db7:ffff::1, 2600::8, VALID, VALID",
    "2001:db8::1, 2600::8, VALID, BOGON_SOURCE",
    "2001:db9::1, 2600::8, VALID, VALID",
    "3fff::1, 2600::8, VALID, BOGON_SOURCE",
    "3fff:fff:ffff::1, 2600::8, VALID, BOGON_SOURCE",
    "3fff:1000::1, 2600::8, VALID, VALID",
    "3ffe::1, 2600::8, VALID, BOGON_SOURCE",
    "100::1, 2600::8, VALID, BOGON_SOURCE",
    "100:0:0:1::1, 2600::8, VALID, VALID",
  })
  void shouldJudgeAddresses(String source, String destination, String plain, String strict) {
    byte[] frame = ip(source, destination).udp(1, 2).bytes();
    assertEquals(plain, judge(frame, false));
    assertEquals(strict, judge(frame, true));
  }

  /** RFC 4291 2.5.5.2: InetAddress would turn these into IPv4, so they are put in by hand. */
  @Test
  void shouldDropIpv4MappedAddresses() {
    byte[] mapped = Frames.hex("00000000000000000000ffff08080404");
    byte[] from = ip().udp(1, 2).bytes();
    System.arraycopy(mapped, 0, from, NETWORK + 8, 16);
    assertEquals("MARTIAN_SOURCE", judge(from));
    byte[] to = ip().udp(1, 2).bytes();
    System.arraycopy(mapped, 0, to, NETWORK + 24, 16);
    assertEquals("MARTIAN_DESTINATION", judge(to));
  }

  /** RFC 4861 4.1 and 4.3, RFC 3590: the unspecified source, to groups, for ICMPv6 only. */
  @Test
  void shouldPassTheUnspecifiedSourceForIcmpv6ToAGroupOnly() {
    assertEquals("VALID", judge(ip("::", "ff02::1:ff00:2").icmpv6(135, 0, 0).bytes()));
    assertEquals(
        "VALID",
        judge(
            ip("::", "ff02::16")
                .extension(0, Frames.hex("050200000100"))
                .icmpv6(143, 0, 0)
                .bytes()));
    assertEquals("MARTIAN_SOURCE", judge(ip("::", "ff02::1").udp(1, 2).bytes()));
    assertEquals("MARTIAN_SOURCE", judge(ip("::", SERVER).icmpv6(128, 0, 0).bytes()));
  }

  /** RFC 8200 4: which headers are walked, with every next header value in turn. */
  @Test
  void shouldWalkExactlyTheExtensionHeaders() {
    for (int next = 0; next < 256; next++) {
      // 8 zero bytes: as an extension header, it is followed by hop-by-hop options: out of order.
      byte[] frame = ip().protocol(next).payload(new byte[8]).bytes();
      String expected =
          switch (next) {
            case 0, 51, 60 -> "IPV6_BAD_EXTENSION_ORDER";
            case 44 -> "IPV6_BAD_EXTENSION_ORDER";
            case 43 -> "IPV6_ROUTING_TYPE_0";
            case 6 -> "TCP_TRUNCATED";
            case 17 -> "UDP_BAD_LENGTH";
            default -> "VALID";
          };
      assertEquals(expected, judge(frame), "next=" + next);
    }
  }

  @Test
  void shouldJudgeEveryExtensionLength() {
    for (int length = 0; length < 256; length++) {
      byte[] options = ip().extension(60, new byte[30]).payload(new byte[8]).bytes();
      options[NETWORK + 41] = (byte) length;
      // 40 bytes in all, which units of 8 can end at: 1 to 5 of them.
      assertEquals(
          length <= 4 ? "VALID" : "IPV6_EXTENSION_TRUNCATED", judge(options), "n=" + length);
      byte[] authentication = ip().extension(51, new byte[30]).payload(new byte[8]).bytes();
      authentication[NETWORK + 41] = (byte) length;
      // RFC 4302 2.2: units of 4 bytes, less 2.
      assertEquals(
          length <= 8 ? "VALID" : "IPV6_EXTENSION_TRUNCATED", judge(authentication), "n=" + length);
    }
  }

  @Test
  void shouldPassRoutingHeadersOfEveryTypeButZero() {
    for (int type = 0; type < 256; type++) {
      String data = "%02x0000000000".formatted(type);
      assertEquals(
          type == 0 ? "IPV6_ROUTING_TYPE_0" : "VALID",
          judge(ip().extension(43, Frames.hex(data)).udp(1, 2).bytes()),
          "type=" + type);
    }
  }

  @Test
  void shouldPassUpToEightExtensionHeaders() {
    for (int count = 0; count <= 10; count++) {
      Frames frame = ip();
      for (int i = 0; i < count; i++) {
        frame.extension(60, new byte[6]);
      }
      assertEquals(
          count <= 8 ? "VALID" : "IPV6_TOO_MANY_HEADERS",
          judge(frame.udp(1, 2).bytes()),
          "count=" + count);
    }
  }

  @Test
  void shouldDropHopByHopOptionsThatAreNotFirst() {
    Frames second = ip().extension(60, new byte[6]).extension(0, new byte[6]).udp(1, 2);
    assertEquals("IPV6_BAD_EXTENSION_ORDER", judge(second.bytes()));
    assertEquals("VALID", judge(ip().extension(0, new byte[6]).udp(1, 2).bytes()));
  }

  /** RFC 2675: payload length 0 with hop-by-hop options is a jumbogram. */
  @Test
  void shouldDropAJumbogram() {
    byte[] frame = ip().extension(0, Frames.hex("c20400010001")).udp(1, 2).bytes();
    frame[NETWORK + 4] = 0;
    frame[NETWORK + 5] = 0;
    assertEquals("IPV6_BAD_LENGTH", judge(frame));
    assertEquals("VALID", judge(ip().bytes()), "no next header, no payload");
  }

  /** The transport header is looked at where a datagram begins: at offset 0. */
  @Test
  void shouldJudgeTransportByEveryFragmentOffset() {
    byte[] frame = fragment(0).protocol(44).payload(new byte[8]).bytes();
    frame[NETWORK + 40] = 6;
    for (int word = 0; word < 65_536; word++) {
      frame[NETWORK + 42] = (byte) (word >>> 8);
      frame[NETWORK + 43] = (byte) word;
      assertEquals((word & 0xfff8) == 0 ? "TCP_TRUNCATED" : "VALID", judge(frame), "word=" + word);
    }
  }

  /** Also where the first fragment shows headers that the later ones do not. */
  @Test
  void shouldGiveAllFragmentsOfADatagramOneFlow() {
    int first = flow(fragment(1).udp(1, 2).payload(16));
    byte[] later = fragment(3 << 3 | 1).payload(new byte[24]).bytes();
    later[NETWORK + 40] = 17;
    assertEquals("VALID", judge(later));
    assertEquals(first, packets.batch.flow(0));

    int firstWithOptions = flow(fragment(1).extension(60, new byte[6]).udp(1, 2).payload(8));
    byte[] last = fragment(3 << 3).payload(new byte[5]).bytes();
    last[NETWORK + 40] = 60;
    assertEquals("VALID", judge(last));
    assertEquals(firstWithOptions, packets.batch.flow(0));
  }

  /** RFC 6946: offset 0 and no more to come. */
  @Test
  void shouldTakeAnAtomicFragmentAsAWholeDatagram() {
    assertEquals(flow(ip().udp(1, 2)), flow(fragment(0).udp(1, 2)));
    assertNotEquals(flow(ip().udp(1, 2)), flow(fragment(1).udp(1, 2)));
  }

  @Test
  void shouldTellFlowsApartByEachOfTheirFields() {
    int flow = flow(ip().udp(1, 2));
    assertNotEquals(flow, flow(ip("2600::9", SERVER).udp(1, 2)));
    assertNotEquals(flow, flow(ip("2601::8", SERVER).udp(1, 2)));
    assertNotEquals(flow, flow(ip(CLIENT, "2001:db8:acc::8").udp(1, 2)));
    assertNotEquals(flow, flow(ip(CLIENT, "2001:db8:acd::9").udp(1, 2)));
    assertNotEquals(flow, flow(ip().udp(1, 3)));
    assertNotEquals(flow, flow(ip().tcp(1, 2, 2)));
    assertEquals(flow, flow(ip().ttl(3).tos(7).udp(1, 2).payload(80)));
  }
}
