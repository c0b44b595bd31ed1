package io.breakwater.workers.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.TestPort;
import io.breakwater.workers.table.KernelFlows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostInputTest {

  private static final String PEER = "02:00:5e:00:00:01";
  private static final String FAR = "198.51.100.7";
  private static final String FAR6 = "2001:db8:99::7";
  private static final int MTU = 1_500;

  private final KernelFlows flows = new KernelFlows();
  private final HostInput input = new HostInput(flows);
  private final TestBatch packets = new TestBatch();

  private boolean accept(byte[] frame) {
    return accept(frame, frame.length);
  }

  private boolean accept(byte[] frame, int length) {
    packets.begin(frame);
    return input.accept(
        packets.memory, packets.batch.frame(0), length, Frames.mac(TestPort.MAC), MTU, 1);
  }

  private boolean knowsIpv4() {
    return flows.contains(flows.ipv4(Frames.ipv4(TestPort.IPV4), Frames.ipv4(FAR), 179, 40_000));
  }

  private boolean knowsIpv6() {
    return flows.contains(
        flows.ipv6(
            Frames.high(TestPort.IPV6),
            Frames.low(TestPort.IPV6),
            Frames.high(FAR6),
            Frames.low(FAR6),
            179,
            40_000));
  }

  private static Frames ipv4() {
    return Frames.ethernet(PEER, TestPort.MAC).ipv4(TestPort.IPV4, FAR);
  }

  private static Frames ipv6() {
    return Frames.ethernet(PEER, TestPort.MAC).ipv6(TestPort.IPV6, FAR6);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "SYN, 0x02, true",
    "ACK, 0x10, true",
    "PSH ACK, 0x18, true",
    "FIN ACK, 0x11, true",
    "SYN ACK, 0x12, false",
    "RST, 0x04, false",
    "RST ACK, 0x14, false"
  })
  void shouldLearnFromWhatTheKernelDoesNotAnswerToAnybody(
      String description, String flags, boolean learned) {
    assertTrue(accept(ipv4().tcp(179, 40_000, Integer.decode(flags)).bytes()));
    assertTrue(accept(ipv6().tcp(179, 40_000, Integer.decode(flags)).bytes()));

    assertEquals(learned, knowsIpv4());
    assertEquals(learned, knowsIpv6());
  }

  @Test
  void shouldLearnNothingFromOtherFrames() {
    assertTrue(accept(ipv4().udp(179, 40_000).payload(20).bytes()));
    assertTrue(accept(ipv4().flagsAndOffset(0x2000).tcp(179, 40_000, 0x10).bytes()));
    assertTrue(accept(ipv6().udp(179, 40_000).payload(20).bytes()));
    assertFalse(knowsIpv4() || knowsIpv6());
  }

  @Test
  void shouldLetEveryTruncationLeave() {
    for (byte[] frame :
        new byte[][] {
          ipv4().tcp(179, 40_000, 0x10).bytes(), ipv6().tcp(179, 40_000, 0x10).bytes()
        }) {
      for (int length = 0; length < frame.length; length++) {
        assertEquals(length >= 14, accept(frame, length), "length=" + length);
      }
    }
    assertFalse(knowsIpv4() || knowsIpv6());
  }

  @Test
  void shouldRefuseWhatIsTooLongOrFromAnotherAddress() {
    assertTrue(accept(ipv4().udp(1, 2).payload(MTU - 28).bytes()));
    assertTrue(accept(Frames.ethernet(PEER, TestPort.MAC).payload(MTU + 8).bytes()), "two tags");
    assertFalse(accept(Frames.ethernet(PEER, TestPort.MAC).payload(MTU + 9).bytes()));
    assertFalse(accept(Frames.ethernet(TestPort.MAC, PEER).payload(50).bytes()));
    assertFalse(accept(ipv4().udp(1, 2).bytes(), ~60), "not in one piece");
  }
}
