package io.breakwater.perf.demo;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.breakwater.perf.demo.DemoTraffic.Kind;
import io.breakwater.perf.demo.DemoTraffic.Outcome;
import io.breakwater.perf.traffic.FrameWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Judges every frame that the demo's appliance sends, with no code of the appliance's: is it what
 * was to become of its kind, in the right tunnel, with the right checksum, one hop further?
 *
 * <p>Used by the generator's thread.
 */
final class DemoReceiver {

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private static final int NETWORK = FrameWriter.ETHERNET_BYTES;
  private static final int ARP_REQUEST = 1;
  private static final int ARP_REPLY = 2;
  private static final int ECHO_REPLY = 0;
  private static final int TIME_EXCEEDED = 11;

  private final MemorySegment memory;
  private final List<Kind> kinds;
  private final long[] deliveredByKind;
  private final boolean[] routerKnown = new boolean[DemoTraffic.ROUTER_MACS.length];
  private long answers;
  private long arpReplies;
  private long wrong;

  DemoReceiver(MemorySegment memory, List<Kind> kinds) {
    this.memory = memory;
    this.kinds = kinds;
    deliveredByKind = new long[kinds.size()];
  }

  /**
   * Judges a frame. True when it was an ARP request to our router, and the frame is now the reply.
   */
  boolean take(int frame, int length, int port) {
    int type = u16(frame + 12);
    if (type == FrameWriter.TYPE_ARP) {
      return answer(frame, port);
    }
    boolean right =
        u48(frame) == DemoTraffic.ROUTER_MACS[port]
            && (type == FrameWriter.TYPE_IPV4
                ? isRightIpv4(frame, length, port)
                : type == FrameWriter.TYPE_IPV6 && isRightEgress(frame + NETWORK, frame + length));
    if (!right) {
      wrong++;
    }
    return false;
  }

  /** RFC 826: who asks for our router's address gets it. */
  private boolean answer(int frame, int port) {
    int arp = frame + NETWORK;
    if (u16(arp + 6) != ARP_REQUEST || i32(arp + 24) != DemoTraffic.ROUTER_ADDRESSES[port]) {
      return false;
    }
    long asker = u48(arp + 8);
    int askerAddress = i32(arp + 14);
    long mac = DemoTraffic.ROUTER_MACS[port];
    setU48(frame, asker);
    setU48(frame + 6, mac);
    memory.set(SHORT, arp + 6, (short) ARP_REPLY);
    setU48(arp + 8, mac);
    memory.set(INT, arp + 14, DemoTraffic.ROUTER_ADDRESSES[port]);
    setU48(arp + 18, asker);
    memory.set(INT, arp + 24, askerAddress);
    routerKnown[port] = true;
    return true;
  }

  /** Told how many of the ARP replies went out. */
  void answered(int count) {
    arpReplies += count;
  }

  private boolean isRightIpv4(int frame, int length, int port) {
    int ip = frame + NETWORK;
    int end = ip + u16(ip + 2);
    if (u8(ip) != 0x45 || end > frame + length || !hasRightChecksum(ip)) {
      return false;
    }
    int protocol = u8(ip + 9);
    int source = i32(ip + 12);
    if (protocol == FrameWriter.GRE && source == DemoTraffic.ENDPOINT) {
      return port == DemoTraffic.CUSTOMERS && isRightDelivery(ip, end);
    }
    if (protocol == FrameWriter.ICMP && source == DemoTraffic.OWN_ADDRESSES[port]) {
      answers++;
      int icmpType = u8(ip + FrameWriter.IPV4_BYTES);
      return icmpType == ECHO_REPLY || icmpType == TIME_EXCEEDED;
    }
    return port == DemoTraffic.INTERNET && isRightEgress(ip, end);
  }

  /** In one of the tunnels of the tenant that the packet was for. */
  private boolean isRightDelivery(int ip, int end) {
    int gre = ip + FrameWriter.IPV4_BYTES;
    int remote = i32(ip + 16);
    int flagsAndType = i32(gre);
    boolean keyed = remote == DemoTraffic.CHICAGO_2;
    int inner = gre + (keyed ? 8 : 4);
    if (flagsAndType >>> 16 != (keyed ? 0x2000 : 0)
        || keyed && i32(gre + 4) != DemoTraffic.CHICAGO_2_KEY) {
      return false;
    }
    String tenant = remote == DemoTraffic.LISBON ? "globex" : "acme";
    int kind = DemoTraffic.kindOf(i32(end - 4));
    return kind >= 0
        && kinds.get(kind).outcome() == Outcome.TUNNEL
        && kinds.get(kind).tenant().equals(tenant)
        && isOneHopFurther(inner)
        && count(kind);
  }

  private boolean isRightEgress(int ip, int end) {
    int kind = DemoTraffic.kindOf(i32(end - 4));
    return kind >= 0
        && kinds.get(kind).outcome() == Outcome.EGRESS
        && isOneHopFurther(ip)
        && count(kind);
  }

  private boolean count(int kind) {
    deliveredByKind[kind]++;
    return true;
  }

  private boolean isOneHopFurther(int ip) {
    return u8(ip) >>> 4 == 4
        ? u8(ip + 8) == DemoTraffic.TTL - 1 && hasRightChecksum(ip)
        : u8(ip + 7) == DemoTraffic.TTL - 1;
  }

  private boolean hasRightChecksum(int ip) {
    long sum = 0;
    for (int i = 0; i < FrameWriter.IPV4_BYTES; i += 2) {
      sum += u16(ip + i);
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (sum & 0xffff) + (sum >>> 16) == 0xffff;
  }

  private int u8(int at) {
    return memory.get(JAVA_BYTE, at) & 0xff;
  }

  private int u16(int at) {
    return memory.get(SHORT, at) & 0xffff;
  }

  private int i32(int at) {
    return memory.get(INT, at);
  }

  private long u48(int at) {
    return (i32(at) & 0xffff_ffffL) << 16 | u16(at + 4);
  }

  private void setU48(int at, long value) {
    memory.set(INT, at, (int) (value >>> 16));
    memory.set(SHORT, at + 4, (short) value);
  }

  /** Whether the appliance has asked for both routers, and so will know them. */
  boolean allRoutersKnown() {
    for (boolean known : routerKnown) {
      if (!known) {
        return false;
      }
    }
    return true;
  }

  /** Packets of a kind that came out as they should. */
  long delivered(Kind kind) {
    return deliveredByKind[kind.number()];
  }

  /** ICMP messages of the appliance. */
  long answers() {
    return answers;
  }

  /** Replies to its ARP requests. */
  long arpReplies() {
    return arpReplies;
  }

  /** Frames that should not have come out, or not so. */
  long wrong() {
    return wrong;
  }
}
