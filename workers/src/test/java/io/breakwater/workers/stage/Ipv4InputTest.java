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

/** RFC 1812 5.2.2 (header), 5.3.7 (addresses), RFC 791 3.1 (options). */
class Ipv4InputTest {

  private static final String CLIENT = "8.8.4.4";
  private static final String SERVER = "203.0.113.9";
  private static final int NETWORK = 14;

  private final TestBatch packets = new TestBatch();
  private final OwnAddresses own =
      new OwnAddresses(new int[] {Frames.ipv4("192.0.2.2")}, new long[0], new long[0]);
  private final Ipv4Input input = new Ipv4Input(32);
  private final PacketList out = new PacketList(32);

  /** The fate's name, or VALID for a packet in the list of the next stage. */
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

  private static Frames ip() {
    return ip(CLIENT, SERVER);
  }

  private static Frames ip(String source, String destination) {
    return Frames.ethernet("02:00:00:00:00:02", "02:00:5e:00:00:01").ipv4(source, destination);
  }

  /** Changes bytes and makes the header's checksum right again. */
  private static byte[] with(byte[] frame, int at, String hex) {
    byte[] bytes = Frames.hex(hex);
    System.arraycopy(bytes, 0, frame, at, bytes.length);
    return rightChecksum(frame);
  }

  private static byte[] rightChecksum(byte[] frame) {
    int end = Math.min(frame.length, NETWORK + ((frame[NETWORK] & 0xf) << 2));
    if (end < NETWORK + 20) {
      return frame;
    }
    frame[NETWORK + 10] = 0;
    frame[NETWORK + 11] = 0;
    int checksum = Frames.checksum(Arrays.copyOfRange(frame, NETWORK, end));
    frame[NETWORK + 10] = (byte) (checksum >>> 8);
    frame[NETWORK + 11] = (byte) checksum;
    return frame;
  }

  @Test
  void shouldPassAPacketAndTrimItsPadding() {
    byte[] frame = ip().udp(1, 2).payload(3).bytes();
    byte[] padded = Arrays.copyOf(frame, 60);
    assertEquals("VALID", judge(padded));
    assertEquals(frame.length, packets.batch.length(0));
    int flow = packets.batch.flow(0);
    assertEquals("VALID", judge(frame));
    assertEquals(flow, packets.batch.flow(0));
  }

  @Test
  void shouldDropEveryTruncation() {
    byte[] frame = ip().options("94040000").tcp(1, 2, 2).payload(4).bytes();
    for (int length = NETWORK; length <= frame.length; length++) {
      int available = length - NETWORK;
      String expected =
          available < 20
              ? "IPV4_TRUNCATED"
              : available < 24
                  ? "IPV4_BAD_HEADER_LENGTH"
                  : length < frame.length ? "IPV4_BAD_LENGTH" : "VALID";
      assertEquals(expected, judge(Arrays.copyOf(frame, length)), "length=" + length);
    }
  }

  @Test
  void shouldJudgeEveryVersionAndHeaderLength() {
    for (int first = 0; first < 256; first++) {
      byte[] frame = ip().protocol(50).payload(new byte[60]).bytes();
      frame[NETWORK] = (byte) first;
      rightChecksum(frame);
      String expected =
          first >>> 4 != 4
              ? "IPV4_BAD_VERSION"
              : (first & 0xf) < 5 ? "IPV4_BAD_HEADER_LENGTH" : "VALID";
      assertEquals(expected, judge(frame), "first=" + first);
    }
  }

  @Test
  void shouldJudgeEveryTotalLength() {
    byte[] frame = ip().protocol(50).payload(16).bytes();
    for (int total = 0; total < 65_536; total++) {
      byte[] changed = with(frame.clone(), NETWORK + 2, "%04x".formatted(total));
      assertEquals(
          total < 20 || total > 36 ? "IPV4_BAD_LENGTH" : "VALID", judge(changed), "total=" + total);
    }
  }

  @Test
  void shouldDropEveryWrongChecksum() {
    byte[] frame = ip().options("94040000").protocol(50).bytes();
    int right = Frames.u16(frame, NETWORK + 10);
    for (int checksum = 0; checksum < 65_536; checksum++) {
      frame[NETWORK + 10] = (byte) (checksum >>> 8);
      frame[NETWORK + 11] = (byte) checksum;
      // 0000 and ffff are the same number in ones' complement; here the right one is neither.
      assertEquals(
          checksum == right ? "VALID" : "IPV4_BAD_CHECKSUM", judge(frame), "checksum=" + checksum);
    }
  }

  @Test
  void shouldPassEveryTtl() {
    for (int ttl = 0; ttl < 256; ttl++) {
      assertEquals("VALID", judge(ip().ttl(ttl).udp(1, 2).bytes()), "ttl=" + ttl);
    }
  }

