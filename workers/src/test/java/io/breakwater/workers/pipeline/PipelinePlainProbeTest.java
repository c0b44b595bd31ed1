package io.breakwater.workers.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.stage.ProbeInput;
import io.breakwater.workers.stage.ProbeMessage;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Answers to probes have a stage of their own, which must judge as all the others together do: a
 * frame with a tag goes through those.
 */
class PipelinePlainProbeTest {

  private static final int NETWORK = 14;
  private static final int ICMP = NETWORK + 20;

  private final ProbeMessage message = new ProbeMessage(1, 2);
  private int answers;
  private final ProbeInput input = new ProbeInput(message, (tunnel, sequence, rtt) -> answers++);
  private final PipelineBench bench = new PipelineBench(TestAppliance.standard(), 32, input);

  private byte[] answer() {
    TestBatch buffers = new TestBatch();
    buffers.begin(new byte[ProbeMessage.ICMP_BYTES]);
    message.write(buffers.memory, buffers.batch.frame(0), 0, 3, 4, 5, 0);
    return Frames.ethernet(TestAppliance.UPLINK_MAC, TestAppliance.GATEWAY_MAC)
        .ipv4("8.8.4.4", TestAppliance.UPLINK_IPV4)
        .protocol(1)
        .payload(buffers.frame(0))
        .bytes();
  }

  private static byte[] tagged(byte[] frame) {
    byte[] tagged = new byte[frame.length + 4];
    System.arraycopy(frame, 0, tagged, 0, 12);
    System.arraycopy(new byte[] {(byte) 0x81, 0, 0, 9}, 0, tagged, 12, 4);
    System.arraycopy(frame, 12, tagged, 16, frame.length - 12);
    return tagged;
  }

  private String outcome(byte[] frame) {
    answers = 0;
    bench.process(TestAppliance.UPLINK, frame);
    return bench.packets.fate(0) + " " + answers;
  }

  private void assertSameJudgement(byte[] frame, String what) {
    assertEquals(outcome(tagged(frame)), outcome(frame), what);
  }

  private static void setChecksum(byte[] frame, int from, int to, int at) {
    frame[at] = 0;
    frame[at + 1] = 0;
    int checksum = Frames.checksum(Arrays.copyOfRange(frame, from, to));
    frame[at] = (byte) (checksum >>> 8);
    frame[at + 1] = (byte) checksum;
  }

  @Test
  void shouldTakeAnAnswer() {
    assertEquals("CONSUMED 1", outcome(answer()));
    assertEquals("CONSUMED 1", outcome(tagged(answer())));
    // All that Ethernet was for was the plain one's tag: the other never came there.
    assertEquals(1, bench.meters.packets(StageMeters.Stage.ETHERNET_INPUT));
  }

  @ParameterizedTest(name = "with right checksums: {0}")
  @ValueSource(booleans = {false, true})
  void shouldJudgeEachChangedBitAsAllStagesDo(boolean checksums) {
    for (int bit = 0; bit < answer().length * 8; bit++) {
      int at = bit / 8;
      if (at == 12 || at == 13) {
        continue;
      }
      byte[] frame = answer();
      frame[at] ^= (byte) (0x80 >>> bit % 8);
      if (checksums) {
        setChecksum(frame, NETWORK, ICMP, NETWORK + 10);
        setChecksum(frame, ICMP, frame.length, ICMP + 2);
      }
      assertSameJudgement(frame, "bit " + bit);
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "0.0.0.1",
        "127.0.0.1",
        "192.0.2.2",
        "192.0.2.255",
        "198.51.100.1",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "10.0.0.1",
        "10.0.0.255"
      })
  void shouldJudgeAddressesAsAllStagesDo(String address) {
    for (int field : new int[] {12, 16}) {
      byte[] frame = answer();
      System.arraycopy(Frames.address(address), 0, frame, NETWORK + field, 4);
      setChecksum(frame, NETWORK, ICMP, NETWORK + 10);
      assertSameJudgement(frame, address + " at " + field);
    }
  }

  @Test
  void shouldJudgeEachLengthAsAllStagesDo() {
    byte[] whole = answer();
    for (int length = 14; length < whole.length + 20; length++) {
      assertSameJudgement(Arrays.copyOf(whole, length), length + " bytes");
    }
  }
}
