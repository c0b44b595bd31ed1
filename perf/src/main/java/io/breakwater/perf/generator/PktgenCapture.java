package io.breakwater.perf.generator;

import io.breakwater.appliance.capture.PcapWriter;
import io.breakwater.perf.traffic.ProfileFrames;
import io.breakwater.perf.traffic.TrafficProfile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A {@link TrafficProfile} as the capture that Pktgen sends again and again: the same frames as the
 * built-in generator's, in the same order, up to where the capture ends.
 *
 * @param packets that are in it
 */
record PktgenCapture(int packets) {

  private static final int PACKETS_MIN = 1 << 16;
  private static final int PACKETS_MAX = 1 << 22;

  /** A frame of an attack may be larger than the profile's. */
  private static final int FRAME_BYTES_MAX = 16_384;

  /**
   * Of a profile: twice as many as it has flows, so that seven flows of eight are drawn. Of more
   * than two million flows, fewer are, as each packet takes memory.
   */
  static PktgenCapture of(TrafficProfile profile) {
    return new PktgenCapture(Math.clamp(2L * profile.flows(), PACKETS_MIN, PACKETS_MAX));
  }

  /** Writes it, with frames from the link's one end to the other. */
  void write(TrafficProfile profile, Link link, Path file) throws IOException {
    ProfileFrames frames = new ProfileFrames(profile, link.applianceMac(), link.generatorMac());
    byte[] frame = new byte[FRAME_BYTES_MAX];
    MemorySegment memory = MemorySegment.ofArray(frame);
    try (PcapWriter writer = PcapWriter.create(file, false)) {
      for (int i = 0; i < packets; i++) {
        writer.write(0, frame, 0, frames.write(memory, 0, 0));
      }
    }
  }
}
