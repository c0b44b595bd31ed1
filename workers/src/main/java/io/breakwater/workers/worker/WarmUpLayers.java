package io.breakwater.workers.worker;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the IP headers of a {@link WarmUp} frame are: behind its tags, inside its tunnel, and
 * quoted in an ICMP error; and what makes them agree with each other again after a change.
 *
 * <p>Plain code for a few thousand frames, each at most once. A frame that is broken has the
 * headers that can be found.
 */
final class WarmUpLayers {

  private static final int ETHERNET_BYTES = 14;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;
  private static final int ICMP_BYTES = 8;
  private static final int DEPTH_MAX = 4;

  /**
   * An IP header.
   *
   * @param at its first byte in the frame
   * @param payload first byte behind it
   * @param isQuoted in an ICMP error, whose lengths tell of the packet that it was
   */
  record Layer(int at, boolean ipv6, int payload, int protocol, boolean isQuoted) {

    /** First byte of the source address. */
    int source() {
      return at + (ipv6 ? 8 : 12);
    }

    /** First byte of the destination address. */
    int destination() {
      return at + (ipv6 ? 24 : 16);
    }

    int addressBytes() {
      return ipv6 ? 16 : 4;
    }
  }

  private final ByteBuffer frame;
  private final List<Layer> layers = new ArrayList<>();

  private WarmUpLayers(byte[] frame) {
    this.frame = ByteBuffer.wrap(frame);
    int at = ETHERNET_BYTES;
    while (at + 4 <= frame.length && isTag(u16(at - 2))) {
      at += 4;
    }
    if (at <= frame.length) {
      add(at, u16(at - 2), false);
    }
  }

  /** From the outermost on. */
  static List<Layer> of(byte[] frame) {
    return new WarmUpLayers(frame).layers;
  }

  /** Makes the lengths in all headers what the frame has left. */
  static void fitLengths(byte[] frame) {
    var found = new WarmUpLayers(frame);
    for (Layer layer : found.layers) {
      if (layer.isQuoted()) {
        break;
      }
      int at = layer.at();
      found.frame.putShort(
          at + (layer.ipv6() ? 4 : 2),
          (short) (frame.length - (layer.ipv6() ? at + IPV6_BYTES : at)));
    }
  }

  /** Makes the checksums right again, from the innermost on: of IPv4, ICMP and ICMPv6. */
  static void repairChecksums(byte[] frame) {
    var found = new WarmUpLayers(frame);
    for (Layer layer : found.layers.reversed()) {
      found.repair(layer);
    }
  }

  private void repair(Layer layer) {
    byte[] bytes = frame.array();
    int at = layer.at();
    int payload = layer.payload();
    int message = bytes.length - payload;
    boolean whole = message >= ICMP_BYTES && !layer.isQuoted();
    if (!layer.ipv6()) {
      put(at + 10, at, payload - at, 0);
      if (whole && layer.protocol() == WarmUpPackets.ICMP) {
        put(payload + 2, payload, message, 0);
      }
    } else if (whole && layer.protocol() == WarmUpPackets.ICMPV6) {
      put(payload + 2, at + 8, message + 32, WarmUpPackets.ICMPV6 + message);
    }
  }

  private void put(int checksum, int from, int length, int initial) {
    frame.putShort(checksum, (short) 0);
    frame.putShort(checksum, WarmUpPackets.checksum(frame.array(), from, length, initial));
  }

  private void add(int at, int type, boolean isQuoted) {
    boolean ipv6 = type == 0x86dd;
    int end = frame.capacity();
    if (type != 0x0800 && !ipv6
        || at + (ipv6 ? IPV6_BYTES : IPV4_BYTES) > end
        || layers.size() == DEPTH_MAX) {
      return;
    }
    int headerBytes = ipv6 ? IPV6_BYTES : Math.clamp((u8(at) & 0xf) * 4, IPV4_BYTES, end - at);
    int payload = at + headerBytes;
    int protocol = u8(at + (ipv6 ? 6 : 9));
    layers.add(new Layer(at, ipv6, payload, protocol, isQuoted));
    if (protocol == WarmUpPackets.GRE && payload + 4 <= end) {
      add(payload + greBytes(u8(payload)), u16(payload + 2), isQuoted);
    } else if (payload + ICMP_BYTES <= end && isError(protocol, u8(payload))) {
      add(payload + ICMP_BYTES, type, true);
    }
  }

  /** With a checksum, a key and a sequence number, as the flags say. */
  private static int greBytes(int flags) {
    return 4 + 4 * ((flags >>> 7 & 1) + (flags >>> 5 & 1) + (flags >>> 4 & 1));
  }

  private static boolean isError(int protocol, int type) {
    return protocol == WarmUpPackets.ICMP
        ? type == 3 || type == 11 || type == 12
        : protocol == WarmUpPackets.ICMPV6 && type < 128;
  }

  private static boolean isTag(int type) {
    return type == 0x8100 || type == 0x88a8;
  }

  private int u8(int at) {
    return frame.get(at) & 0xff;
  }

  private int u16(int at) {
    return frame.getShort(at) & 0xffff;
  }
}
