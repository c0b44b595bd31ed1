package io.breakwater.perf.traffic;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * Frames of floods for the benchmarks, of which every packet comes from another source to another
 * address of some tenant: the same for Java and for the C reference. All checksums are right.
 */
public final class FloodFrames {

  private static final int SYN = 0x02;
  private static final int RST = 0x04;
  private static final int ACK = 0x10;

  private static final int TTL = 57;
  private static final int TCP_HEADERS = 14 + 20 + 20;
  private static final int RECORDER_HEADERS = 14 + 20 + 8 + 8;

  /** What a video recorder says of itself, and to which port (the catalogue's {@code dvr}). */
  private static final int RECORDER = 37_810;

  private static final int RECORDER_BEGIN = 0x2000_0000;
  private static final int RECORDER_NAME = 0x4448_4950; // DHIP

  private FloodFrames() {}

  public static ByteBuffer syns(Workload workload, int count, FrameSizes sizes) {
    return segments(workload, count, sizes, SYN);
  }

  public static ByteBuffer resets(Workload workload, int count, FrameSizes sizes) {
    return segments(workload, count, sizes, RST);
  }

  public static ByteBuffer acknowledgements(Workload workload, int count, FrameSizes sizes) {
    return segments(workload, count, sizes, ACK);
  }

  private static ByteBuffer segments(Workload workload, int count, FrameSizes sizes, int flags) {
    return workload.framesMadeBy(
        count,
        sizes,
        (random, size) ->
            ipv4(workload, random, FrameWriter.TCP)
                .tcp(port(random), 443, flags, random.nextInt(), random.nextInt())
                .zeros(size - TCP_HEADERS)
                .finish());
  }

  /** What video recorders send to who is said to have searched for them: it fits small frames. */
  public static ByteBuffer recorderAnswers(Workload workload, int count, FrameSizes sizes) {
    return workload.framesMadeBy(
        count,
        sizes,
        (random, size) ->
            ipv4(workload, random, FrameWriter.UDP)
                .udp(RECORDER, port(random))
                .int32(RECORDER_BEGIN)
                .int32(RECORDER_NAME)
                .zeros(size - RECORDER_HEADERS)
                .finish());
  }

  private static FrameWriter ipv4(Workload workload, Random random, int protocol) {
    int victim = workload.prefixes().get(random.nextInt(workload.prefixes().size())).host(random);
    return new FrameWriter()
        .ethernet(Workload.OWN_MAC, Workload.ROUTER_MAC, FrameWriter.TYPE_IPV4)
        .ipv4(Workload.outsider(random), victim, protocol, TTL, 0);
  }

  private static int port(Random random) {
    return 1_024 + random.nextInt(64_512);
  }
}
