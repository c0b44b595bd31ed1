package io.breakwater.appliance.replay;

import io.breakwater.appliance.capture.PcapWriter;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The output capture, which is begun when the first input frame tells how fine the times are.
 *
 * <p>Of microseconds, unless the first input frame's time is finer.
 */
final class ReplayOutput implements AutoCloseable {

  private final Path path;
  private PcapWriter writer;

  ReplayOutput(Path path) {
    this.path = path;
  }

  void begin(boolean nanoseconds) throws IOException {
    if (writer == null) {
      writer = PcapWriter.create(path, nanoseconds);
    }
  }

  void write(long timeNs, byte[] frame, int length) throws IOException {
    writer.write(timeNs, frame, 0, length);
  }

  /** An input without frames gives an output without frames. */
  @Override
  public void close() throws IOException {
    begin(false);
    writer.close();
  }
}
