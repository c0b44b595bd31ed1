package io.breakwater.workers.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.TestPort;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.TokenBucket;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EchoInputTest {

  private static final String PEER = "02:00:5e:00:00:01";
  private static final String CLIENT = "198.51.100.7";
  private static final String CLIENT_V6 = "2001:db8:99::7";

  private final PortSettings port = TestPort.untagged(3);
  private final TestBatch packets = new TestBatch();
  private final EchoInput echo = new EchoInput(new TokenBucket(10, 5, 0), ProbeInput.NONE);
  private long nowNs;

  /** By the version of the packet, a second after the one before. */
  private byte[] process(byte[] frame) {
    nowNs += 1_000_000_000L;
    packets.begin(frame).atNetwork();
    if (packets.memory.u8(packets.batch.network(0)) >>> 4 == 4) {
      echo.processIpv4(packets.memory, packets.batch, packets.all, port, nowNs);
    } else {
      echo.processIpv6(packets.memory, packets.batch, packets.all, port, nowNs);
    }
    return packets.frame(0);
  }

  private static Frames request(String destination) {
    return Frames.ethernet(TestPort.MAC, PEER).ipv4(CLIENT, destination);
  }

  private static Frames requestIpv6(String destination) {
    return Frames.ethernet(TestPort.MAC, PEER).ipv6(CLIENT_V6, destination);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 18, 56, 1471, 1472, 8000})
  void shouldAnswerAnEchoRequestOfAnyLength(int bytes) {
    byte[] in =
        request(TestPort.IPV4).ttl(7).tos(0xb8).icmp(8, 0, 0x1234_0001).payload(bytes).bytes();
    byte[] out =
        Frames.ethernet(PEER, TestPort.MAC)
            .ipv4(TestPort.IPV4, CLIENT)
            .ttl(64)
            .tos(0xb8)
            .icmp(0, 0, 0x1234_0001)
            .payload(bytes)
            .bytes();
    assertArrayEquals(out, process(in));
    assertEquals("ANSWERED", packets.fate(0));
    assertEquals(3, packets.batch.port(0));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 18, 56, 1451, 1452, 8000})
  void shouldAnswerAnEchoRequestOfAnyLengthOverIpv6(int bytes) {
    byte[] in =
        requestIpv6(TestPort.IPV6).ttl(7).icmpv6(128, 0, 0x1234_0001).payload(bytes).bytes();
    byte[] out =
        Frames.ethernet(PEER, TestPort.MAC)
            .ipv6(TestPort.IPV6, CLIENT_V6)
            .ttl(64)
            .icmpv6(129, 0, 0x1234_0001)
            .payload(bytes)
            .bytes();
    assertArrayEquals(out, process(in));
    assertEquals("ANSWERED", packets.fate(0));
    assertEquals(3, packets.batch.port(0));
  }

  @Test
  void shouldKeepTagsAndPaddingAndAnswerForAnEndpoint() {
    byte[] in =
        Frames.ethernet(TestPort.MAC, PEER)
            .vlan(7)
            .ipv4(CLIENT, "203.0.113.1")
            .icmp(8, 0, 1)
            .bytes();
    byte[] out =
        Frames.ethernet(PEER, TestPort.MAC)
            .vlan(7)
            .ipv4("203.0.113.1", CLIENT)
            .icmp(0, 0, 1)
            .bytes();
    assertArrayEquals(Arrays.copyOf(out, 60), process(Arrays.copyOf(in, 60)));
  }

  @Test
  void shouldUpdateTheHeaderChecksumRightForEveryTtl() {
    for (int ttl = 1; ttl < 256; ttl++) {
      byte[] out = process(request(TestPort.IPV4).ttl(ttl).icmp(8, 0, ttl).bytes());
      assertTrue(Frames.ipv4ChecksumHolds(out, 14), "ttl=" + ttl);
      assertTrue(Frames.icmpChecksumHolds(out, 14), "ttl=" + ttl);
    }
  }

  /** RFC 791 3.1: whoever sends the reserved flag, it is not sent back; DF is. */
  @ParameterizedTest
  @ValueSource(ints = {0, 0x4000, 0x8000, 0xc000})
  void shouldAnswerWithoutTheReservedFlag(int flags) {
    byte[] in = request(TestPort.IPV4).flagsAndOffset(flags).icmp(8, 0, 5).bytes();
    byte[] out =
        Frames.ethernet(PEER, TestPort.MAC)
            .ipv4(TestPort.IPV4, CLIENT)
            .flagsAndOffset(flags & 0x4000)
            .icmp(0, 0, 5)
            .bytes();
    assertArrayEquals(out, process(in));
  }

  /** Word 0: the reply is all zeros. */
  @Test
  void shouldUpdateTheMessageChecksumRightForEveryValue() {
    for (int word = 0; word < 0x10000; word += 7) {
      byte[] out = process(request(TestPort.IPV4).icmp(8, 0, word).bytes());
      assertTrue(Frames.icmpChecksumHolds(out, 14), "word=" + word);
    }
  }

  @Test
  void shouldLeaveToTheHostWhatIsNoPlainEchoRequest() {
    byte[] broadcastFrame = request(TestPort.IPV4).icmp(8, 0, 1).bytes();
    Arrays.fill(broadcastFrame, 0, 6, (byte) 0xff);
    byte[][] frames = {
      request(TestPort.IPV4).icmp(0, 0, 1).bytes(),
      request(TestPort.IPV4).icmp(13, 0, 1).payload(12).bytes(),
      request(TestPort.IPV4).icmp(3, 4, 1400).payload(28).bytes(),
      request(TestPort.IPV4).options("01010100").icmp(8, 0, 1).bytes(),
      request(TestPort.IPV4).flagsAndOffset(0x2000).icmp(8, 0, 1).bytes(),
      request(TestPort.IPV4).flagsAndOffset(0x0001).icmp(8, 0, 1).bytes(),
      request(TestPort.IPV4).flagsAndOffset(0x2001).protocol(1).bytes(),
      request("192.0.2.255").icmp(8, 0, 1).bytes(),
      request("192.0.2.0").icmp(8, 0, 1).bytes(),
      request("255.255.255.255").icmp(8, 0, 1).bytes(),
      request("224.0.0.1").icmp(8, 0, 1).bytes(),
      Frames.ethernet(TestPort.MAC, PEER).ipv4("192.0.2.255", TestPort.IPV4).icmp(8, 0, 1).bytes(),
      Frames.ethernet(TestPort.MAC, PEER).ipv4("0.0.0.0", TestPort.IPV4).icmp(8, 0, 1).bytes(),
      broadcastFrame,
      requestIpv6(TestPort.IPV6).icmpv6(129, 0, 1).bytes(),
      requestIpv6(TestPort.IPV6).icmpv6(1, 4, 1).payload(40).bytes(),
      requestIpv6(TestPort.IPV6).extension(60, new byte[6]).icmpv6(128, 0, 1).bytes(),
      requestIpv6("ff02::1").icmpv6(128, 0, 1).bytes(),
      Frames.ethernet(TestPort.MAC, PEER).ipv6("::", TestPort.IPV6).icmpv6(128, 0, 1).bytes(),
      Frames.ethernet(TestPort.MAC, PEER).ipv6("ff02::1", TestPort.IPV6).icmpv6(128, 0, 1).bytes(),
    };
    for (int i = 0; i < frames.length; i++) {
      assertArrayEquals(frames[i], process(frames[i]), "frame=" + i);
      assertEquals("HOST", packets.fate(0), "frame=" + i);
    }
  }

  @Test
  void shouldDropEverySingleBitErrorOfAMessageByItsChecksum() {
    byte[] good = request(TestPort.IPV4).icmp(8, 0, 0x1234_0001).payload(9).bytes();
    for (int bit = 34 * 8; bit < good.length * 8; bit++) {
      byte[] frame = good.clone();
      frame[bit >> 3] ^= (byte) (1 << (bit & 7));
      process(frame);
      assertEquals("ICMP_BAD_CHECKSUM", packets.fate(0), "bit=" + bit);
    }
  }

  @Test
  void shouldDropEverySingleBitErrorOfAMessageAndItsAddressesOverIpv6() {
    byte[] good = requestIpv6(TestPort.IPV6).icmpv6(128, 0, 0x1234_0001).payload(9).bytes();
    for (int bit = 22 * 8; bit < good.length * 8; bit++) {
      byte[] frame = good.clone();
      frame[bit >> 3] ^= (byte) (1 << (bit & 7));
      process(frame);
      assertEquals("ICMPV6_BAD_CHECKSUM", packets.fate(0), "bit=" + bit);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void shouldDropAMessageWithoutAWholeHeader(int bytes) {
    process(request(TestPort.IPV4).protocol(1).payload(bytes).bytes());
    assertEquals("ICMP_TRUNCATED", packets.fate(0));
    process(requestIpv6(TestPort.IPV6).protocol(58).payload(bytes).bytes());
    assertEquals("ICMP_TRUNCATED", packets.fate(0));
  }

  @Test
  void shouldAnswerOnlyAtItsRate() {
    byte[][] frames = new byte[32][];
    Arrays.fill(frames, request(TestPort.IPV4).icmp(8, 0, 1).bytes());
    assertEquals(5, answeredAt(frames, 0));
    assertEquals("ICMP_RATE_LIMITED", packets.fate(31));
    assertArrayEquals(frames[31], packets.frame(31));
    assertEquals(0, answeredAt(frames, 99_999_999L));
    assertEquals(1, answeredAt(frames, 100_000_000L));
    assertEquals(5, answeredAt(frames, 100_000_000_000L));
  }

  private int answeredAt(byte[][] frames, long timeNs) {
    packets.begin(frames).atNetwork();
    echo.processIpv4(packets.memory, packets.batch, packets.all, port, timeNs);
    int answered = 0;
    for (int i = 0; i < frames.length; i++) {
      answered += packets.fate(i).equals("ANSWERED") ? 1 : 0;
    }
    return answered;
  }

  /** Any bytes behind a good IP header: that is what the stages before let through. */
  @ParameterizedTest
  @CsvSource({"1, 4", "2, 6"})
  void shouldGiveRandomMessagesAFate(long seed, int version) {
    Random random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      byte[] body = new byte[random.nextInt(40)];
      random.nextBytes(body);
      if (body.length > 0 && random.nextBoolean()) {
        body[0] = (byte) (version == 4 ? 8 : 128);
      }
      byte[] frame =
          version == 4
              ? request(TestPort.IPV4)
                  .protocol(1)
                  .flagsAndOffset(random.nextInt(4) == 0 ? random.nextInt() : 0)
                  .options("01".repeat(4 * random.nextInt(3)))
                  .payload(body)
                  .bytes()
              : requestIpv6(TestPort.IPV6).protocol(58).payload(body).bytes();
      process(frame);
      String fate = packets.fate(0).replace("ICMPV6", "ICMP");
      assertTrue(
          List.of("ANSWERED", "HOST", "ICMP_TRUNCATED", "ICMP_BAD_CHECKSUM").contains(fate),
          () -> "seed=" + seed + " frame=" + Frames.hex(frame) + " fate=" + fate);
    }
  }
}
