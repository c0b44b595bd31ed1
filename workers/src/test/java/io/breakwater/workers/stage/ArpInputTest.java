package io.breakwater.workers.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.TestPort;
import io.breakwater.workers.table.PortSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArpInputTest {

  private static final String PEER = "02:00:5e:00:00:01";
  private static final String ZERO = "00:00:00:00:00:00";
  private static final String BROADCAST = "ff:ff:ff:ff:ff:ff";

  private final PortSettings port = TestPort.untagged(3);
  private final TestBatch packets = new TestBatch();
  private final LearnedNeighbours learned = new LearnedNeighbours();
  private final ArpInput arp = new ArpInput();

  private byte[] process(byte[] frame) {
    packets.begin(frame).atNetwork();
    arp.process(packets.memory, packets.batch, packets.all, port, learned);
    return packets.frame(0);
  }

  /** Operation, sender, target; fate; what is learned. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          request for an own address     | 1 | 02:00:5e:00:00:01 | 192.0.2.1     | 192.0.2.2 | ANSWERED | asked 3 192.0.2.1 02005e000001
          request for the second address | 1 | 02:00:5e:00:00:01 | 192.0.2.1     | 10.0.0.1  | ANSWERED | asked 3 192.0.2.1 02005e000001
          probe (RFC 5227 2.1.1)         | 1 | 02:00:5e:00:00:01 | 0.0.0.0       | 192.0.2.2 | ANSWERED |
          probe for another address      | 1 | 02:00:5e:00:00:01 | 0.0.0.0       | 192.0.2.9 | CONSUMED |
          request for another address    | 1 | 02:00:5e:00:00:01 | 192.0.2.1     | 192.0.2.9 | CONSUMED | answered 3 192.0.2.1 02005e000001
          announcement                   | 1 | 02:00:5e:00:00:01 | 192.0.2.1     | 192.0.2.1 | CONSUMED | answered 3 192.0.2.1 02005e000001
          reply                          | 2 | 02:00:5e:00:00:01 | 192.0.2.1     | 192.0.2.2 | CONSUMED | answered 3 192.0.2.1 02005e000001
          reply to all                   | 2 | 02:00:5e:00:00:01 | 192.0.2.1     | 192.0.2.1 | CONSUMED | answered 3 192.0.2.1 02005e000001
          our own frame, looped back     | 1 | 02:00:00:00:00:02 | 192.0.2.2     | 192.0.2.1 | CONSUMED |
          reply without a sender         | 2 | 02:00:5e:00:00:01 | 0.0.0.0       | 192.0.2.2 | ARP_MALFORMED |
          sender is loopback             | 1 | 02:00:5e:00:00:01 | 127.0.0.1     | 192.0.2.2 | ARP_MALFORMED |
          sender is multicast            | 2 | 02:00:5e:00:00:01 | 224.0.0.1     | 192.0.2.2 | ARP_MALFORMED |
          sender is broadcast            | 1 | 02:00:5e:00:00:01 | 255.255.255.255 | 192.0.2.2 | ARP_MALFORMED |
          sender's Ethernet address is 0 | 1 | 00:00:00:00:00:00 | 192.0.2.1     | 192.0.2.2 | ARP_MALFORMED |
          ... is a group's               | 2 | 03:00:5e:00:00:01 | 192.0.2.1     | 192.0.2.2 | ARP_MALFORMED |
          ... is broadcast               | 2 | ff:ff:ff:ff:ff:ff | 192.0.2.1     | 192.0.2.2 | ARP_MALFORMED |
          operation 0                    | 0 | 02:00:5e:00:00:01 | 192.0.2.1     | 192.0.2.2 | ARP_MALFORMED |
          RARP                           | 3 | 02:00:5e:00:00:01 | 192.0.2.1     | 192.0.2.2 | ARP_MALFORMED |
          """)
  void shouldDecide(
      String description,
      int operation,
      String senderMac,
      String sender,
      String target,
      String fate,
      String expected) {
    process(
        Frames.ethernet(BROADCAST, PEER)
            .arp(operation, senderMac, sender, ZERO, target)
            .payload(18)
            .bytes());
    assertEquals(fate, packets.fate(0));
    assertEquals(expected == null ? List.of() : List.of(expected), learned.calls);
    assertEquals(0, arp.conflicts());
  }

  @Test
  void shouldAnswerInPlaceKeepingLengthAndTags() {
    byte[] padding = new byte[18];
    byte[] request =
        Frames.ethernet(BROADCAST, PEER)
            .serviceVlan(5)
            .vlan(0x6007)
            .arp(1, PEER, "192.0.2.1", ZERO, TestPort.IPV4)
            .payload(padding)
            .bytes();
    byte[] reply =
        Frames.ethernet(PEER, TestPort.MAC)
            .serviceVlan(5)
            .vlan(0x6007)
            .arp(2, TestPort.MAC, TestPort.IPV4, PEER, "192.0.2.1")
            .payload(padding)
            .bytes();
    assertArrayEquals(reply, process(request));
    assertEquals(3, packets.batch.port(0));
  }

  @Test
  void shouldAnswerTheHardwareAddressThatAskedAlsoBehindAnotherSource() {
    byte[] request =
        Frames.ethernet(TestPort.MAC, "02:00:00:00:00:77")
            .arp(1, PEER, "192.0.2.1", ZERO, TestPort.IPV4)
            .bytes();
    byte[] reply =
        Frames.ethernet(PEER, TestPort.MAC)
            .arp(2, TestPort.MAC, TestPort.IPV4, PEER, "192.0.2.1")
            .bytes();
    assertArrayEquals(reply, process(request));
  }

  @Test
  void shouldCountAConflictWhenAnotherStationHasOurAddress() {
    process(
        Frames.ethernet(BROADCAST, PEER).arp(1, PEER, TestPort.IPV4, ZERO, "192.0.2.1").bytes());
    assertEquals("CONSUMED", packets.fate(0));
    process(
        Frames.ethernet(TestPort.MAC, PEER)
            .arp(2, PEER, TestPort.IPV4, TestPort.MAC, TestPort.IPV4)
            .bytes());
    assertEquals("CONSUMED", packets.fate(0));
    assertEquals(2, arp.conflicts());
    assertTrue(learned.calls.isEmpty());
  }

  @ParameterizedTest
  @CsvSource({"14, 0006", "16, 86dd", "18, 0806", "18, 0610"})
  void shouldDropOtherHardwareProtocolsAndLengths(int at, String bytes) {
    byte[] frame =
        Frames.ethernet(BROADCAST, PEER).arp(1, PEER, "192.0.2.1", ZERO, TestPort.IPV4).bytes();
    System.arraycopy(Frames.hex(bytes), 0, frame, at, 2);
    process(frame);
    assertEquals("ARP_MALFORMED", packets.fate(0));
  }

  @Test
  void shouldDropEveryTruncation() {
    byte[] frame =
        Frames.ethernet(BROADCAST, PEER).arp(1, PEER, "192.0.2.1", ZERO, TestPort.IPV4).bytes();
    for (int length = 14; length < frame.length; length++) {
      byte[] cut = Arrays.copyOf(frame, length);
      assertArrayEquals(cut, process(cut));
      assertEquals("ARP_MALFORMED", packets.fate(0), "length=" + length);
    }
    process(frame);
    assertEquals("ANSWERED", packets.fate(0));
    assertEquals(1, learned.calls.size());
  }

  @Test
  void shouldGiveRandomBytesAFateThatDoesNotDependOnWhatLiesBehind() {
    long seed = 1;
    Random random = new Random(seed);
    TestBatch others = new TestBatch(32, 0);
    for (int i = 0; i < 5_000; i++) {
      byte[] frame =
          Frames.ethernet(BROADCAST, PEER).arp(1, PEER, "192.0.2.1", ZERO, TestPort.IPV4).bytes();
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        frame[14 + random.nextInt(28)] = (byte) random.nextInt();
      }
      byte[] cut = Arrays.copyOf(frame, 14 + random.nextInt(29));
      byte[] out = process(cut);
      others.begin(cut).atNetwork();
      arp.process(others.memory, others.batch, others.all, port, learned);
      String at = "seed=" + seed + " i=" + i + " frame=" + Frames.hex(cut);
      assertTrue(List.of("ANSWERED", "CONSUMED", "ARP_MALFORMED").contains(packets.fate(0)), at);
      assertEquals(packets.fate(0), others.fate(0), at);
      assertArrayEquals(out, others.frame(0), at);
    }
  }
}
