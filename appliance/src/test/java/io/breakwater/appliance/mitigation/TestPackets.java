package io.breakwater.appliance.mitigation;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Writes IPv4 packets for the detector: checksums are not filled in, nobody here reads them. */
final class TestPackets {

  static final int FIN = 1;
  static final int SYN = 2;
  static final int RST = 4;
  static final int PSH = 8;
  static final int ACK = 16;

  private static final int IP_BYTES = 20;

  private TestPackets() {}

  static byte[] bytes(SplittableRandom random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  static int pick(SplittableRandom random, int... values) {
    return values[random.nextInt(values.length)];
  }

  static byte[] ip(SplittableRandom random, int protocol, int ttl, int fragment, byte[] rest) {
    ByteBuffer packet = ByteBuffer.allocate(IP_BYTES + rest.length);
    packet.put((byte) 0x45).put((byte) 0).putShort((short) packet.capacity());
    packet.putShort((short) random.nextInt()).putShort((short) fragment);
    packet.put((byte) ttl).put((byte) protocol).putShort((short) 0);
    packet.putInt(random.nextInt()).putInt(0xcb007100 | random.nextInt(16));
    return packet.put(rest).array();
  }

  static byte[] udp(SplittableRandom random, int ttl, int source, int destination, byte[] payload) {
    ByteBuffer rest = ByteBuffer.allocate(8 + payload.length);
    rest.putShort((short) source).putShort((short) destination);
    rest.putShort((short) rest.capacity()).putShort((short) random.nextInt()).put(payload);
    return ip(random, 17, ttl, 0, rest.array());
  }

  static byte[] tcp(
      SplittableRandom random,
      int ttl,
      int source,
      int destination,
      int flags,
      int window,
      byte[] options,
      byte[] payload) {
    ByteBuffer rest = ByteBuffer.allocate(20 + options.length + payload.length);
    rest.putShort((short) source).putShort((short) destination);
    rest.putInt(random.nextInt()).putInt((flags & ACK) == 0 ? 0 : random.nextInt());
    rest.put((byte) ((20 + options.length) / 4 << 4)).put((byte) flags).putShort((short) window);
    rest.putInt(random.nextInt() & 0xffff0000).put(options).put(payload);
    return ip(random, 6, ttl, 0, rest.array());
  }

  static byte[] icmp(SplittableRandom random, int ttl, int type, byte[] payload) {
    ByteBuffer rest = ByteBuffer.allocate(8 + payload.length);
    rest.put((byte) type).put((byte) 0).putShort((short) random.nextInt());
    rest.putInt(random.nextInt()).put(payload);
    return ip(random, 1, ttl, 0, rest.array());
  }
}
