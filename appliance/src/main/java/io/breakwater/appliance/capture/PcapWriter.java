package io.breakwater.appliance.capture;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes Ethernet frames as a classic pcap file, little-endian, of micro- or nanoseconds.
 *
 * <p>Source: draft-ietf-opsawg-pcap. The bytes depend on the frames and times alone, so that two
 * equal replays write equal files. One thread.
 */
public final class PcapWriter implements AutoCloseable {

  private static final long SECONDS_MAX = 0xffff_ffffL;

  private final Path path;
  private final OutputStream out;
  private final int fractionNs;
  private final byte[] header = new byte[24];
  private final ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);

  private PcapWriter(Path path, OutputStream out, boolean nanoseconds) {
    this.path = path;
    this.out = out;
    this.fractionNs = nanoseconds ? 1 : 1_000;
  }

  /**
   * Creates or replaces the file and writes its header.
   *
   * @throws CaptureException where the file can't be created
   */
  public static PcapWriter create(Path path, boolean nanoseconds) throws IOException {
    OutputStream stream;
    try {
      stream = Files.newOutputStream(path);
    } catch (IOException e) {
      throw new CaptureException(path + ": cannot be written: " + e.getMessage());
    }
    PcapWriter writer =
        new PcapWriter(path, new BufferedOutputStream(stream, 1 << 16), nanoseconds);
    writer
        .fields
        .putInt(nanoseconds ? PcapReader.MAGIC_NANOSECONDS : PcapReader.MAGIC_MICROSECONDS)
        .putShort((short) 2)
        .putShort((short) 4)
        .putLong(0)
        .putInt(CaptureReader.FRAME_BYTES_MAX)
        .putInt(CaptureReader.LINK_TYPE_ETHERNET);
    writer.out.write(writer.header, 0, 24);
    return writer;
  }

  /** Appends a frame. Times finer than the file's resolution are cut, not rounded. */
  public void write(long timeNs, byte[] frame, int offset, int length) throws IOException {
    long seconds = timeNs / 1_000_000_000L;
    if (seconds > SECONDS_MAX) {
      throw new CaptureException(path + ": a pcap file ends in the year 2106: seconds=" + seconds);
    }
    fields
        .clear()
        .putInt((int) seconds)
        .putInt((int) (timeNs % 1_000_000_000L) / fractionNs)
        .putInt(length)
        .putInt(length);
    out.write(header, 0, 16);
    out.write(frame, offset, length);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
