package io.breakwater.perf.generator;

import io.breakwater.perf.traffic.TrafficProfile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Pktgen's command line.
 *
 * @param script file of the {@link PktgenScript}
 * @param capture file of the {@link PktgenCapture}
 * @param jumbo whether there are frames of more than 1,514 bytes
 */
record PktgenCommand(Path program, EalArguments eal, Path script, Path capture, boolean jumbo) {

  /** What its own packet pools take: five of 24,576 packets of 10 KiB. */
  private static final int OWN_MEMORY_MIB = 1_600;

  /** What stands before each frame of the capture in its pool: mbuf, headroom, the pool's own. */
  private static final int ROOM_BYTES = 128 + 128 + 128;

  /** Without {@code -j} Pktgen cuts longer ones. */
  private static final int FRAME_BYTES_MAX = 1_514;

  /**
   * @param folder of script and capture
   */
  static PktgenCommand of(
      Path program, Link link, TrafficProfile profile, Path folder, int core, int mainCore) {
    int strideBytes = profile.frames().strideBytes();
    PktgenCapture capture = PktgenCapture.of(profile);
    int captureMib = (int) ((long) capture.packets() * (strideBytes + ROOM_BYTES) >> 20);
    EalArguments eal = EalArguments.of("pktgen", link, core, mainCore, OWN_MEMORY_MIB + captureMib);
    return new PktgenCommand(
        program,
        eal,
        folder.resolve("pktgen.lua"),
        folder.resolve("profile.pcap"),
        profile.frames().bytes().stream().anyMatch(bytes -> bytes > FRAME_BYTES_MAX));
  }

  List<String> list() {
    List<String> list = new ArrayList<>();
    list.add(program.toString());
    list.addAll(eal.list());
    list.addAll(List.of("--", "-P", "-m", eal.sendingLcore() + ".0"));
    if (jumbo) {
      list.add("-j");
    }
    list.addAll(List.of("-s", "0:" + capture, "-f", script.toString()));
    return list;
  }
}
