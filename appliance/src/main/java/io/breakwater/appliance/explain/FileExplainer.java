package io.breakwater.appliance.explain;

import io.breakwater.appliance.capture.CaptureReader;
import io.breakwater.appliance.daemon.PoolPlan;
import io.breakwater.appliance.replay.ReplayPath;
import io.breakwater.config.Appliance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/** Explains packets by a configuration's files, on a packet path as a replay has it. */
public final class FileExplainer {

  private final Appliance configuration;

  public FileExplainer(Appliance configuration) {
    this.configuration = configuration;
  }

  /**
   * A packet that is the first to come.
   *
   * @throws IllegalArgumentException saying what is wrong with the request
   */
  public Explanation explain(ExplainRequest request) {
    ReplayPath path = path(request, 0);
    return explain(request, path, 0);
  }

  /**
   * A frame of a capture, after all those before it.
   *
   * @param number from 1
   */
  public Explanation explain(ExplainRequest request, Path capture, long number) throws IOException {
    try (CaptureReader reader = CaptureReader.open(capture)) {
      ReplayPath path = null;
      long clockNs = 0;
      for (long i = 1; i <= number; i++) {
        if (!reader.next()) {
          throw new IllegalArgumentException(tooFew(capture, i - 1, number));
        }
        clockNs = Math.max(clockNs, reader.timeNs());
        path = path == null ? path(request, clockNs) : path;
        if (i < number) {
          path.process(reader.frame(), reader.length(), clockNs);
        }
      }
      byte[] frame = Arrays.copyOf(reader.frame(), reader.length());
      return explain(request.withFrame(HexFormat.of().formatHex(frame)), path, clockNs);
    }
  }

  /** That a capture has no frame of this number. */
  public static String tooFew(Path capture, long frames, long number) {
    return "%s: the capture has no such frame: packet=%d frames=%d"
        .formatted(capture, number, frames);
  }

  private ReplayPath path(ExplainRequest request, long startNs) {
    return new ReplayPath(
        configuration,
        request.portIndex(configuration),
        PoolPlan.dataRoomBytes(configuration),
        startNs);
  }

  private Explanation explain(ExplainRequest request, ReplayPath path, long nowNs) {
    return new Explainer(configuration, SlotNames.of(path.slots()), TunnelStates.UNKNOWN)
        .explain(
            request,
            ReplayPath.PORT_MAC,
            (frame, port, tenants) -> path.trace(frame, frame.length, nowNs));
  }
}