  @Test
  void shouldJudgeTheFirstOctetOfEverySource() {
    for (int octet = 0; octet < 256; octet++) {
      boolean martian = octet == 0 || octet == 127 || octet >= 224;
      assertEquals(
          martian ? "MARTIAN_SOURCE" : "VALID",
          judge(ip(octet + ".7.7.7", SERVER).udp(1, 2).bytes()),
          "octet=" + octet);
    }
  }

  @Test
  void shouldJudgeTheFirstOctetOfEveryDestination() {
    for (int octet = 0; octet < 256; octet++) {
      boolean martian = octet == 0 || octet == 127 || octet >= 240;
      assertEquals(
          martian ? "MARTIAN_DESTINATION" : "VALID",
          judge(ip(CLIENT, octet + ".7.7.7").udp(1, 2).bytes()),
          "octet=" + octet);
    }
  }

  @ParameterizedTest(name = "{0} to {1}: {2}, with `bogons: drop` {3}")
  @CsvSource({
    "8.8.4.4, 255.255.255.255, VALID, VALID",
    "10.1.2.3, 255.255.255.255, VALID, BOGON_SOURCE",
    "192.168.0.1, 255.255.255.255, VALID, BOGON_SOURCE",
    "8.8.4.4, 224.0.0.1, VALID, VALID",
    "203.0.113.9, 203.0.113.9, LAND, LAND",
    "192.0.2.2, 203.0.113.9, MARTIAN_SOURCE, MARTIAN_SOURCE",
    "192.0.2.2, 192.0.2.2, MARTIAN_SOURCE, MARTIAN_SOURCE",
    "255.255.255.255, 203.0.113.9, MARTIAN_SOURCE, MARTIAN_SOURCE",
    "0.0.0.0, 255.255.255.255, MARTIAN_SOURCE, MARTIAN_SOURCE",
    "127.0.0.1, 127.0.0.1, MARTIAN_SOURCE, MARTIAN_SOURCE",
    "10.0.0.0, 8.8.8.8, VALID, BOGON_SOURCE",
    "10.255.255.255, 8.8.8.8, VALID, BOGON_SOURCE",
    "11.0.0.0, 8.8.8.8, VALID, VALID",
    "100.63.255.255, 8.8.8.8, VALID, VALID",
    "100.64.0.0, 8.8.8.8, VALID, BOGON_SOURCE",
    "100.127.255.255, 8.8.8.8, VALID, BOGON_SOURCE",
    "100.128.0.0, 8.8.8.8, VALID, VALID",
    "169.254.0.1, 8.8.8.8, VALID, BOGON_SOURCE",
    "172.15.255.255, 8.8.8.8, VALID, VALID",
    "172.16.0.0, 8.8.8.8, VALID, BOGON_SOURCE",
    "172.31.255.255, 8.8.8.8, VALID, BOGON_SOURCE",
    "172.32.0.0, 8.8.8.8, VALID, VALID",
    "192.0.0.1, 8.8.8.8, VALID, BOGON_SOURCE",
    "192.0.1.1, 8.8.8.8, VALID, VALID",
    "192.0.2.1, 8.8.8.8, VALID, BOGON_SOURCE",
    "192.168.255.255, 8.8.8.8, VALID, BOGON_SOURCE",
    "192.169.0.0, 8.8.8.8, VALID, VALID",
    "198.17.255.255, 8.8.8.8, VALID, VALID",
    "198.18.0.0, 8.8.8.8, VALID, BOGON_SOURCE",
    "198.19.255.255, 8.8.8.8, VALID, BOGON_SOURCE",
    "198.20.0.0, 8.8.8.8, VALID, VALID",
    "198.51.100.255, 8.8.8.8, VALID, BOGON_SOURCE",
    "203.0.113.0, 8.8.8.8, VALID, BOGON_SOURCE",
    "203.0.114.0, 8.8.8.8, VALID, VALID",
  })
  void shouldJudgeAddresses(String source, String destination, String plain, String strict) {
    byte[] frame = ip(source, destination).udp(1, 2).bytes();
    assertEquals(plain, judge(frame, false));
    assertEquals(strict, judge(frame, true));
  }

