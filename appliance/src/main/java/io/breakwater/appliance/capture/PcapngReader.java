package io.breakwater.appliance.capture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The format of blocks: sections, interfaces, packets.
 *
 * <p>Source: draft-ietf-opsawg-pcapng sections 3 and 4. Every block is
 *
 * <pre>
 * type(4) total length(4) body(total length - 12, padded to 4) total length(4)
 * </pre>
 *
 * Read are section headers (each may change the byte order and forgets the interfaces), interface
 * descriptions (link type, snapshot length, resolution and offset of time), and packets in their
 * three kinds: enhanced, simple, and the obsolete packet block. All other blocks and options are
 * skipped. A simple packet has no time: it gets that of the packet before it. The length of a
 * section is ignored, as the blocks' own lengths say it all.
 */
final class PcapngReader extends CaptureReader {

  static final int SECTION_HEADER = 0x0a0d0d0a;

  private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
  private static final int INTERFACE_DESCRIPTION = 1;
  private static final int OBSOLETE_PACKET = 2;
  private static final int SIMPLE_PACKET = 3;
  private static final int ENHANCED_PACKET = 6;
  private static final int OPTION_END = 0;
  private static final int OPTION_TSRESOL = 9;
  private static final int OPTION_TSOFFSET = 14;
  private static final int INTERFACES_MAX = 65_536;

  private final byte[] scratch = new byte[1 << 12];
  private final List<PcapngInterface> interfaces = new ArrayList<>();
  private long blockOffset;

  /** Bytes of the present block's body that are still to be read. */
  private long left;

  PcapngReader(CaptureInput in) throws IOException {
    super(in);
    readSectionHeader();
  }

  @Override
  public boolean next() throws IOException {
    while (true) {
      blockOffset = in.offset();
      int count = in.readUpTo(scratch, 0, 4);
      if (count == 0) {
        return false;
      }
      if (count < 4) {
        throw in.wrong(
            blockOffset, "the file ends inside a block's type: " + count + " of 4 bytes");
      }
      int type = in.intAt(scratch, 0);
      if (type == SECTION_HEADER) {
        readSectionHeader();
        continue;
      }
      long totalLength = beginBlock();
      boolean packet = true;
      switch (type) {
        case ENHANCED_PACKET -> readTimedPacket(false);
        case OBSOLETE_PACKET -> readTimedPacket(true);
        case SIMPLE_PACKET -> readSimplePacket();
        case INTERFACE_DESCRIPTION -> {
          readInterface();
          packet = false;
        }
        default -> packet = false;
      }
      endBlock(totalLength);
      if (packet) {
        return true;
      }
    }
  }

  /** The type has been read; its value is the same in both byte orders. */
  private void readSectionHeader() throws IOException {
    in.readFully(scratch, 0, 8);
    in.littleEndian(false);
    if (in.intAt(scratch, 4) != BYTE_ORDER_MAGIC) {
      in.littleEndian(true);
      if (in.intAt(scratch, 4) != BYTE_ORDER_MAGIC) {
        throw in.wrong(blockOffset, "a section's byte-order magic must be 0x1a2b3c4d");
      }
    }
    long totalLength = Integer.toUnsignedLong(in.intAt(scratch, 0));
    checkTotalLength(totalLength, 28);
    left = totalLength - 16;
    int major = in.readUnsignedShort();
    int minor = in.readUnsignedShort();
    left -= 4;
    if (major != 1) {
      throw in.wrong(
          blockOffset,
          "the version of a pcapng section must be 1.x: version=" + major + "." + minor);
    }
    endBlock(totalLength);
    interfaces.clear();
  }

  private long beginBlock() throws IOException {
    long totalLength = in.readUnsignedInt();
    checkTotalLength(totalLength, 12);
    left = totalLength - 12;
    return totalLength;
  }

  private void checkTotalLength(long totalLength, int lengthMin) throws CaptureException {
    if (totalLength < lengthMin || (totalLength & 3) != 0) {
      throw in.wrong(
          blockOffset,
          "a block's length must be a multiple of 4 and at least %d: length=%d"
              .formatted(lengthMin, totalLength));
    }
  }

