package io.breakwater.workers;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Builds frames for tests, layer by layer from the outside in, with lengths and checksums filled in
 * from the inside out.
 *
 * <pre>
 * byte[] frame = Frames.ethernet(PORT_MAC, PEER_MAC).vlan(7)
 *     .ipv4("192.0.2.1", "192.0.2.2").ttl(3).udp(53, 53).payload(16).bytes();
 * </pre>
 *
 * <p>Nothing here uses the code under test: checksums are computed byte by byte ({@link
 * #checksum}), offsets are spelled out. Setters such as {@link #ttl} act on the layer added last.
 * To break a frame, change the bytes afterwards.
 */
public final class Frames {

  /** One layer: gives the bytes of itself and of the payload behind it. */
  private interface Layer {
    byte[] render(byte[] payload, Ip enclosing);
  }

  private final List<Layer> layers = new ArrayList<>();

  private Frames() {}

  // ---------------------------------------------------------------- text to values

  /** Bytes of a hexadecimal text; blanks and colons are skipped. */
  public static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replaceAll("[\\s:]", ""));
  }

  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** An Ethernet address such as {@code 02:00:00:00:00:01} in the low 48 bits. */
  public static long mac(String text) {
    return Long.parseLong(text.replace(":", ""), 16);
  }

  public static int ipv4(String text) {
    return ByteBuffer.wrap(address(text)).getInt();
  }

  /** Bytes 0-7 of an IPv6 address. */
  public static long high(String ipv6) {
    return ByteBuffer.wrap(address(ipv6)).getLong();
  }

  /** Bytes 8-15 of an IPv6 address. */
  public static long low(String ipv6) {
    return ByteBuffer.wrap(address(ipv6)).getLong(8);
  }

  /** The 4 or 16 bytes of a literal address. */
  public static byte[] address(String text) {
    try {
      return InetAddress.ofLiteral(text).getAddress();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not a literal address: text=" + text, e);
    }
  }

  /** {@code count} bytes: 0, 1, 2, ... */
  public static byte[] counting(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  // ---------------------------------------------------------------- reading

  public static int u8(byte[] bytes, int at) {
    return bytes[at] & 0xff;
  }

  public static int u16(byte[] bytes, int at) {
    return u8(bytes, at) << 8 | u8(bytes, at + 1);
  }

  /** RFC 1071, one byte at a time: the value for a checksum field that holds zero now. */
  public static int checksum(byte[]... parts) {
    int sum = 0;
    int position = 0;
    for (byte[] part : parts) {
      for (byte value : part) {
        sum += (position & 1) == 0 ? (value & 0xff) << 8 : value & 0xff;
        sum = (sum & 0xffff) + (sum >>> 16);
        position++;
      }
    }
    return ~sum & 0xffff;
  }

  /** Whether the IPv4 header at {@code at} has a right checksum. */
  public static boolean ipv4ChecksumHolds(byte[] frame, int at) {
    return checksum(Arrays.copyOfRange(frame, at, at + ((frame[at] & 0xf) << 2))) == 0;
  }

  /** Whether the ICMP message in the IPv4 packet at {@code at} has a right checksum. */
  public static boolean icmpChecksumHolds(byte[] frame, int at) {
    int header = (frame[at] & 0xf) << 2;
    return checksum(Arrays.copyOfRange(frame, at + header, at + u16(frame, at + 2))) == 0;
  }

  /** Whether the TCP, UDP or ICMPv6 checksum directly behind the IP header is right. */
  public static boolean upperChecksumHolds(byte[] frame, int at) {
    if (u8(frame, at) >>> 4 == 4) {
      int headerBytes = (frame[at] & 0xf) << 2;
      byte[] upper = Arrays.copyOfRange(frame, at + headerBytes, at + u16(frame, at + 2));
      byte[] addresses = Arrays.copyOfRange(frame, at + 12, at + 20);
      byte[] tail = {0, frame[at + 9], (byte) (upper.length >>> 8), (byte) upper.length};
      return checksum(addresses, tail, upper) == 0;
    }
    int length = u16(frame, at + 4);
    byte[] upper = Arrays.copyOfRange(frame, at + 40, at + 40 + length);
    byte[] addresses = Arrays.copyOfRange(frame, at + 8, at + 40);
    byte[] tail = ByteBuffer.allocate(8).putInt(length).putInt(u8(frame, at + 6)).array();
    return checksum(addresses, tail, upper) == 0;
  }

  // ---------------------------------------------------------------- layers

  /** A frame's Ethernet header; its type is that of the layer behind it. */
  public static Frames ethernet(String destination, String source) {
    return ethernet(destination, source, -1);
  }

  /** A frame's Ethernet header of any type. */
  public static Frames ethernet(String destination, String source, int type) {
    Frames frames = new Frames();
    return frames.add(frames.new Ethernet(hex(destination), hex(source), type));
  }

  /** A packet without Ethernet, to be carried by {@link #payload(byte[])}. */
  public static Frames packet() {
    return new Frames();
  }

  /** An 802.1Q tag. */
  public Frames vlan(int id) {
    return add(new Tag(0x8100, id));
  }

  /** An 802.1ad service tag. */
  public Frames serviceVlan(int id) {
    return add(new Tag(0x88a8, id));
  }

  public Frames arp(
      int operation, String senderMac, String sender, String targetMac, String target) {
    return add((payload, ip) ->
        join(
            hex("0001 0800 06 04"),
            short2(operation),
            hex(senderMac),
            address(sender),
            hex(targetMac),
            address(target),
            payload));
  }

  public Frames ipv4(String source, String destination) {
    return add(new Ipv4(address(source), address(destination)));
  }

  public Frames ipv6(String source, String destination) {
    return add(new Ipv6(address(source), address(destination)));
  }

  /** An IPv6 extension header: {@code data} is what follows next header and length. */
  public Frames extension(int type, byte[] data) {
    return add(new Extension(type, data));
  }

  public Frames tcp(int source, int destination, int flags) {
    byte[] header = new byte[20];
    ByteBuffer.wrap(header).putShort((short) source).putShort((short) destination);
    header[12] = 0x50;
    header[13] = (byte) flags;
    ByteBuffer.wrap(header).putShort(14, (short) 0xffff);
    return add(new Upper(6, header, 16, true));
  }

  /** TCP with options, a multiple of 4 bytes. */
  public Frames tcp(int source, int destination, int flags, byte[] options) {
    byte[] header = new byte[20 + options.length];
    ByteBuffer.wrap(header).putShort((short) source).putShort((short) destination);
    header[12] = (byte) (header.length / 4 << 4);
    header[13] = (byte) flags;
    ByteBuffer.wrap(header).putShort(14, (short) 0xffff).put(20, options);
    return add(new Upper(6, header, 16, true));
  }

  public Frames udp(int source, int destination) {
    byte[] header = new byte[8];
    ByteBuffer.wrap(header).putShort((short) source).putShort((short) destination);
    return add(new Upper(17, header, 6, true));
  }

  /** ICMP with the four bytes behind the checksum. */
  public Frames icmp(int type, int code, int rest) {
    return add(new Upper(1, icmpHeader(type, code, rest), 2, false));
  }

  /** ICMPv6 with the four bytes behind the checksum. */
  public Frames icmpv6(int type, int code, int rest) {
    return add(new Upper(58, icmpHeader(type, code, rest), 2, true));
  }

  /** GRE with C, K and S clear. */
  public Frames gre() {
    return add(new Gre(new byte[0], 0));
  }

  /** GRE with a key. */
  public Frames gre(int key) {
    return add(new Gre(ByteBuffer.allocate(4).putInt(key).array(), 0x2000));
  }

  /** GRE with any of the C, K and S bits, and a checksum that is right. */
  public Frames gre(boolean checksum, boolean keyed, int key, boolean sequence) {
    ByteArrayOutputStream fields = new ByteArrayOutputStream();
    int flags = (checksum ? 0x8000 : 0) | (keyed ? 0x2000 : 0) | (sequence ? 0x1000 : 0);
    if (checksum) {
      fields.writeBytes(new byte[4]);
    }
    if (keyed) {
      fields.writeBytes(ByteBuffer.allocate(4).putInt(key).array());
    }
    if (sequence) {
      fields.writeBytes(hex("00000009"));
    }
    return add(new Gre(fields.toByteArray(), flags));
  }

  public Frames payload(byte[] bytes) {
    return add((payload, ip) -> join(bytes, payload));
  }

  public Frames payload(String hex) {
    return payload(hex(hex));
  }

  /** {@code count} bytes 0, 1, 2, ... */
  public Frames payload(int count) {
    return payload(counting(count));
  }

  // ---------------------------------------------------------------- fields of the last IP layer

  /** TTL or hop limit. */
  public Frames ttl(int ttl) {
    lastIp().ttl = ttl;
    return this;
  }

  /** TOS or traffic class. */
  public Frames tos(int tos) {
    lastIp().tos = tos;
    return this;
  }

  /** IPv6 flow label. */
  public Frames label(int label) {
    lastIp().label = label;
    return this;
  }

  /** Overrides the protocol or next header of the layer that follows. */
  public Frames protocol(int protocol) {
    lastIp().protocol = protocol;
    return this;
  }

  /** IPv4 identification. */
  public Frames id(int id) {
    lastIp().id = id;
    return this;
  }

  /** IPv4 flags and fragment offset, as one word. */
  public Frames flagsAndOffset(int word) {
    lastIp().flagsAndOffset = word;
    return this;
  }

  /** IPv4 options, a multiple of 4 bytes. */
  public Frames options(String hex) {
    lastIp().options = hex(hex);
    return this;
  }

  public byte[] bytes() {
    byte[] bytes = new byte[0];
    for (int i = layers.size() - 1; i >= 0; i--) {
      bytes = layers.get(i).render(bytes, enclosing(i));
    }
    return bytes;
  }

  // ---------------------------------------------------------------- within

  private Frames add(Layer layer) {
    layers.add(layer);
    return this;
  }

  private Ip lastIp() {
    return enclosing(layers.size());
  }

  private Ip enclosing(int before) {
    for (int i = before - 1; i >= 0; i--) {
      if (layers.get(i) instanceof Ip ip) {
        return ip;
      }
    }
    return null;
  }

  private Layer behind(Layer layer) {
    int next = layers.indexOf(layer) + 1;
    return next < layers.size() ? layers.get(next) : null;
  }

  private int typeBehind(Layer layer) {
    return switch (behind(layer)) {
      case null -> 0x88b5;
      case Tag tag -> tag.type;
      case Ipv4 ip -> 0x0800;
      case Ipv6 ip -> 0x86dd;
      case Layer other -> layer instanceof Gre ? 0x6558 : 0x0806;
    };
  }

  private int protocolBehind(Layer layer) {
    return switch (behind(layer)) {
      case Upper upper -> upper.protocol;
      case Extension extension -> extension.type;
      case Gre gre -> 47;
      case Ipv4 ip -> 4;
      case Ipv6 ip -> 41;
      case null, default -> 59;
    };
  }

  private static byte[] icmpHeader(int type, int code, int rest) {
    return ByteBuffer.allocate(8).put((byte) type).put((byte) code).putInt(4, rest).array();
  }

  private static byte[] short2(int value) {
    return new byte[] {(byte) (value >>> 8), (byte) value};
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private final class Ethernet implements Layer {
    private final byte[] destination;
    private final byte[] source;
    private final int type;

    Ethernet(byte[] destination, byte[] source, int type) {
      this.destination = destination;
      this.source = source;
      this.type = type;
    }

    @Override
    public byte[] render(byte[] payload, Ip enclosing) {
      return join(destination, source, short2(type < 0 ? typeBehind(this) : type), payload);
    }
  }

  private final class Tag implements Layer {
    private final int type;
    private final int id;

    Tag(int type, int id) {
      this.type = type;
      this.id = id;
    }

    @Override
    public byte[] render(byte[] payload, Ip enclosing) {
      return join(short2(id), short2(typeBehind(this)), payload);
    }
  }

  private final class Gre implements Layer {
    private final byte[] fields;
    private final int flags;

    Gre(byte[] fields, int flags) {
      this.fields = fields;
      this.flags = flags;
    }

    @Override
    public byte[] render(byte[] payload, Ip enclosing) {
      byte[] packet = join(short2(flags), short2(typeBehind(this)), fields, payload);
      if ((flags & 0x8000) != 0) {
        ByteBuffer.wrap(packet).putShort(4, (short) checksum(packet));
      }
      return packet;
    }
  }

  private final class Extension implements Layer {
    private final int type;
    private final byte[] data;

    Extension(int type, byte[] data) {
      this.type = type;
      this.data = data;
    }

    @Override
    public byte[] render(byte[] payload, Ip enclosing) {
      int length = type == 51 ? (data.length + 2) / 4 - 2 : (data.length + 2) / 8 - 1;
      byte second = (byte) (type == 44 ? data[0] : length);
      byte[] rest = type == 44 ? Arrays.copyOfRange(data, 1, data.length) : data;
      return join(new byte[] {(byte) protocolBehind(this), second}, rest, payload);
    }
  }

  /** A transport header with a checksum, which covers the pseudo-header when it is told so. */
  private static final class Upper implements Layer {
    private final int protocol;
    private final byte[] header;
    private final int checksumAt;
    private final boolean pseudo;

    Upper(int protocol, byte[] header, int checksumAt, boolean pseudo) {
      this.protocol = protocol;
      this.header = header;
      this.checksumAt = checksumAt;
      this.pseudo = pseudo;
    }

    @Override
    public byte[] render(byte[] payload, Ip enclosing) {
      byte[] whole = join(header, payload);
      if (protocol == 17) {
        ByteBuffer.wrap(whole).putShort(4, (short) whole.length);
      }
      byte[] front =
          pseudo && enclosing != null
              ? enclosing.pseudoHeader(whole.length, protocol)
              : new byte[0];
      int checksum = checksum(front, whole);
      if (protocol == 17 && checksum == 0) {
        checksum = 0xffff;
      }
      ByteBuffer.wrap(whole).putShort(checksumAt, (short) checksum);
      return whole;
    }
  }

  private abstract static class Ip implements Layer {
    final byte[] source;
    final byte[] destination;
    int ttl = 64;
    int tos;
    int label;
    int protocol = -1;
    int id = 0x1234;
    int flagsAndOffset;
    byte[] options = {};

    Ip(byte[] source, byte[] destination) {
      this.source = source;
      this.destination = destination;
    }

    final byte[] pseudoHeader(int length, int protocol) {
      byte[] tail = ByteBuffer.allocate(8).putInt(length).putInt(protocol).array();
      return join(source, destination, tail);
    }
  }

  private final class Ipv4 extends Ip {

    Ipv4(byte[] source, byte[] destination) {
      super(source, destination);
    }

    @Override
    public byte[] render(byte[] payload, Ip enclosing) {
      int headerBytes = 20 + options.length;
      ByteBuffer header = ByteBuffer.allocate(headerBytes);
      header.put((byte) (0x40 | headerBytes / 4)).put((byte) tos);
      header.putShort((short) (headerBytes + payload.length));
      header.putShort((short) id).putShort((short) flagsAndOffset);
      header.put((byte) ttl).put((byte) (protocol < 0 ? protocolBehind(this) : protocol));
      header.putShort((short) 0).put(source).put(destination).put(options);
      header.putShort(10, (short) checksum(header.array()));
      return join(header.array(), payload);
    }
  }

  private final class Ipv6 extends Ip {

    Ipv6(byte[] source, byte[] destination) {
      super(source, destination);
    }

    @Override
    public byte[] render(byte[] payload, Ip enclosing) {
      ByteBuffer header = ByteBuffer.allocate(40);
      header.putInt(6 << 28 | tos << 20 | label).putShort((short) payload.length);
      header.put((byte) (protocol < 0 ? protocolBehind(this) : protocol)).put((byte) ttl);
      header.put(source).put(destination);
      return join(header.array(), payload);
    }
  }
}