  /** RFC 791 3.1: length counts type and length, so 2 at least; type 0 ends, type 1 is alone. */
  @Test
  void shouldJudgeEveryOptionTypeAndLength() {
    for (int type = 0; type < 256; type++) {
      for (int length = 0; length < 256; length++) {
        byte[] frame = ip().options("00000000 00000000").protocol(50).bytes();
        byte[] changed = with(frame, NETWORK + 20, "%02x%02x".formatted(type, length));
        String expected;
        if (type == 0) {
          expected = "VALID";
        } else if (type == 1) {
          // The length is an option type of its own, with length 0 behind it.
          expected = length <= 1 ? "VALID" : "IPV4_BAD_OPTIONS";
        } else if (length < 2 || length > 8) {
          expected = "IPV4_BAD_OPTIONS";
        } else {
          expected = type == 131 || type == 137 ? "IPV4_SOURCE_ROUTE" : "VALID";
        }
        assertEquals(expected, judge(changed), "type=" + type + " length=" + length);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "no-operations before a source route, 01010183 07040000 00000000, IPV4_SOURCE_ROUTE",
    "strict source route behind router alert, 94040000 89030400, IPV4_SOURCE_ROUTE",
    "source route behind the end of the list is padding, 00830704 00000000, VALID",
    "record route, 07070400 00000000, VALID",
    "option type as the last byte, 01010144, IPV4_BAD_OPTIONS",
    "option up to the very end, 01440300, VALID",
    "option one byte beyond the end, 01014403, IPV4_BAD_OPTIONS",
  })
  void shouldWalkOptions(String description, String options, String expected) {
    assertEquals(expected, judge(ip().options(options).protocol(50).bytes()));
  }

  @ParameterizedTest(name = "protocol {0}, {1} bytes behind the header: {2}")
  @CsvSource({
    "6, 0, TCP_TRUNCATED",
    "6, 19, TCP_TRUNCATED",
    "6, 20, TCP_BAD_HEADER_LENGTH",
    "17, 0, UDP_TRUNCATED",
    "17, 7, UDP_TRUNCATED",
    "17, 8, UDP_BAD_LENGTH",
    "1, 0, ICMP_TRUNCATED",
    "1, 7, ICMP_TRUNCATED",
    "1, 8, VALID",
    "47, 0, VALID",
    "50, 0, VALID",
    "132, 3, VALID",
    "0, 0, VALID",
    "255, 0, VALID",
  })
  void shouldJudgeTransportLengths(int protocol, int bytes, String expected) {
    assertEquals(expected, judge(ip().protocol(protocol).payload(new byte[bytes]).bytes()));
  }

  @Test
  void shouldJudgeEveryTcpDataOffset() {
    for (int words = 0; words < 16; words++) {
      byte[] frame = ip().tcp(1, 2, 2).payload(new byte[20]).bytes();
      frame[NETWORK + 32] = (byte) (words << 4);
      assertEquals(
          words < 5 || words > 10 ? "TCP_BAD_HEADER_LENGTH" : "VALID",
          judge(frame),
          "words=" + words);
    }
  }

  @Test
  void shouldJudgeEveryUdpLength() {
    for (int length = 0; length < 100; length++) {
      byte[] whole = ip().udp(1, 2).payload(24).bytes();
      whole[NETWORK + 25] = (byte) length;
      assertEquals(
          length < 8 || length > 32 ? "UDP_BAD_LENGTH" : "VALID", judge(whole), "length=" + length);
      byte[] first = ip().flagsAndOffset(0x2000).udp(1, 2).payload(24).bytes();
      first[NETWORK + 25] = (byte) length;
      // The rest of the datagram is in later fragments.
      assertEquals(length < 8 ? "UDP_BAD_LENGTH" : "VALID", judge(first), "length=" + length);
    }
  }

  /** Only what begins a datagram has a transport header to look at. */
  @Test
  void shouldJudgeTransportByEveryFragmentOffset() {
    byte[] frame = ip().protocol(6).payload(new byte[8]).bytes();
    for (int word = 0; word < 65_536; word++) {
      byte[] changed = with(frame, NETWORK + 6, "%04x".formatted(word));
      assertEquals(
          (word & 0x1fff) == 0 ? "TCP_TRUNCATED" : "VALID", judge(changed), "word=" + word);
    }
  }

  @Test
  void shouldGiveAllFragmentsOfADatagramOneFlow() {
    judge(ip().flagsAndOffset(0x2000).udp(1, 2).payload(16).bytes());
    int first = packets.batch.flow(0);
    judge(ip().flagsAndOffset(0x2003).protocol(17).payload(new byte[24]).bytes());
    assertEquals(first, packets.batch.flow(0));
    judge(ip().flagsAndOffset(0x0006).protocol(17).payload(new byte[5]).bytes());
    assertEquals(first, packets.batch.flow(0));
    judge(ip().udp(1, 2).payload(16).bytes());
    assertNotEquals(first, packets.batch.flow(0));
  }

  @Test
  void shouldTellFlowsApartByEachOfTheirFields() {
    judge(ip().udp(1, 2).bytes());
    int flow = packets.batch.flow(0);
    byte[][] others = {
      ip("8.8.4.5", SERVER).udp(1, 2).bytes(),
      ip(CLIENT, "203.0.113.8").udp(1, 2).bytes(),
      ip().udp(2, 1).bytes(),
      ip().udp(1, 3).bytes(),
      ip().tcp(1, 2, 2).bytes(),
    };
    for (byte[] other : others) {
      assertEquals("VALID", judge(other));
      assertNotEquals(flow, packets.batch.flow(0));
    }
    judge(ip().ttl(9).tos(4).id(77).udp(1, 2).payload(99).bytes());
    assertEquals(flow, packets.batch.flow(0));
  }
}
