package io.breakwater.perf.traffic;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Writes frames of a {@link FlowSet}'s flows: a copy of a template, of which there is one for each
 * size and protocol, and then the fields that differ. All checksums are right, provided that a
 * {@link PacketStamp} of legitimate traffic is written behind it.
 *
 * <p>Both checksums are sums, and most of what they sum stands in the template: the rest is the
 * addresses, which are in both, and the ports (RFC 1071). So the cost is the copy and some
 * arithmetic.
 */
public final class FlowFrames {

  private static final int IPV4 = FrameWriter.ETHERNET_BYTES;
  private static final int TRANSPORT = IPV4 + FrameWriter.IPV4_BYTES;
  private static final int IPV4_CHECKSUM = IPV4 + 10;
  private static final int IPV4_SOURCE = IPV4 + 12;
  private static final int TCP_CHECKSUM = TRANSPORT + 16;
  private static final int UDP_CHECKSUM = TRANSPORT + 6;
  private static final int TCP_BYTES = 20;
  private static final int UDP_BYTES = 8;
  private static final int TTL = 64;
  private static final int DONT_FRAGMENT = 0x4000;
  private static final int ACK = 0x10;

  private static final ValueLayout.OfShort SHORT =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final FlowSet flows;
  private final int[] sizes;
  private final int strideBytes;

  /** By size and protocol: that of TCP first. */
  private final MemorySegment templates;

  private final int[] ipv4Sums;
  private final int[] transportSums;

  public FlowFrames(FlowSet flows, FrameSizes sizes, long destinationMac, long sourceMac) {
    this.flows = flows;
    this.sizes = sizes.bytes().stream().mapToInt(Integer::intValue).toArray();
    strideBytes = sizes.strideBytes();
    templates = Arena.ofAuto().allocate(2L * this.sizes.length * strideBytes, 64);
    ipv4Sums = new int[2 * this.sizes.length];
    transportSums = new int[2 * this.sizes.length];
    for (int i = 0; i < ipv4Sums.length; i++) {
      byte[] frame = template(i % 2 == 0, this.sizes[i / 2], destinationMac, sourceMac);
      MemorySegment.copy(
          MemorySegment.ofArray(frame), 0, templates, (long) i * strideBytes, frame.length);
      // With all addresses and ports 0, a checksum is the complement of the constant part.
      ipv4Sums[i] = ~short16(frame, IPV4_CHECKSUM) & 0xffff;
      transportSums[i] = ~short16(frame, i % 2 == 0 ? TCP_CHECKSUM : UDP_CHECKSUM) & 0xffff;
    }
  }

  private static byte[] template(boolean tcp, int size, long destinationMac, long sourceMac) {
    FrameWriter frame =
        new FrameWriter()
            .ethernet(destinationMac, sourceMac, FrameWriter.TYPE_IPV4)
            .ipv4(0, 0, tcp ? FrameWriter.TCP : FrameWriter.UDP, TTL, DONT_FRAGMENT);
    int payload = size - TRANSPORT;
    if (tcp) {
      payload -= TCP_BYTES;
      frame.tcp(0, 0, ACK);
    } else {
      payload -= UDP_BYTES;
      frame.udp(0, 0);
    }
    // The stamp's bytes sum to this, whatever they are.
    int stamp = PacketStamp.sum(TrafficKind.LEGITIMATE.ordinal());
    return frame.zeros(payload - Integer.BYTES).int32(stamp).finish();
  }

  private static int short16(byte[] frame, int offset) {
    return (frame[offset] & 0xff) << 8 | frame[offset + 1] & 0xff;
  }

  /** How many sizes come in turn. */
  public int sizeCount() {
    return sizes.length;
  }

  /**
   * Writes a frame; its stamp is left to the caller.
   *
   * @param sizeIndex which of the sizes
   * @param at offset of its first byte
   * @return its bytes
   */
  public int write(int flow, int sizeIndex, MemorySegment memory, long at) {
    int template = 2 * sizeIndex + (flow & 1);
    int size = sizes[sizeIndex];
    MemorySegment.copy(templates, (long) template * strideBytes, memory, at, size);
    long bits = flows.bits(flow);
    long addresses = flows.addresses(flow, bits);
    int ports = flows.ports(bits);
    long sum =
        (addresses >>> 48)
            + (addresses >>> 32 & 0xffff)
            + (addresses >>> 16 & 0xffff)
            + (addresses & 0xffff);
    memory.set(LONG, at + IPV4_SOURCE, addresses);
    memory.set(INT, at + TRANSPORT, ports);
    memory.set(SHORT, at + IPV4_CHECKSUM, (short) ~fold(sum + ipv4Sums[template]));
    int transport = ~fold(sum + (ports >>> 16) + (ports & 0xffff) + transportSums[template]);
    if (FlowSet.tcp(flow)) {
      memory.set(SHORT, at + TCP_CHECKSUM, (short) transport);
    } else {
      // RFC 768: 0 means that there is no checksum, and is sent as all ones.
      memory.set(SHORT, at + UDP_CHECKSUM, (short) ((transport & 0xffff) == 0 ? -1 : transport));
    }
    return size;
  }

  private static int fold(long sum) {
    int folded = (int) (sum & 0xffff) + (int) (sum >>> 16);
    return (folded & 0xffff) + (folded >>> 16);
  }
}
