package io.breakwater.workers.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.TestPort;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.TokenBucket;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IcmpErrorOutputTest {

  private static final String PEER = "02:00:5e:00:00:01";
  private static final String CLIENT = "198.51.100.7";
  private static final String CLIENT_V6 = "2001:db8:99::7";
  private static final String TENANT = "203.0.113.5";
  private static final String TENANT_V6 = "2001:db8:acc::5";

  private PortSettings port = TestPort.untagged(3);
  private final TestBatch packets = new TestBatch();
  private final IcmpErrorOutput errors = new IcmpErrorOutput(new TokenBucket(10, 5, 0));
  private long nowNs;

  private boolean timeExceeded(byte[] frame) {
    nowNs += 1_000_000_000L;
    packets.begin(frame).atNetwork();
    packets.batch.setTunnel(0, 9);
    return errors.timeExceeded(packets.memory, packets.batch, 0, port, nowNs);
  }

  private boolean tooBig(byte[] frame, int mtu) {
    nowNs += 1_000_000_000L;
    packets.begin(frame).atNetwork();
    packets.batch.setTunnel(0, 9);
    return errors.tooBig(packets.memory, packets.batch, 0, port, mtu, nowNs);
  }

  private static Frames ipv4() {
    return Frames.ethernet(TestPort.MAC, PEER).ipv4(CLIENT, TENANT);
  }

  private static Frames ipv6() {
    return Frames.ethernet(TestPort.MAC, PEER).ipv6(CLIENT_V6, TENANT_V6);
  }

  private static byte[] quoted(byte[] frame, int most) {
    return Arrays.copyOfRange(frame, 14, Math.min(frame.length, 14 + most));
  }

  private static byte[] errorIpv4(int type, int code, int rest, byte[] frame) {
    return Frames.ethernet(PEER, TestPort.MAC)
        .ipv4(TestPort.IPV4, CLIENT)
        .tos(0xc0)
        .id(0)
        .flagsAndOffset(0x4000)
        .icmp(type, code, rest)
        .payload(quoted(frame, 548))
        .bytes();
  }

  private static byte[] errorIpv6(int type, int rest, byte[] frame) {
    return Frames.ethernet(PEER, TestPort.MAC)
        .ipv6(TestPort.IPV6, CLIENT_V6)
        .tos(0xc0)
        .icmpv6(type, 0, rest)
        .payload(quoted(frame, 1232))
        .bytes();
  }

  /** Payload lengths around none, a few bytes, and the most that is quoted. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 519, 520, 521, 1472, 8000})
  void shouldTellTheSourceThatTimeIsExceeded(int bytes) {
    byte[] frame = ipv4().ttl(1).udp(40000, 33434).payload(bytes).bytes();
    assertTrue(timeExceeded(frame));
    assertArrayEquals(errorIpv4(11, 0, 0, frame), packets.frame(0));
    assertAnsweredAt(packets.batch.frame(0) + 14);
    assertTrue(packets.batch.length(0) <= 14 + 576);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 1183, 1184, 1185, 1452, 8000})
  void shouldTellTheSourceThatTimeIsExceededOverIpv6(int bytes) {
    byte[] frame = ipv6().ttl(1).udp(40000, 33434).payload(bytes).bytes();
    assertTrue(timeExceeded(frame));
    assertArrayEquals(errorIpv6(3, 0, frame), packets.frame(0));
    assertAnsweredAt(packets.batch.frame(0) + 14);
    assertTrue(packets.batch.length(0) <= 14 + 1280);
  }

  @ParameterizedTest
  @ValueSource(ints = {68, 576, 1476, 65_535})
  void shouldTellTheSourceTheMtu(int mtu) {
    byte[] frame = ipv4().flagsAndOffset(0x4000).tcp(1, 80, 0x10).payload(1460).bytes();
    assertTrue(tooBig(frame, mtu));
    assertArrayEquals(errorIpv4(3, 4, mtu, frame), packets.frame(0));
    byte[] frameIpv6 = ipv6().tcp(1, 80, 0x10).payload(1440).bytes();
    assertTrue(tooBig(frameIpv6, mtu));
    assertArrayEquals(errorIpv6(2, mtu, frameIpv6), packets.frame(0));
  }

  private void assertAnsweredAt(int network) {
    assertEquals("ANSWERED", packets.fate(0));
    assertEquals(3, packets.batch.port(0));
    assertEquals(0, packets.batch.tunnel(0));
    assertEquals(network, packets.batch.network(0));
  }

  @Test
  void shouldKeepTagsAndLeaveEthernetPaddingOut() {
    byte[] frame =
        Frames.ethernet(TestPort.MAC, PEER)
            .serviceVlan(5)
            .vlan(7)
            .ipv4(CLIENT, TENANT)
            .ttl(1)
            .udp(1, 2)
            .bytes();
    assertTrue(timeExceeded(Arrays.copyOf(frame, 90)));
    byte[] error =
        Frames.ethernet(PEER, TestPort.MAC)
            .serviceVlan(5)
            .vlan(7)
            .ipv4(TestPort.IPV4, CLIENT)
            .tos(0xc0)
            .id(0)
            .flagsAndOffset(0x4000)
            .icmp(11, 0, 0)
            .payload(Arrays.copyOfRange(frame, 22, frame.length))
            .bytes();
    assertArrayEquals(error, packets.frame(0));
    assertAnsweredAt(packets.batch.frame(0) + 22);
  }

  @Test
  void shouldGiveUpWhatDecapsulationLeavesBetweenEthernetAndThePacket() {
    byte[] inner = Frames.packet().ipv4(CLIENT, TENANT).ttl(1).udp(1, 2).payload(4).bytes();
    byte[] frame =
        Frames.ethernet(TestPort.MAC, PEER)
            .ipv4("192.0.2.200", "198.51.100.1")
            .gre()
            .ipv4(CLIENT, TENANT)
            .ttl(1)
            .udp(1, 2)
            .payload(4)
            .bytes();
    packets.begin(frame);
    packets.batch.setNetwork(0, packets.batch.frame(0) + 14 + 24);
    assertTrue(errors.timeExceeded(packets.memory, packets.batch, 0, port, 0));
    byte[] error =
        Frames.ethernet(PEER, TestPort.MAC)
            .ipv4(TestPort.IPV4, CLIENT)
            .tos(0xc0)
            .id(0)
            .flagsAndOffset(0x4000)
            .icmp(11, 0, 0)
            .payload(inner)
            .bytes();
    assertArrayEquals(error, packets.frame(0));
  }

  @Test
  void shouldSpeakWithTheAddressInTheSourcesSubnet() {
    byte[] frame =
        Frames.ethernet(TestPort.MAC, PEER).ipv4("10.0.0.2", TENANT).ttl(1).udp(1, 2).bytes();
    assertTrue(timeExceeded(frame));
    byte[] own = Arrays.copyOfRange(packets.frame(0), 26, 30);
    assertArrayEquals(Frames.address(TestPort.IPV4_SECOND), own);

    byte[] local =
        Frames.ethernet(TestPort.MAC, PEER).ipv6("fe80::9", TENANT_V6).ttl(1).udp(1, 2).bytes();
    assertTrue(timeExceeded(local));
    byte[] ownIpv6 = Arrays.copyOfRange(packets.frame(0), 22, 38);
    assertArrayEquals(Frames.address(TestPort.LINK_LOCAL), ownIpv6);
  }

  /** RFC 1812 4.3.2.7. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          echo request             | 8  | 0      | true
          echo reply               | 0  | 0      | true
          first fragment           | 8  | 0x2000 | true
          unreachable              | 3  | 0      | false
          source quench            | 4  | 0      | false
          redirect                 | 5  | 0      | false
          time exceeded            | 11 | 0      | false
          parameter problem        | 12 | 0      | false
          second fragment          | 8  | 0x2001 | false
          last fragment            | 8  | 0x1fff | false
          """)
  void shouldNotSpeakAboutErrorsAndLaterFragments(
      String description, int type, String word, boolean answered) {
    byte[] frame =
        ipv4().ttl(1).flagsAndOffset(Integer.decode(word)).icmp(type, 0, 0).payload(28).bytes();
    assertAnswered(answered, frame);
  }

  /** RFC 4443 2.4 (e). */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          echo request             | 128 | true
          echo reply               | 129 | true
          neighbour solicitation   | 135 | true
          redirect                 | 137 | false
          unreachable              | 1   | false
          too big                  | 2   | false
          time exceeded            | 3   | false
          an error not yet known   | 127 | false
          """)
  void shouldNotSpeakAboutIpv6ErrorsWhateverIsInFrontOfThem(
      String description, int type, boolean answered) {
    assertAnswered(answered, ipv6().ttl(1).icmpv6(type, 0, 0).payload(48).bytes());
    byte[] behind =
        ipv6()
            .ttl(1)
            .extension(0, new byte[6])
            .extension(43, new byte[14])
            .extension(51, new byte[22])
            .extension(60, new byte[6])
            .icmpv6(type, 0, 0)
            .payload(48)
            .bytes();
    assertAnswered(answered, behind);
  }

  @Test
  void shouldNotSpeakAboutIpv6WhoseKindCannotBeTold() {
    Frames nine = ipv6().ttl(1);
    for (int i = 0; i < 9; i++) {
      nine.extension(60, new byte[6]);
    }
    assertAnswered(false, nine.udp(1, 2).bytes());
    assertAnswered(false, ipv6().ttl(1).protocol(58).bytes());
    assertAnswered(false, ipv6().ttl(1).protocol(60).payload(7).bytes());
    assertAnswered(false, ipv6().ttl(1).protocol(60).payload("3a01000000000000").bytes());
    assertAnswered(true, ipv6().ttl(1).protocol(60).payload("3b00000000000000").bytes());
    byte[] firstFragment = {0, 0, 1, 0, 0, 0, 1};
    byte[] laterFragment = {0, 0, 9, 0, 0, 0, 1};
    assertAnswered(true, ipv6().ttl(1).extension(44, firstFragment).udp(1, 2).bytes());
    assertAnswered(false, ipv6().ttl(1).extension(44, laterFragment).udp(1, 2).bytes());
  }

  @ParameterizedTest(name = "from {0} to {1}")
  @CsvSource({
    "0.0.0.0, 203.0.113.5",
    "0.1.2.3, 203.0.113.5",
    "127.0.0.1, 203.0.113.5",
    "224.0.0.5, 203.0.113.5",
    "240.0.0.1, 203.0.113.5",
    "255.255.255.255, 203.0.113.5",
    "192.0.2.255, 203.0.113.5",
    "192.0.2.0, 203.0.113.5",
    "198.51.100.7, 224.0.0.5",
    "198.51.100.7, 255.255.255.255",
    "198.51.100.7, 192.0.2.255",
  })
  void shouldNotSpeakToOrAboutWhatIsNoHost(String source, String destination) {
    assertAnswered(
        false,
        Frames.ethernet(TestPort.MAC, PEER).ipv4(source, destination).ttl(1).udp(1, 2).bytes());
  }

  @ParameterizedTest(name = "from {0} to {1}")
  @CsvSource({"::, 2001:db8:acc::5", "ff02::1, 2001:db8:acc::5", "2001:db8:99::7, ff0e::1"})
  void shouldNotSpeakToOrAboutWhatIsNoIpv6Host(String source, String destination) {
    assertAnswered(
        false,
        Frames.ethernet(TestPort.MAC, PEER).ipv6(source, destination).ttl(1).udp(1, 2).bytes());
  }

  @Test
  void shouldNotSpeakAboutAFrameToAGroup() {
    byte[] frame = ipv4().ttl(1).udp(1, 2).bytes();
    Arrays.fill(frame, 0, 6, (byte) 0xff);
    assertAnswered(false, frame);
    frame[0] = 1;
    assertAnswered(false, frame);
  }

  @Test
  void shouldNotSpeakWithoutAnAddress() {
    port = TestPort.withoutAddresses(3);
    assertAnswered(false, ipv4().ttl(1).udp(1, 2).bytes());
    assertAnswered(false, ipv6().ttl(1).udp(1, 2).bytes());
  }

  @Test
  void shouldNotSpeakAboutIcmpWithoutAType() {
    assertAnswered(false, ipv4().ttl(1).protocol(1).bytes());
  }

  private void assertAnswered(boolean answered, byte[] frame) {
    assertEquals(answered, timeExceeded(frame));
    assertEquals(answered ? "ANSWERED" : "TTL_EXPIRED", packets.fate(0));
    assertEquals(answered, tooBig(frame, 1280));
    assertEquals(answered ? "ANSWERED" : "MTU_EXCEEDED", packets.fate(0));
    if (!answered) {
      assertArrayEquals(frame, packets.frame(0));
    }
  }

  @Test
  void shouldSpeakOnlyAtItsRate() {
    byte[] frame = ipv4().ttl(1).udp(1, 2).bytes();
    nowNs = -1_000_000_000L;
    for (int i = 0; i < 5; i++) {
      packets.begin(frame).atNetwork();
      assertTrue(errors.timeExceeded(packets.memory, packets.batch, 0, port, 0));
    }
    packets.begin(frame).atNetwork();
    assertFalse(errors.timeExceeded(packets.memory, packets.batch, 0, port, 0));
    assertEquals("TTL_EXPIRED", packets.fate(0));
    assertFalse(errors.tooBig(packets.memory, packets.batch, 0, port, 1400, 99_999_999L));
    assertTrue(errors.tooBig(packets.memory, packets.batch, 0, port, 1400, 100_000_000L));
  }

  /** Any bytes behind a good IP header, in front of which there is as little room as ever. */
  @ParameterizedTest
  @ValueSource(longs = {4, 6})
  void shouldTakeRandomPacketsAndWriteRightChecksums(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      byte[] body = new byte[random.nextInt(60)];
      random.nextBytes(body);
      int[] protocols = {0, 1, 6, 17, 43, 44, 51, 58, 59, 60};
      int protocol = protocols[random.nextInt(protocols.length)];
      Frames headers = seed == 4 ? ipv4() : ipv6();
      byte[] frame = headers.protocol(protocol).payload(body).bytes();
      if (timeExceeded(frame)) {
        byte[] out = packets.frame(0);
        boolean right =
            seed == 4
                ? Frames.ipv4ChecksumHolds(out, 14) && Frames.icmpChecksumHolds(out, 14)
                : Frames.upperChecksumHolds(out, 14);
        assertTrue(right, () -> "seed=" + seed + " frame=" + Frames.hex(frame));
      }
    }
  }
}
