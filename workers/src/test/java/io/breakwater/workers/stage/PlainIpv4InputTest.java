package io.breakwater.workers.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.TestPort;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.table.OwnAddresses;
import io.breakwater.workers.table.PortSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the plain case takes, EthernetInput and Ipv4Input take too, and with the same result. */
class PlainIpv4InputTest {

  private static final String PEER = "02:00:5e:00:00:01";
  private static final String CLIENT = "8.8.4.4";
  private static final String SERVER = "203.0.113.9";
  private static final int NETWORK = 14;

  private static final List<byte[]> PLAIN =
      List.of(
          ip().udp(1, 2).payload(6).bytes(),
          ip().tcp(1, 2, 2).bytes(),
          ip().tos(0xb9).id(7).flagsAndOffset(0x4000).ttl(1).tcp(65_535, 2, 16).payload(9).bytes(),
          ip().protocol(47).payload(new byte[14]).bytes());

  private final PortSettings port = TestPort.untagged(0);
  private final OwnAddresses own =
      new OwnAddresses(new int[] {Frames.ipv4(TestPort.IPV4)}, new long[0], new long[0]);
  private final TestBatch packets = new TestBatch();
  private final TestBatch reference = new TestBatch();
  private final PlainIpv4Input input = new PlainIpv4Input(32);
  private final EthernetInput ethernetInput = new EthernetInput(32);
  private final Ipv4Input ipv4Input = new Ipv4Input(32);
  private final PacketList valid = new PacketList(32);

  private static Frames ip() {
    return Frames.ethernet(TestPort.MAC, PEER).ipv4(CLIENT, SERVER);
  }

  /** Whether the frame is plain; if so, the slow way must agree. */
  private boolean isPlain(byte[] frame, boolean dropBogons, Object why) {
    packets.begin(frame);
    input.process(packets.memory, packets.batch, port, own, dropBogons);
    assertEquals(1, input.plain.count + input.others.count);
    assertEquals("UNDECIDED", packets.fate(0));
    if (input.others.count == 1) {
      return false;
    }
    reference.begin(frame);
    ethernetInput.process(reference.memory, reference.batch, reference.all, port);
    valid.clear();
    ipv4Input.process(
        reference.memory, reference.batch, ethernetInput.ipv4, valid, own, dropBogons);
    assertEquals(1, valid.count, () -> why + ": plain, but " + reference.fate(0));
    assertEquals(
        reference.batch.network(0) - reference.batch.frame(0),
        packets.batch.network(0) - packets.batch.frame(0));
    assertEquals(reference.batch.length(0), packets.batch.length(0), why::toString);
    assertEquals(reference.batch.flow(0), packets.batch.flow(0), why::toString);
    assertEquals(reference.batch.destinations[0], packets.batch.destinations[0], why::toString);
    return true;
  }

  private static byte[] rightChecksum(byte[] frame) {
    if (frame.length < NETWORK + 20) {
      return frame;
    }
    frame[NETWORK + 10] = 0;
    frame[NETWORK + 11] = 0;
    int checksum = Frames.checksum(Arrays.copyOfRange(frame, NETWORK, NETWORK + 20));
    frame[NETWORK + 10] = (byte) (checksum >>> 8);
    frame[NETWORK + 11] = (byte) checksum;
    return frame;
  }

