package io.breakwater.appliance.capture;

import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes of a capture file in order, with the count of those already read.
 *
 * <p>A capture's byte order is known only after its first bytes, and pcapng may change it at every
 * section, so it is set here and not fixed. Memory: the stream's own buffer. One thread.
 */
final class CaptureInput implements AutoCloseable {

  private final String name;
  private final InputStream in;
  private final byte[] word = new byte[8];
  private boolean littleEndian;
  private long offset;

  CaptureInput(String name, InputStream in) {
    this.name = name;
    this.in = in;
  }

  /** Bytes read so far: the offset of the next one. */
  long offset() {
    return offset;
  }

  void littleEndian(boolean littleEndian) {
    this.littleEndian = littleEndian;
  }

  boolean littleEndian() {
    return littleEndian;
  }

  /** Fills {@code length} bytes and says how many there were: fewer only at the end of the file. */
  int readUpTo(byte[] target, int start, int length) throws IOException {
    int count = in.readNBytes(target, start, length);
    offset += count;
    return count;
  }

  /**
   * Fills {@code length} bytes.
   *
   * @throws CaptureException where the file ends before
   */
  void readFully(byte[] target, int start, int length) throws IOException {
    int count = readUpTo(target, start, length);
    if (count < length) {
      throw truncated(length - count);
    }
  }

  /** Skips {@code length} bytes, reading them in pieces so that a lying length costs no memory. */
  void skipFully(long length, byte[] scratch) throws IOException {
    long left = length;
    while (left > 0) {
      int piece = (int) Math.min(left, scratch.length);
      readFully(scratch, 0, piece);
      left -= piece;
    }
  }

  int readInt() throws IOException {
    readFully(word, 0, 4);
    return intAt(word, 0);
  }

  long readUnsignedInt() throws IOException {
    return Integer.toUnsignedLong(readInt());
  }

  int readUnsignedShort() throws IOException {
    readFully(word, 0, 2);
    return littleEndian
        ? (word[0] & 0xff) | (word[1] & 0xff) << 8
        : (word[0] & 0xff) << 8 | (word[1] & 0xff);
  }

  long readLong() throws IOException {
    long first = readUnsignedInt();
    long second = readUnsignedInt();
    return littleEndian ? second << 32 | first : first << 32 | second;
  }

  /** The four bytes at {@code at}, in the present byte order. */
  int intAt(byte[] bytes, int at) {
    int little =
        (bytes[at] & 0xff)
            | (bytes[at + 1] & 0xff) << 8
            | (bytes[at + 2] & 0xff) << 16
            | (bytes[at + 3] & 0xff) << 24;
    return littleEndian ? little : Integer.reverseBytes(little);
  }

  /** An error about the record that begins at {@code at}. */
  CaptureException wrong(long at, String rule) {
    return new CaptureException("%s:offset %d: %s".formatted(name, at, rule));
  }

  private CaptureException truncated(int missingBytes) {
    return wrong(
        offset,
        "the file ends inside a record: at least "
            + missingBytes
            + " more byte"
            + (missingBytes == 1 ? "" : "s")
            + " expected");
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
