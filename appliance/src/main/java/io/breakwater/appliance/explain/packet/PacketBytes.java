package io.breakwater.appliance.explain.packet;

import static io.breakwater.appliance.explain.packet.PacketDraft.ICMP;
import static io.breakwater.appliance.explain.packet.PacketDraft.ICMPV6;
import static io.breakwater.appliance.explain.packet.PacketDraft.TCP;
import static io.breakwater.appliance.explain.packet.PacketDraft.UDP;
import static io.breakwater.appliance.explain.packet.PacketDraft.UNSET;

import java.nio.ByteBuffer;

/**
 * Writes the packet of a description: RFC 791, 8200, 9293, 768, 792 and 4443, with lengths and
 * checksums. A fragment other than the first is its payload behind the IP header; the transport
 * header stands in the first.
 */
final class PacketBytes {

  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;
  private static final int FRAGMENT_HEADER_BYTES = 8;
  private static final int FRAGMENT_HEADER = 44;
  private static final int TCP_BYTES = 20;
  private static final int SHORT_HEADER_BYTES = 8;

  private final PacketDraft packet;
  private final ByteBuffer bytes;

  private PacketBytes(PacketDraft packet) {
    this.packet = packet;
    bytes = ByteBuffer.allocate(lengthBytes(packet));
  }

  static byte[] of(PacketDraft packet) {
    PacketBytes writer = new PacketBytes(packet);
    writer.write();
    return writer.bytes.array();
  }

  /** From the IP header to the payload's end. */
  static int lengthBytes(PacketDraft packet) {
    return networkBytes(packet) + transportBytes(packet) + packet.payload.length;
  }

  private static int networkBytes(PacketDraft packet) {
    return packet.isIpv6()
        ? IPV6_BYTES + (packet.isFragment() ? FRAGMENT_HEADER_BYTES : 0)
        : IPV4_BYTES;
  }

  private static int transportBytes(PacketDraft packet) {
    if (packet.fragmentOffsetBytes > 0) {
      return 0;
    }
    return switch (packet.protocol) {
      case TCP -> TCP_BYTES + optionBytes(packet);
      case UDP, ICMP, ICMPV6 -> SHORT_HEADER_BYTES;
      default -> 0;
    };
  }

  /** MSS 4, window scale 3, SACK permitted 2, timestamps 10, filled up to words. */
  private static int optionBytes(PacketDraft packet) {
    int bytes =
        (packet.mss == UNSET ? 0 : 4)
            + (packet.windowScale == UNSET ? 0 : 3)
            + (packet.sackPermitted ? 2 : 0)
            + (packet.timestamp == UNSET ? 0 : 10);
    return bytes + 3 & ~3;
  }

  private void write() {
    if (packet.isIpv6()) {
      ipv6();
    } else {
      ipv4();
    }
    int transport = bytes.position();
    if (packet.fragmentOffsetBytes == 0) {
      transport();
    }
    bytes.put(packet.payload);
    if (packet.fragmentOffsetBytes == 0) {
      transportChecksum(transport);
    }
  }

  private void ipv4() {
    int fragment =
        (packet.dontFragment ? 0x4000 : 0)
            | (packet.moreFragments ? 0x2000 : 0)
            | packet.fragmentOffsetBytes / 8;
    bytes.put((byte) 0x45).put((byte) (packet.dscp << 2 | packet.ecn));
    bytes.putShort((short) bytes.capacity());
    bytes.putShort((short) packet.id).putShort((short) fragment);
    bytes.put((byte) packet.ttl).put((byte) packet.protocol).putShort((short) 0);
    bytes.put(packet.source.bytes()).put(packet.destination.bytes());
    bytes.putShort(10, (short) finish(sum(0, IPV4_BYTES)));
  }

