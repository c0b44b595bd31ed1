package io.breakwater.workers.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.TestPort;
import io.breakwater.workers.table.NeighbourTable;
import io.breakwater.workers.table.PortSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeighbourDiscoveryInputTest {

  private static final String PEER = "02:00:5e:00:00:01";
  private static final String GROUP_MAC = "33:33:ff:00:00:02";
  private static final String GATEWAY = "2001:db8:1::1";
  private static final String GROUP = "ff02::1:ff00:2";
  private static final String SOURCE_OPTION = "0101 02005e000001";
  private static final String TARGET_OPTION = "0201 02005e000001";
  private static final int SOLICITED = 0x4000_0000;
  private static final int OVERRIDE = 0x2000_0000;

  private final PortSettings port = TestPort.untagged(3);
  private final TestBatch packets = new TestBatch();
  private final LearnedNeighbours learned = new LearnedNeighbours();
  private final NeighbourTable table = new NeighbourTable(4, 4);
  private final NeighbourDiscoveryInput input = new NeighbourDiscoveryInput(table);

  private byte[] process(byte[] frame) {
    packets.begin(frame).atNetwork();
    input.process(packets.memory, packets.batch, packets.all, port, learned);
    return packets.frame(0);
  }

  private static Frames message(
      String source, String destination, int type, int word, String body, String options) {
    return Frames.ethernet(GROUP_MAC, PEER)
        .ipv6(source, destination)
        .ttl(255)
        .icmpv6(type, 0, word)
        .payload(body.isEmpty() ? new byte[0] : Frames.address(body))
        .payload(options == null ? "" : options);
  }

  /** What the gateway sends to have our address, and the answer, byte by byte. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          of the global address, to its group   | ff02::1:ff00:2  | 2001:db8:1::2   | 0101 02005e000001
          of the global address, verifying      | 2001:db8:1::2   | 2001:db8:1::2   |
          of the link-local address             | ff02::1:ff00:2  | fe80::ff:fe00:2 | 0101 02005e000001
          with a nonce too (RFC 3971)           | ff02::1:ff00:2  | 2001:db8:1::2   | 0e01 010203040506 0101 02005e000001
          """)
  void shouldAdvertiseWhenSolicited(
      String description, String destination, String target, String options) {
    byte[] advertisement =
        Frames.ethernet(PEER, TestPort.MAC)
            .ipv6(target, GATEWAY)
            .ttl(255)
            .icmpv6(136, 0, 0x8000_0000 | SOLICITED | OVERRIDE)
            .payload(Frames.address(target))
            .payload("0201 020000000002")
            .bytes();
    byte[] out = process(message(GATEWAY, destination, 135, 0, target, options).bytes());
    assertEquals("ANSWERED", packets.fate(0));
    assertEquals(3, packets.batch.port(0));
    assertArrayEquals(advertisement, out);
    boolean told = options != null;
    assertEquals(
        told ? List.of("asked 3 2001:db8:1:0:0:0:0:1 02005e000001") : List.of(), learned.calls);
  }

  @Test
  void shouldDefendAnAddressAgainstDuplicateDetectionToAllNodes() {
    byte[] advertisement =
        Frames.ethernet("33:33:00:00:00:01", TestPort.MAC)
            .vlan(7)
            .ipv6(TestPort.IPV6, "ff02::1")
            .ttl(255)
            .icmpv6(136, 0, 0x8000_0000 | OVERRIDE)
            .payload(Frames.address(TestPort.IPV6))
            .payload("0201 020000000002")
            .bytes();
    byte[] probe =
        Frames.ethernet(GROUP_MAC, PEER)
            .vlan(7)
            .ipv6("::", GROUP)
            .ttl(255)
            .icmpv6(135, 0, 0)
            .payload(Frames.address(TestPort.IPV6))
            .bytes();
    assertArrayEquals(advertisement, process(probe));
    assertEquals("ANSWERED", packets.fate(0));
    assertTrue(learned.calls.isEmpty());
  }

  /** RFC 4861 6.1.1, 6.1.2, 7.1.1, 7.1.2, 8.1. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          solicitation of another's address         | 2001:db8:1::1 | ff02::1:ff00:9 | 135 | 0          | 2001:db8:1::9 | 0101 02005e000001 | CONSUMED
          solicitation of a group                   | 2001:db8:1::1 | ff02::1:ff00:2 | 135 | 0          | ff02::1       |                   | ND_MALFORMED
          unspecified source, with option           | ::            | ff02::1:ff00:2 | 135 | 0          | 2001:db8:1::2 | 0101 02005e000001 | ND_MALFORMED
          unspecified source, not to a node group   | ::            | ff02::1        | 135 | 0          | 2001:db8:1::2 |                   | ND_MALFORMED
          unspecified source, to our address        | ::            | 2001:db8:1::2  | 135 | 0          | 2001:db8:1::2 |                   | ND_MALFORMED
          source is a group                         | ff02::1       | ff02::1:ff00:2 | 135 | 0          | 2001:db8:1::2 |                   | ND_MALFORMED
          option of length 0                        | 2001:db8:1::1 | ff02::1:ff00:2 | 135 | 0          | 2001:db8:1::2 | 0100 02005e000001 | ND_MALFORMED
          option beyond the message                 | 2001:db8:1::1 | ff02::1:ff00:2 | 135 | 0          | 2001:db8:1::2 | 0102 02005e000001 | ND_MALFORMED
          option with a group's Ethernet address    | 2001:db8:1::1 | ff02::1:ff00:2 | 135 | 0          | 2001:db8:1::2 | 0101 03005e000001 | ND_MALFORMED
          option with Ethernet address 0            | 2001:db8:1::1 | ff02::1:ff00:2 | 135 | 0          | 2001:db8:1::2 | 0101 000000000000 | ND_MALFORMED
          option for longer addresses               | 2001:db8:1::1 | ff02::1:ff00:2 | 135 | 0          | 2001:db8:1::2 | 0102 02005e000001 0000000000000000 | ND_MALFORMED
          broken option behind a good one           | 2001:db8:1::1 | ff02::1:ff00:2 | 135 | 0          | 2001:db8:1::2 | 0101 02005e000001 0e00 000000000000 | ND_MALFORMED
          advertisement of a group                  | 2001:db8:1::1 | 2001:db8:1::2  | 136 | 0x60000000 | ff02::1       | 0201 02005e000001 | ND_MALFORMED
          solicited advertisement to a group        | 2001:db8:1::1 | ff02::1        | 136 | 0x60000000 | 2001:db8:1::1 | 0201 02005e000001 | ND_MALFORMED
          unsolicited advertisement to a group      | 2001:db8:1::1 | ff02::1        | 136 | 0x20000000 | 2001:db8:1::1 | 0201 02005e000001 | CONSUMED
          router solicitation                       | fe80::1       | ff02::2        | 133 | 0          |               | 0101 02005e000001 | CONSUMED
          router solicitation, unspecified          | ::            | ff02::2        | 133 | 0          |               |                   | CONSUMED
          router solicitation, unspecified, option  | ::            | ff02::2        | 133 | 0          |               | 0101 02005e000001 | ND_MALFORMED
          router advertisement                      | fe80::1       | ff02::1        | 134 | 0x40000708 |               | 0000000000000000  | CONSUMED
          router advertisement, too short           | fe80::1       | ff02::1        | 134 | 0x40000708 |               | 00000000          | ND_MALFORMED
          router advertisement, not link-local      | 2001:db8:1::1 | ff02::1        | 134 | 0x40000708 |               | 0000000000000000  | ND_MALFORMED
          redirect                                  | fe80::1       | 2001:db8:1::2  | 137 | 0          | 2001:db8::9   | 20010db8000000000000000000000009 | CONSUMED
          redirect, not link-local                  | 2001:db8:1::1 | 2001:db8:1::2  | 137 | 0          | 2001:db8::9   | 20010db8000000000000000000000009 | ND_MALFORMED
          redirect, too short                       | fe80::1       | 2001:db8:1::2  | 137 | 0          | 2001:db8::9   |                   | ND_MALFORMED
          another type                              | 2001:db8:1::1 | 2001:db8:1::2  | 138 | 0          | 2001:db8::9   |                   | ND_MALFORMED
          """)
  void shouldDecide(
      String description,
      String source,
      String destination,
      int type,
      String word,
      String body,
      String options,
      String fate) {
    String target = body == null ? "" : body;
    byte[] frame =
        message(source, destination, type, Integer.decode(word), target, options).bytes();
    process(frame);
    assertEquals(fate, packets.fate(0));
  }

  @Test
  void shouldDropAWrongHopLimitCodeOrNextHeader() {
    byte[] good = message(GATEWAY, GROUP, 135, 0, TestPort.IPV6, SOURCE_OPTION).bytes();
    byte[] routed = message(GATEWAY, GROUP, 135, 0, TestPort.IPV6, SOURCE_OPTION).bytes();
    routed[21] = (byte) 254;
    process(routed);
    assertEquals("ND_MALFORMED", packets.fate(0));

    byte[] hidden = good.clone();
    hidden[20] = 60;
    process(hidden);
    assertEquals("ND_MALFORMED", packets.fate(0));

    byte[] coded =
        Frames.ethernet(GROUP_MAC, PEER)
            .ipv6(GATEWAY, GROUP)
            .ttl(255)
            .icmpv6(135, 1, 0)
            .payload(Frames.address(TestPort.IPV6))
            .bytes();
    process(coded);
    assertEquals("ND_MALFORMED", packets.fate(0));
    process(good);
    assertEquals("ANSWERED", packets.fate(0));
  }

  @Test
  void shouldDropEverySingleBitErrorByItsChecksum() {
    byte[] good = message(GATEWAY, GROUP, 135, 0, TestPort.IPV6, SOURCE_OPTION).bytes();
    for (int bit = 54 * 8; bit < good.length * 8; bit++) {
      byte[] frame = good.clone();
      frame[bit >> 3] ^= (byte) (1 << (bit & 7));
      process(frame);
      assertEquals("ICMPV6_BAD_CHECKSUM", packets.fate(0), "bit=" + bit);
    }
  }

  /** RFC 4861 7.2.5 for an entry that is REACHABLE with 02:00:5e:00:00:01. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          same address, solicited           | 0x40000000 | 0201 02005e000001 | answered 3 2001:db8:1:0:0:0:0:1 02005e000001
          same address, unsolicited         | 0x20000000 | 0201 02005e000001 |
          no option, solicited              | 0x60000000 |                   | answered 3 2001:db8:1:0:0:0:0:1 02005e000001
          no option, unsolicited            | 0x20000000 |                   |
          another address, override         | 0x20000000 | 0201 02005e000099 | answered 3 2001:db8:1:0:0:0:0:1 02005e000099
          another address, solicited        | 0x60000000 | 0201 02005e000099 | answered 3 2001:db8:1:0:0:0:0:1 02005e000099
          another address, no override      | 0x40000000 | 0201 02005e000099 | wanted 3 2001:db8:1:0:0:0:0:1
          """)
  void shouldApplyTheFlagsOfAnAdvertisement(
      String description, String flags, String options, String expected) {
    table.put(1, 3, true, Frames.high(GATEWAY), Frames.low(GATEWAY));
    table.resolve(1, Frames.mac(PEER));
    process(message(GATEWAY, TestPort.IPV6, 136, Integer.decode(flags), GATEWAY, options).bytes());
    assertEquals("CONSUMED", packets.fate(0));
    assertEquals(expected == null ? List.of() : List.of(expected), learned.calls);
  }

  @Test
  void shouldHandOnAnyAdvertisedAddressOfAnUnresolvedNeighbour() {
    process(message(GATEWAY, TestPort.IPV6, 136, 0, GATEWAY, TARGET_OPTION).bytes());
    assertEquals(List.of("answered 3 2001:db8:1:0:0:0:0:1 02005e000001"), learned.calls);
    process(message(GATEWAY, TestPort.IPV6, 136, SOLICITED, GATEWAY, null).bytes());
    assertEquals(1, learned.calls.size());
  }

  @Test
  void shouldCountAConflictWhenAnotherStationAdvertisesOurAddress() {
    process(message(GATEWAY, "ff02::1", 136, OVERRIDE, TestPort.IPV6, TARGET_OPTION).bytes());
    assertEquals("CONSUMED", packets.fate(0));
    assertEquals(1, input.conflicts());
    assertTrue(learned.calls.isEmpty());
  }

  @Test
  void shouldDropEveryTruncatedMessage() {
    byte[] full = Frames.hex("00000000" + "20010db8000100000000000000000002" + "010102005e000001");
    for (int length = 0; length < full.length; length++) {
      byte[] body = Arrays.copyOf(full, length);
      byte[] frame = withChecksum(GATEWAY, GROUP, 135, body);
      process(frame);
      // Without the option the message is whole, too.
      String fate = length == 20 ? "ANSWERED" : "ND_MALFORMED";
      assertEquals(fate, packets.fate(0), "length=" + length);
    }
  }

  @Test
  void shouldGiveRandomMessagesAFateThatDoesNotDependOnWhatLiesBehind() {
    long seed = 3;
    Random random = new Random(seed);
    TestBatch others = new TestBatch(32, 0);
    Set<String> fates = Set.of("ANSWERED", "CONSUMED", "ND_MALFORMED", "ICMPV6_BAD_CHECKSUM");
    for (int i = 0; i < 5_000; i++) {
      byte[] body = new byte[random.nextInt(64)];
      random.nextBytes(body);
      if (random.nextBoolean() && body.length >= 20) {
        System.arraycopy(Frames.address(TestPort.IPV6), 0, body, 4, 16);
      }
      String source = random.nextBoolean() ? GATEWAY : "fe80::1";
      byte[] frame = withChecksum(source, GROUP, 133 + random.nextInt(5), body);
      byte[] out = process(frame);
      others.begin(frame).atNetwork();
      input.process(others.memory, others.batch, others.all, port, learned);
      String at = "seed=" + seed + " i=" + i + " frame=" + Frames.hex(frame);
      assertTrue(fates.contains(packets.fate(0)), at);
      assertEquals(packets.fate(0), others.fate(0), at);
      assertArrayEquals(out, others.frame(0), at);
    }
  }

  /** A message of any length: the four bytes of type, code and checksum, then the body. */
  private static byte[] withChecksum(String source, String destination, int type, byte[] body) {
    byte[] frame =
        Frames.ethernet(GROUP_MAC, PEER)
            .ipv6(source, destination)
            .ttl(255)
            .protocol(58)
            .payload(Frames.hex(String.format("%02x000000", type)))
            .payload(body)
            .bytes();
    byte[] upper = Arrays.copyOfRange(frame, 54, frame.length);
    byte[] tail = {0, 0, (byte) (upper.length >> 8), (byte) upper.length, 0, 0, 0, 58};
    int checksum = Frames.checksum(Arrays.copyOfRange(frame, 22, 54), tail, upper);
    frame[56] = (byte) (checksum >> 8);
    frame[57] = (byte) checksum;
    return frame;
  }
}