  private void endBlock(long totalLength) throws IOException {
    in.skipFully(left, scratch);
    left = 0;
    long trailer = in.readUnsignedInt();
    if (trailer != totalLength) {
      throw in.wrong(
          blockOffset,
          "a block's two lengths must be equal: length=%d trailing-length=%d"
              .formatted(totalLength, trailer));
    }
  }

  private void take(int bytes, String what) throws CaptureException {
    if (left < bytes) {
      throw in.wrong(
          blockOffset, "a block is too short for its %s: missing=%d".formatted(what, bytes - left));
    }
    left -= bytes;
  }

  private void readInterface() throws IOException {
    take(8, "interface description");
    if (interfaces.size() == INTERFACES_MAX) {
      throw in.wrong(blockOffset, "a section may have at most " + INTERFACES_MAX + " interfaces");
    }
    int linkType = in.readUnsignedShort();
    in.readUnsignedShort();
    long snapLength = in.readUnsignedInt();
    int resolution = PcapngInterface.RESOLUTION_DEFAULT;
    long offsetSeconds = 0;
    while (left >= 4) {
      take(4, "option");
      int code = in.readUnsignedShort();
      int optionLength = in.readUnsignedShort();
      if (code == OPTION_END) {
        break;
      }
      int padded = (optionLength + 3) & ~3;
      take(padded, "option");
      if (code == OPTION_TSRESOL && optionLength == 1) {
        in.readFully(scratch, 0, 4);
        resolution = scratch[0] & 0xff;
      } else if (code == OPTION_TSOFFSET && optionLength == 8) {
        offsetSeconds = in.readLong();
      } else {
        in.skipFully(padded, scratch);
      }
    }
    interfaces.add(new PcapngInterface(linkType, snapLength, resolution, offsetSeconds));
  }

  /** An enhanced packet, or an obsolete one, which differs in its first four bytes only. */
  private void readTimedPacket(boolean obsolete) throws IOException {
    take(20, "packet");
    long interfaceId;
    if (obsolete) {
      interfaceId = in.readUnsignedShort();
      in.readUnsignedShort();
    } else {
      interfaceId = in.readUnsignedInt();
    }
    long timeHigh = in.readUnsignedInt();
    long timeUnits = timeHigh << 32 | in.readUnsignedInt();
    long captured = in.readUnsignedInt();
    long original = in.readUnsignedInt();
    PcapngInterface source = ethernetInterface(interfaceId);
    long packetTimeNs = source.timeNs(timeUnits);
    if (packetTimeNs < 0) {
      throw in.wrong(
          blockOffset,
          "the time is outside 1970..2262: units=%s resolution=0x%02x"
              .formatted(Long.toUnsignedString(timeUnits), source.resolution()));
    }
    takeFrame(captured, original);
    timeNs = packetTimeNs;
    nanoseconds = source.finerThanMicroseconds();
  }

  private void readSimplePacket() throws IOException {
    take(4, "packet");
    long original = in.readUnsignedInt();
    PcapngInterface source = ethernetInterface(0);
    long captured = source.snapLength() == 0 ? original : Math.min(original, source.snapLength());
    takeFrame(captured, original);
    nanoseconds = source.finerThanMicroseconds();
  }

  private void takeFrame(long captured, long original) throws IOException {
    if (captured > left) {
      throw in.wrong(
          blockOffset,
          "a packet must end inside its block: captured=%d left=%d".formatted(captured, left));
    }
    readFrame(blockOffset, captured, original);
    left -= captured;
  }

  private PcapngInterface ethernetInterface(long id) throws CaptureException {
    if (id >= interfaces.size()) {
      throw in.wrong(
          blockOffset,
          "a packet must name an interface of its section: interface=%d interfaces=%d"
              .formatted(id, interfaces.size()));
    }
    PcapngInterface source = interfaces.get((int) id);
    if (source.linkType() != LINK_TYPE_ETHERNET) {
      throw in.wrong(
          blockOffset,
          "the link type must be Ethernet (1): interface=%d link-type=%d"
              .formatted(id, source.linkType()));
    }
    return source;
  }
}