  private void ipv6() {
    boolean fragment = packet.isFragment();
    int trafficClass = packet.dscp << 2 | packet.ecn;
    bytes.putInt(6 << 28 | trafficClass << 20 | packet.flowLabel);
    bytes.putShort((short) (bytes.capacity() - IPV6_BYTES));
    bytes.put((byte) (fragment ? FRAGMENT_HEADER : packet.protocol)).put((byte) packet.ttl);
    bytes.put(packet.source.bytes()).put(packet.destination.bytes());
    if (fragment) {
      bytes.put((byte) packet.protocol).put((byte) 0);
      bytes.putShort((short) (packet.fragmentOffsetBytes | (packet.moreFragments ? 1 : 0)));
      bytes.putInt(packet.id);
    }
  }

  private void transport() {
    switch (packet.protocol) {
      case TCP -> tcp();
      case UDP -> {
        ports();
        bytes.putShort((short) (SHORT_HEADER_BYTES + packet.payload.length)).putShort((short) 0);
      }
      case ICMP, ICMPV6 -> {
        bytes.put((byte) packet.icmpType).put((byte) packet.icmpCode).putShort((short) 0);
        bytes.putShort((short) packet.icmpId).putShort((short) packet.icmpSequence);
      }
      default -> {}
    }
  }

  private void ports() {
    bytes.putShort((short) Math.max(0, packet.sourcePort));
    bytes.putShort((short) Math.max(0, packet.destinationPort));
  }

  private void tcp() {
    ports();
    int optionBytes = optionBytes(packet);
    bytes.putInt((int) packet.sequence).putInt((int) packet.acknowledgement);
    bytes.put((byte) ((TCP_BYTES + optionBytes) / 4 << 4)).put((byte) packet.tcpFlags);
    bytes.putShort((short) packet.window).putShort((short) 0);
    bytes.putShort((short) packet.urgentPointer);
    int end = bytes.position() + optionBytes;
    if (packet.mss != UNSET) {
      bytes.put((byte) 2).put((byte) 4).putShort((short) packet.mss);
    }
    if (packet.windowScale != UNSET) {
      bytes.put((byte) 3).put((byte) 3).put((byte) packet.windowScale);
    }
    if (packet.sackPermitted) {
      bytes.put((byte) 4).put((byte) 2);
    }
    if (packet.timestamp != UNSET) {
      bytes.put((byte) 8).put((byte) 10);
      bytes.putInt((int) packet.timestamp).putInt((int) packet.timestampEcho);
    }
    // What is left of the last word is 0, the end of the options.
    bytes.position(end);
  }

  /** Over what is there: that of a first fragment is not right for the whole datagram. */
  private void transportChecksum(int transport) {
    int at =
        switch (packet.protocol) {
          case TCP -> 16;
          case UDP -> 6;
          case ICMP, ICMPV6 -> 2;
          default -> UNSET;
        };
    if (at == UNSET) {
      return;
    }
    long sum = sum(transport, bytes.capacity());
    if (packet.protocol != ICMP) {
      // RFC 9293 3.1 and RFC 8200 8.1: both pseudo headers add up to this.
      int addresses = packet.isIpv6() ? 8 : 12;
      sum += sum(addresses, addresses + 2 * packet.source.bytes().length);
      sum += packet.protocol + bytes.capacity() - transport;
    }
    int checksum = finish(sum);
    // RFC 768: 0 means that there is none.
    bytes.putShort(
        transport + at, (short) (checksum == 0 && packet.protocol == UDP ? 0xffff : checksum));
  }

  private long sum(int from, int end) {
    long sum = 0;
    for (int at = from; at < end; at++) {
      sum += (bytes.get(at) & 0xff) << ((at - from & 1) == 0 ? 8 : 0);
    }
    return sum;
  }

  private static int finish(long sum) {
    long folded = sum;
    while (folded > 0xffff) {
      folded = (folded >>> 16) + (folded & 0xffff);
    }
    return (int) ~folded & 0xffff;
  }
}
