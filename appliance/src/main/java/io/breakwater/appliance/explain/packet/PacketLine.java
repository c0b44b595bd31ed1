package io.breakwater.appliance.explain.packet;

import io.breakwater.config.nft.Vocabulary;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A frame in one line, from the outside in: {@code 198.51.100.1 > 192.0.2.200 GRE ttl 64 |
 * 198.51.100.9:4242 > 203.0.113.100:21 tcp syn seq 0 win 65535 mss 1436 ttl 63, 44 bytes}.
 */
public final class PacketLine {

  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int GRE = 47;

  private PacketLine() {}

  public static String of(byte[] frame) {
    PacketView packet = PacketView.inFrame(frame);
    if (packet != null) {
      return of(packet);
    }
    if (frame.length < 14) {
      return "no Ethernet frame, " + frame.length + " bytes";
    }
    int type = PacketView.u16(frame, 12);
    return (type == 0x0806 ? "ARP" : "no IP packet, EtherType 0x%04x".formatted(type))
        + ", "
        + frame.length
        + " bytes of frame";
  }

  public static String of(PacketView packet) {
    PacketView inner = packet.inner();
    return inner == null
        ? ends(packet)
            + " "
            + upper(packet)
            + common(packet)
            + ", "
            + packet.lengthBytes()
            + " bytes"
        : ends(packet) + " " + gre(packet) + common(packet) + " | " + of(inner);
  }

  private static String ends(PacketView packet) {
    boolean ports =
        (packet.protocol() == TCP || packet.protocol() == UDP) && packet.hasTransport(4);
    return end(packet, packet.source().toString(), ports, 0)
        + " > "
        + end(packet, packet.destination().toString(), ports, 2);
  }

  private static String end(PacketView packet, String address, boolean port, int offset) {
    if (!port) {
      return address;
    }
    String host = packet.ipv6 ? "[" + address + "]" : address;
    return host + ":" + packet.u16(packet.transport() + offset);
  }

  private static String common(PacketView packet) {
    StringBuilder text = new StringBuilder();
    if (packet.isFragment()) {
      text.append(" frag ").append(packet.fragmentOffsetBytes());
      text.append(packet.hasMoreFragments() ? " mf" : "");
    }
    int trafficClass =
        packet.ipv6 ? packet.u16(packet.network) >>> 4 & 0xff : packet.u8(packet.network + 1);
    if (trafficClass >>> 2 != 0) {
      text.append(" dscp ").append(name(Vocabulary.dscp(), trafficClass >>> 2));
    }
    if ((trafficClass & 3) != 0) {
      text.append(" ecn ").append(name(Vocabulary.ecn(), trafficClass & 3));
    }
    return text + " ttl " + packet.ttl();
  }

  private static String upper(PacketView packet) {
    int protocol = packet.protocol();
    if (protocol == TCP && packet.hasTransport(20)) {
      return tcp(packet);
    }
    if ((protocol == ICMP || protocol == ICMPV6) && packet.hasTransport(4)) {
      Map<String, Integer> types = Vocabulary.icmpTypes(protocol == ICMPV6);
      int code = packet.u8(packet.transport() + 1);
      return (protocol == ICMP ? "icmp " : "icmpv6 ")
          + name(types, packet.u8(packet.transport()))
          + (code == 0 ? "" : " code " + code);
    }
    return switch (protocol) {
      case TCP -> "tcp";
      case UDP -> "udp";
      case ICMP -> "icmp";
      case ICMPV6 -> "icmpv6";
      case PacketView.NONE -> "headers that break off";
      default -> "proto " + name(Vocabulary.protocols(), protocol);
    };
  }

  private static String tcp(PacketView packet) {
    int at = packet.transport();
    StringBuilder text = new StringBuilder("tcp ").append(flags(packet.u8(at + 13)));
    text.append(" seq ").append(packet.u32(at + 4));
    if ((packet.u8(at + 13) & 0x10) != 0) {
      text.append(" ackseq ").append(packet.u32(at + 8));
    }
    text.append(" window ").append(packet.u16(at + 14));
    return text.append(packet.mss() == PacketView.NONE ? "" : " mss " + packet.mss()).toString();
  }

  private static String flags(int flags) {
    return flags == 0
        ? "none"
        : Vocabulary.tcpFlags().entrySet().stream()
            .filter(flag -> (flags & flag.getValue()) != 0)
            .map(Map.Entry::getKey)
            .collect(Collectors.joining(","));
  }

  private static String gre(PacketView packet) {
    int flags = packet.u16(packet.transport());
    int key = packet.transport() + 4 + ((flags & 0x8000) != 0 ? 4 : 0);
    return "gre" + ((flags & 0x2000) != 0 ? " key " + packet.u32(key) : "");
  }

  private static String name(Map<String, Integer> names, int value) {
    return names.entrySet().stream()
        .filter(name -> name.getValue() == value)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(Integer.toString(value));
  }
}
