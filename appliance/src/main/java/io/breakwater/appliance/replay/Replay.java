package io.breakwater.appliance.replay;

import io.breakwater.appliance.capture.CaptureException;
import io.breakwater.appliance.capture.CaptureReader;
import io.breakwater.appliance.report.ReplayReport;
import io.breakwater.config.Appliance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Runs a capture through the packet path, on the capture's own clock.
 *
 * <p>A frame's time is the capture's, or the largest so far where that goes backwards: the path's
 * clock only goes forward. Each frame that leaves, by whatever port, is written with the time of
 * the input frame that caused it, as the capture has it. A frame of which the capture holds only
 * the first bytes is judged by these bytes, and counted here so that the operator can be told.
 */
public final class Replay {

  private static final int PROGRESS_FRAMES = 1 << 16;

  private final Appliance configuration;
  private final int port;
  private final int roomBytes;
  private final LongConsumer progress;

  /**
   * What came of a replay.
   *
   * @param cutFrames frames that the capture holds only the first bytes of
   * @param error why the input could not be read to its end; the rest is of the frames before
   */
  public record Result(ReplayReport report, long cutFrames, Optional<CaptureException> error) {}

  /**
   * @param port index of the port on which all frames arrive
   * @param roomBytes the longest frame that a packet buffer holds
   * @param progress told now and then how many frames have been read
   */
  public Replay(Appliance configuration, int port, int roomBytes, LongConsumer progress) {
    this.configuration = configuration;
    this.port = port;
    this.roomBytes = roomBytes;
    this.progress = progress;
  }

  /**
   * Replays {@code in} into {@code out}, which is replaced.
   *
   * @throws CaptureException where a file can't be opened, or the output not be written
   */
  public Result run(Path in, Path out) throws IOException {
    try (CaptureReader reader = CaptureReader.open(in);
        ReplayOutput writer = new ReplayOutput(out)) {
      return run(reader, writer);
    }
  }

  private Result run(CaptureReader reader, ReplayOutput writer) throws IOException {
    ReplayPath path = null;
    byte[] sent = new byte[CaptureReader.FRAME_BYTES_MAX];
    long frames = 0;
    long cutFrames = 0;
    long clockNs = 0;
    Optional<CaptureException> error = Optional.empty();
    while (true) {
      try {
        if (!reader.next()) {
          break;
        }
      } catch (CaptureException e) {
        error = Optional.of(e);
        break;
      }
      clockNs = Math.max(clockNs, reader.timeNs());
      if (path == null) {
        path = new ReplayPath(configuration, port, roomBytes, clockNs);
        writer.begin(reader.nanoseconds());
      }
      cutFrames += reader.capturedShort() ? 1 : 0;
      int sending = path.process(reader.frame(), reader.length(), clockNs);
      for (int number = 0; number < sending; number++) {
        writer.write(reader.timeNs(), sent, path.copySent(number, sent));
      }
      if (++frames % PROGRESS_FRAMES == 0) {
        progress.accept(frames);
      }
    }
    if (path == null) {
      path = new ReplayPath(configuration, port, roomBytes, 0);
    }
    return new Result(path.report(), cutFrames, error);
  }
}
