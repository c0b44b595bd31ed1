package io.breakwater.appliance.replay;

import java.nio.ByteBuffer;

/** Ethernet frames for the tests of replay: enough of IPv4 to be delivered, answered or dropped. */
public final class Frames {

  public static final long PORT_MAC = 0x020000000002L;
  public static final long SENDER_MAC = 0x020000000001L;

  private Frames() {}

  /** A UDP packet with 8 bytes of payload: 50 bytes of frame. */
  public static byte[] udp(int source, int destination) {
    ByteBuffer frame = ByteBuffer.allocate(50);
    ethernet(frame, PORT_MAC, 0x0800);
    int ip = frame.position();
    frame.putShort((short) 0x4500).putShort((short) 36).putInt(0x12340000);
    frame.put((byte) 64).put((byte) 17).putShort((short) 0).putInt(source).putInt(destination);
    frame.putShort(ip + 10, checksum(frame, ip, 20));
    frame.putShort((short) 1234).putShort((short) 53).putShort((short) 16).putShort((short) 0);
    return frame.array();
  }

  /** Who has {@code target}? Tell {@code sender}. */
  public static byte[] arpRequest(int sender, int target) {
    ByteBuffer frame = ByteBuffer.allocate(42);
    ethernet(frame, 0xffff_ffff_ffffL, 0x0806);
    frame.putShort((short) 1).putShort((short) 0x0800).put((byte) 6).put((byte) 4);
    frame.putShort((short) 1);
    mac(frame, SENDER_MAC);
    frame.putInt(sender);
    mac(frame, 0);
    frame.putInt(target);
    return frame.array();
  }

  private static void ethernet(ByteBuffer frame, long destination, int type) {
    mac(frame, destination);
    mac(frame, SENDER_MAC);
    frame.putShort((short) type);
  }

  private static void mac(ByteBuffer frame, long mac) {
    frame.putShort((short) (mac >>> 32)).putInt((int) mac);
  }

  private static short checksum(ByteBuffer bytes, int from, int length) {
    int sum = 0;
    for (int at = from; at < from + length; at += 2) {
      sum += bytes.getShort(at) & 0xffff;
    }
    return (short) ~((sum & 0xffff) + (sum >>> 16));
  }
}