  @Test
  void shouldTakePlainFramesWithAndWithoutPadding() {
    for (byte[] frame : PLAIN) {
      assertTrue(isPlain(frame, false, "as it is"));
      assertTrue(isPlain(Arrays.copyOf(frame, 100), false, "padded"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldAgreeForEveryValueOfEveryByte(boolean rightChecksum) {
    int plain = 0;
    for (byte[] frame : PLAIN) {
      for (int at = 0; at < frame.length; at++) {
        for (int value = 0; value < 256; value++) {
          byte[] changed = frame.clone();
          changed[at] = (byte) value;
          if (rightChecksum) {
            rightChecksum(changed);
          }
          plain += isPlain(changed, false, "at=" + at + " value=" + value) ? 1 : 0;
        }
      }
    }
    assertTrue(plain > 10_000, "plain=" + plain);
  }

  @Test
  void shouldAgreeForEveryTruncation() {
    for (byte[] frame : PLAIN) {
      for (int length = 0; length < frame.length; length++) {
        boolean taken = isPlain(Arrays.copyOf(frame, length), false, "length=" + length);
        assertTrue(!taken, "the packet is longer: length=" + length);
      }
    }
  }

  @Test
  void shouldAgreeForRandomChangesOfTwoWords() {
    long seed = 17;
    Random random = new Random(seed);
    int plain = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] frame = PLAIN.get(random.nextInt(PLAIN.size())).clone();
      for (int change = 0; change < 2; change++) {
        int at = random.nextInt(frame.length / 2) * 2;
        frame[at] = (byte) random.nextInt();
        frame[at + 1] = (byte) random.nextInt();
      }
      plain += isPlain(rightChecksum(frame), random.nextBoolean(), "seed=" + seed) ? 1 : 0;
    }
    assertTrue(plain > 5_000, "plain=" + plain);
  }

  @Test
  void shouldLeaveEveryWrongChecksum() {
    byte[] frame = PLAIN.getFirst().clone();
    int right = Frames.u16(frame, NETWORK + 10);
    for (int checksum = 0; checksum < 65_536; checksum++) {
      frame[NETWORK + 10] = (byte) (checksum >>> 8);
      frame[NETWORK + 11] = (byte) checksum;
      assertEquals(checksum == right, isPlain(frame, false, "checksum=" + checksum));
    }
  }

  @ParameterizedTest(name = "{0} to {1}, with `bogons: drop` {2}: {3}")
  @CsvSource({
    "8.8.4.4, 203.0.113.9, true, true",
    "10.0.0.1, 203.0.113.9, false, true",
    "10.0.0.1, 203.0.113.9, true, false",
    "192.0.2.2, 203.0.113.9, false, false",
    "8.8.4.4, 192.0.2.2, false, true",
    "8.8.4.4, 224.0.0.1, false, false",
    "127.0.0.1, 203.0.113.9, false, false",
    "203.0.113.9, 203.0.113.9, false, false",
  })
  void shouldJudgeAddresses(
      String source, String destination, boolean dropBogons, boolean expected) {
    byte[] frame = Frames.ethernet(TestPort.MAC, PEER).ipv4(source, destination).udp(1, 2).bytes();
    assertEquals(expected, isPlain(Arrays.copyOf(frame, 60), dropBogons, source));
  }

  @Test
  void shouldLeaveAllFramesOfAPortWithTags() {
    packets.begin(PLAIN.getFirst(), PLAIN.getLast());
    input.process(packets.memory, packets.batch, TestPort.tagged(0, 7), own, false);
    assertEquals(0, input.plain.count);
    assertEquals(2, input.others.count);
  }

  @Test
  void shouldTellOfSyns() {
    for (int flags = 0; flags < 256; flags++) {
      packets.begin(ip().tcp(1, 2, 16).bytes(), ip().tcp(1, 2, flags).bytes());
      input.process(packets.memory, packets.batch, port, own, false);
      assertEquals(2, input.plain.count);
      assertEquals((flags & 2) != 0, input.synSeen(), "flags=" + flags);
    }
    packets.begin(ip().udp(1, 2).payload(Frames.hex("ffffffffffffffff")).bytes());
    input.process(packets.memory, packets.batch, port, own, false);
    assertFalse(input.synSeen());
  }

  @Test
  void shouldKeepTheOrderOfABatchInBothLists() {
    byte[] arp = Frames.hex(TestPort.MAC + PEER + "0806 0001");
    packets.begin(PLAIN.get(0), arp, PLAIN.get(1), PLAIN.get(2), arp);
    input.process(packets.memory, packets.batch, port, own, false);
    assertEquals("[0, 2, 3]", Arrays.toString(Arrays.copyOf(input.plain.index, 3)));
    assertEquals(3, input.plain.count);
    assertEquals("[1, 4]", Arrays.toString(Arrays.copyOf(input.others.index, 2)));
    assertEquals(2, input.others.count);
  }
}
