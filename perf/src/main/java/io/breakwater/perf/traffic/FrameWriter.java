package io.breakwater.perf.traffic;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Builds one frame from the Ethernet header on, layer after layer: each method writes a header and
 * goes on behind it, and {@link #finish} fills in lengths and checksums from the inside out.
 *
 * <p>Addresses are in host order. For frames made once, before traffic starts.
 */
public final class FrameWriter {

  public static final int ETHERNET_BYTES = 14;
  public static final int IPV4_BYTES = 20;
  public static final int TYPE_IPV4 = 0x0800;
  public static final int TYPE_ARP = 0x0806;
  public static final int TYPE_IPV6 = 0x86dd;
  public static final int ICMP = 1;
  public static final int TCP = 6;
  public static final int UDP = 17;
  public static final int GRE = 47;
  public static final int ICMPV6 = 58;

  /** A jumbo frame. */
  private static final int BYTES_MAX = 9_216;

  private static final int IPV6_BYTES = 40;
  private static final int LAYERS_MAX = 4;

  private final ByteBuffer bytes = ByteBuffer.allocate(BYTES_MAX);

  /** Where each IP header starts, outermost first. */
  private final int[] networks = new int[LAYERS_MAX];

  private int layers;
  private int transport = -1;
  private int protocol;

  public FrameWriter ethernet(long destination, long source, int type) {
    bytes.putLong(destination << 16 | source >>> 32).putInt((int) source).putShort((short) type);
    return this;
  }

  public FrameWriter ipv4(int source, int destination, int protocol, int ttl, int flagsAndOffset) {
    networks[layers++] = bytes.position();
    this.protocol = protocol;
    bytes.putInt(0x4500_0000).putShort((short) 0).putShort((short) flagsAndOffset);
    bytes.put((byte) ttl).put((byte) protocol).putShort((short) 0);
    bytes.putInt(source).putInt(destination);
    return this;
  }

  public FrameWriter ipv6(long[] source, long[] destination, int protocol, int hopLimit) {
    networks[layers++] = bytes.position();
    this.protocol = protocol;
    bytes.putInt(0x6000_0000).putShort((short) 0).put((byte) protocol).put((byte) hopLimit);
    bytes.putLong(source[0]).putLong(source[1]).putLong(destination[0]).putLong(destination[1]);
    return this;
  }

  /**
   * An IPv6 extension header of 8 bytes: hop-by-hop or destination options, routing, fragment.
   *
   * @param next protocol of what follows
   * @param second bytes 2 and 3: the first option, type and segments left, or offset and flags
   * @param rest bytes 4 to 7
   */
  public FrameWriter extension(int next, int second, int rest) {
    protocol = next;
    bytes.put((byte) next).put((byte) 0).putShort((short) second).putInt(rest);
    return this;
  }

  /**
   * @param key -1: none
   */
  public FrameWriter gre(int type, long key) {
    bytes.putInt((key < 0 ? 0 : 0x2000_0000) | type);
    if (key >= 0) {
      bytes.putInt((int) key);
    }
    return this;
  }

  public FrameWriter tcp(int sourcePort, int destinationPort, int flags) {
    return tcp(sourcePort, destinationPort, flags, 1, 0);
  }

  public FrameWriter tcp(
      int sourcePort, int destinationPort, int flags, int sequence, int acknowledgement) {
    transport = bytes.position();
    bytes.putShort((short) sourcePort).putShort((short) destinationPort);
    bytes.putInt(sequence).putInt(acknowledgement);
    bytes.putShort((short) (0x5000 | flags)).putShort((short) 0xffff);
    bytes.putInt(0);
    return this;
  }

  public FrameWriter udp(int sourcePort, int destinationPort) {
    transport = bytes.position();
    bytes.putShort((short) sourcePort).putShort((short) destinationPort).putInt(0);
    return this;
  }

  public FrameWriter echoRequest(int identifier, int sequence) {
    transport = bytes.position();
    bytes.putInt(0x0800_0000).putShort((short) identifier).putShort((short) sequence);
    return this;
  }

  /** ICMP or ICMPv6 with code 0, up to its eighth byte. */
  public FrameWriter icmp(int type, int rest) {
    return icmp(type, 0, rest);
  }

  /** ICMP or ICMPv6 up to its eighth byte. */
  public FrameWriter icmp(int type, int code, int rest) {
    transport = bytes.position();
    bytes.putInt(type << 24 | code << 16).putInt(rest);
    return this;
  }

  public FrameWriter int32(int value) {
    bytes.putInt(value);
    return this;
  }

  /** As they are: what an ICMP error quotes, for example. */
  public FrameWriter copy(byte[] source, int count) {
    bytes.put(source, 0, count);
    return this;
  }

  public FrameWriter zeros(int count) {
    bytes.put(new byte[count]);
    return this;
  }

  /** The frame, with all lengths and checksums right. */
  public byte[] finish() {
    int end = bytes.position();
    if (transport >= 0) {
      finishTransport(networks[layers - 1], end);
    }
    for (int layer = layers - 1; layer >= 0; layer--) {
      int at = networks[layer];
      if (bytes.get(at) >>> 4 == 4) {
        bytes.putShort(at + 2, (short) (end - at));
        bytes.putShort(at + 10, checksum(at, IPV4_BYTES, 0));
      } else {
        bytes.putShort(at + 4, (short) (end - at - IPV6_BYTES));
      }
    }
    return Arrays.copyOf(bytes.array(), end);
  }

  private void finishTransport(int network, int end) {
    int length = end - transport;
    if (protocol == UDP) {
      bytes.putShort(transport + 4, (short) length);
    }
    boolean ipv4 = bytes.get(network) >>> 4 == 4;
    long pseudo = 0;
    if (protocol != ICMP) {
      int from = network + (ipv4 ? 12 : 8);
      pseudo = sum(from, ipv4 ? 8 : 32) + protocol + length;
    }
    int field = transport + (protocol == TCP ? 16 : protocol == UDP ? 6 : 2);
    bytes.putShort(field, checksum(transport, length, pseudo));
  }

  private long sum(int from, int length) {
    long sum = 0;
    for (int i = 0; i < length - 1; i += 2) {
      sum += Short.toUnsignedInt(bytes.getShort(from + i));
    }
    return (length & 1) == 0 ? sum : sum + (Byte.toUnsignedInt(bytes.get(from + length - 1)) << 8);
  }

  /** RFC 1071, with the field itself still zero. */
  private short checksum(int from, int length, long pseudo) {
    long sum = pseudo + sum(from, length);
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (short) ~sum;
  }
}
