package io.breakwater.appliance.capture;

import java.io.IOException;

/**
 * The classic format: a file header of 24 bytes, then records of a 16-byte header and a frame.
 *
 * <p>Source: draft-ietf-opsawg-pcap section 4 and 5.
 *
 * <pre>
 * magic(4) major(2) minor(2) reserved(8) snaplen(4) linktype(4)
 * { seconds(4) fraction(4) captured(4) original(4) frame(captured) }*
 * </pre>
 *
 * The magic number tells the byte order and whether {@code fraction} is micro- or nanoseconds. The
 * seconds are unsigned: the format ends in 2106.
 */
final class PcapReader extends CaptureReader {

  static final int MAGIC_MICROSECONDS = 0xa1b2c3d4;
  static final int MAGIC_MICROSECONDS_SWAPPED = 0xd4c3b2a1;
  static final int MAGIC_NANOSECONDS = 0xa1b23c4d;
  static final int MAGIC_NANOSECONDS_SWAPPED = 0x4d3cb2a1;

  private static final int RECORD_HEADER_BYTES = 16;

  private final byte[] header = new byte[RECORD_HEADER_BYTES];
  private final long fractionNs;

  PcapReader(CaptureInput in, boolean littleEndian, boolean nanoseconds) throws IOException {
    super(in);
    in.littleEndian(littleEndian);
    this.nanoseconds = nanoseconds;
    this.fractionNs = nanoseconds ? 1 : 1_000;
    int major = in.readUnsignedShort();
    int minor = in.readUnsignedShort();
    if (major != 2) {
      throw in.wrong(4, "the version of a pcap file must be 2.4: version=" + major + "." + minor);
    }
    in.skipFully(12, header);
    long linkType = in.readUnsignedInt();
    if (linkType != LINK_TYPE_ETHERNET) {
      throw in.wrong(20, "the link type must be Ethernet (1): link-type=" + linkType);
    }
  }

  @Override
  public boolean next() throws IOException {
    long recordOffset = in.offset();
    int count = in.readUpTo(header, 0, RECORD_HEADER_BYTES);
    if (count == 0) {
      return false;
    }
    if (count < RECORD_HEADER_BYTES) {
      throw in.wrong(
          recordOffset,
          "the file ends inside a record's header: %d of %d bytes"
              .formatted(count, RECORD_HEADER_BYTES));
    }
    long seconds = Integer.toUnsignedLong(in.intAt(header, 0));
    long fraction = Integer.toUnsignedLong(in.intAt(header, 4));
    if (fraction * fractionNs >= 1_000_000_000L) {
      throw in.wrong(recordOffset, "the time's fraction is a second or more: fraction=" + fraction);
    }
    timeNs = seconds * 1_000_000_000L + fraction * fractionNs;
    readFrame(
        recordOffset,
        Integer.toUnsignedLong(in.intAt(header, 8)),
        Integer.toUnsignedLong(in.intAt(header, 12)));
    return true;
  }
}
