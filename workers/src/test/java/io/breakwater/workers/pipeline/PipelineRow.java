package io.breakwater.workers.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.workers.Frames;

/**
 * A frame's whole way: what comes in, its fate, what goes out where, and who counts it.
 *
 * @param tenant that counts it; null for none
 * @param out the frame that leaves, or null
 * @param outPort where it leaves
 */
record PipelineRow(
    String description, int port, Frames in, String fate, String tenant, Frames out, int outPort) {

  /** One that came in by the uplink, and ends. */
  static PipelineRow dropped(String description, Frames in, String reason, String tenant) {
    return new PipelineRow(description, TestAppliance.UPLINK, in, reason, tenant, null, 0);
  }

  @Override
  public String toString() {
    return description;
  }

  /** Takes it through the pipeline alone. */
  void check(PipelineBench bench) {
    bench.process(port, in.bytes());
    checkPacket(bench, 0);
    assertEquals(1, bench.counted(tenant, fate), "counted for " + tenant);
    assertEquals(1, bench.allCounted());
    assertEquals(1, bench.counters.received());
  }

  /** Compares what became of a packet of the last batch, which this is. */
  void checkPacket(PipelineBench bench, int packet) {
    assertEquals(fate, bench.packets.fate(packet), description);
    if (out != null) {
      assertEquals(Frames.hex(out.bytes()), Frames.hex(unlabelled(bench, packet)), description);
      assertEquals(outPort, bench.packets.batch.port(packet), description);
    }
  }

  /** A frame without the flow label of an outer IPv6 header, which is a hash of the flow. */
  private static byte[] unlabelled(PipelineBench bench, int packet) {
    byte[] frame = bench.packets.frame(packet);
    if (Frames.u16(frame, 12) == 0x86dd && Frames.u8(frame, 20) == 47) {
      frame[15] &= (byte) 0xf0;
      frame[16] = 0;
      frame[17] = 0;
    }
    return frame;
  }
}
