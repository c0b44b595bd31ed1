package io.breakwater.appliance.capture;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads the frames of a capture file, pcap or pcapng, one after the other.
 *
 * <p>Source: draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng. The reader owns one frame buffer,
 * which the next call of {@link #next} overwrites: memory is {@value #FRAME_BYTES_MAX} bytes
 * whatever the file's size. Any file, whatever its bytes, ends in frames and then either the end or
 * a {@link CaptureException} that names the offset. Only Ethernet (link type 1) is accepted. One
 * thread.
 */
public abstract sealed class CaptureReader implements AutoCloseable
    permits PcapReader, PcapngReader {

  /** The longest frame a record may hold: the snapshot length that tcpdump uses. */
  public static final int FRAME_BYTES_MAX = 262_144;

  /** LINKTYPE_ETHERNET. */
  static final int LINK_TYPE_ETHERNET = 1;

  final CaptureInput in;
  final byte[] frame = new byte[FRAME_BYTES_MAX];
  int length;
  long originalLength;
  long timeNs;
  boolean nanoseconds;

  CaptureReader(CaptureInput in) {
    this.in = in;
  }

  /**
   * Opens a capture and reads its first header.
   *
   * @throws CaptureException where it is neither pcap nor pcapng, or not of Ethernet frames
   */
  public static CaptureReader open(Path path) throws IOException {
    InputStream stream;
    try {
      stream = Files.newInputStream(path);
    } catch (NoSuchFileException e) {
      throw new CaptureException(path + ": no such file");
    } catch (IOException e) {
      throw new CaptureException(path + ": cannot be read: " + e.getMessage());
    }
    try {
      return open(path.toString(), new BufferedInputStream(stream, 1 << 16));
    } catch (IOException | RuntimeException e) {
      stream.close();
      throw e;
    }
  }

  static CaptureReader open(String name, InputStream stream) throws IOException {
    CaptureInput in = new CaptureInput(name, stream);
    byte[] magic = new byte[4];
    if (in.readUpTo(magic, 0, 4) < 4) {
      throw in.wrong(0, "not a capture: shorter than the 4 bytes of a pcap or pcapng magic number");
    }
    int number = in.intAt(magic, 0);
    return switch (number) {
      case PcapReader.MAGIC_MICROSECONDS -> new PcapReader(in, false, false);
      case PcapReader.MAGIC_MICROSECONDS_SWAPPED -> new PcapReader(in, true, false);
      case PcapReader.MAGIC_NANOSECONDS -> new PcapReader(in, false, true);
      case PcapReader.MAGIC_NANOSECONDS_SWAPPED -> new PcapReader(in, true, true);
      case PcapngReader.SECTION_HEADER -> new PcapngReader(in);
      default -> throw in.wrong(0, "neither pcap nor pcapng: magic=0x%08x".formatted(number));
    };
  }

  /**
   * Reads the next frame.
   *
   * @return false at the end of the file
   * @throws CaptureException where the file breaks the format; the frames before it were whole
   */
  public abstract boolean next() throws IOException;

  /** The present frame's bytes, {@link #length} of them; overwritten by {@link #next}. */
  public final byte[] frame() {
    return frame;
  }

  /** Bytes of the present frame that the capture holds. */
  public final int length() {
    return length;
  }

  /** Whether the capture holds fewer bytes than the frame had on the wire (its snapshot length). */
  public final boolean capturedShort() {
    return length < originalLength;
  }

  /** Time of the present frame in nanoseconds since 1970, as the capture says: may go backwards. */
  public final long timeNs() {
    return timeNs;
  }

  /** Whether the present frame's time is finer than a microsecond. */
  public final boolean nanoseconds() {
    return nanoseconds;
  }

  /** Reads the bytes of a frame into the buffer. */
  final void readFrame(long recordOffset, long capturedBytes, long originalBytes)
      throws IOException {
    if (capturedBytes > FRAME_BYTES_MAX) {
      throw in.wrong(
          recordOffset,
          "a frame must have at most %d bytes: captured=%d"
              .formatted(FRAME_BYTES_MAX, capturedBytes));
    }
    in.readFully(frame, 0, (int) capturedBytes);
    length = (int) capturedBytes;
    originalLength = originalBytes;
  }

  @Override
  public final void close() throws IOException {
    in.close();
  }
}
