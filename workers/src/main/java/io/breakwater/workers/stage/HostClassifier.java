package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.packet.Tcp;
import io.breakwater.workers.packet.Udp;
import io.breakwater.workers.table.HostClass;
import io.breakwater.workers.table.KernelFlows;
import io.breakwater.workers.table.PortSettings;

/**
 * Tells which {@link HostClass} a valid packet for the host is of.
 *
 * <p>What a flood can forge is not enough for a class that has to get through: a TCP segment counts
 * as a known connection's only if the kernel has sent on that connection; BFD on one hop (RFC 5881
 * section 5) and VRRP (RFC 5798 5.1.1.3) must have TTL 255, which no router lets through; OSPF must
 * come from the link. BFD over several hops (RFC 5883) has no such proof: its port must do.
 *
 * <p>Cost: the packet's headers and one cache line of {@link KernelFlows}. A fragment, and IPv6
 * with extension headers, is {@link HostClass#OTHER}. Called only from the worker's thread.
 */
final class HostClassifier {

  private static final int PROTOCOL_OSPF = 89;
  private static final int PROTOCOL_VRRP = 112;
  private static final int PORT_BGP = 179;
  private static final int PORT_BFD = 3784;
  private static final int PORT_BFD_ECHO = 3785;
  private static final int PORT_BFD_MULTIHOP = 4784;
  private static final int TTL_OF_THE_LINK = 255;

  private final KernelFlows flows;

  HostClassifier(KernelFlows flows) {
    this.flows = flows;
  }

  HostClass ofIpv4(PacketMemory memory, int network, PortSettings port) {
    if (Ipv4.isFragment(Ipv4.flagsAndOffset(memory, network))) {
      return HostClass.OTHER;
    }
    int transport = network + Ipv4.headerBytes(memory, network);
    int ttl = Ipv4.ttl(memory, network);
    int source = Ipv4.source(memory, network);
    return switch (Ipv4.protocol(memory, network)) {
      case Ipv4.PROTOCOL_TCP -> {
        int local = Ipv4.destination(memory, network);
        long flow =
            flows.ipv4(
                local,
                source,
                Tcp.destinationPort(memory, transport),
                Tcp.sourcePort(memory, transport));
        yield tcp(memory, transport, flow);
      }
      case Ipv4.PROTOCOL_UDP -> udp(memory, transport, ttl);
      case Ipv4.PROTOCOL_ICMP -> HostClass.ICMP;
      case PROTOCOL_OSPF -> control(PortAddresses.connected(port, source) >= 0);
      case PROTOCOL_VRRP -> control(ttl == TTL_OF_THE_LINK);
      default -> HostClass.OTHER;
    };
  }

  HostClass ofIpv6(PacketMemory memory, int network, PortSettings port) {
    int transport = network + Ipv6.HEADER_BYTES;
    int hopLimit = Ipv6.hopLimit(memory, network);
    long sourceHigh = Ipv6.sourceHigh(memory, network);
    long sourceLow = Ipv6.sourceLow(memory, network);
    return switch (Ipv6.nextHeader(memory, network)) {
      case Ipv4.PROTOCOL_TCP -> {
        long flow =
            flows.ipv6(
                Ipv6.destinationHigh(memory, network),
                Ipv6.destinationLow(memory, network),
                sourceHigh,
                sourceLow,
                Tcp.destinationPort(memory, transport),
                Tcp.sourcePort(memory, transport));
        yield tcp(memory, transport, flow);
      }
      case Ipv4.PROTOCOL_UDP -> udp(memory, transport, hopLimit);
      case Ipv6.NEXT_ICMPV6 -> HostClass.ICMP;
      case PROTOCOL_OSPF -> control(PortAddresses.connected(port, sourceHigh, sourceLow) >= 0);
      case PROTOCOL_VRRP -> control(hopLimit == TTL_OF_THE_LINK);
      default -> HostClass.OTHER;
    };
  }

  /** A SYN opens a connection even where there is one (RFC 5961 section 4): it is not a known's. */
  private HostClass tcp(PacketMemory memory, int transport, long flow) {
    boolean bgp =
        Tcp.sourcePort(memory, transport) == PORT_BGP
            || Tcp.destinationPort(memory, transport) == PORT_BGP;
    boolean opens = (Tcp.flags(memory, transport) & (Tcp.SYN | Tcp.ACK)) == Tcp.SYN;
    if (!opens && flows.contains(flow)) {
      return bgp ? HostClass.CONTROL : HostClass.MANAGEMENT;
    }
    return bgp ? HostClass.CONTROL_NEW : HostClass.MANAGEMENT_NEW;
  }

  private static HostClass udp(PacketMemory memory, int transport, int ttl) {
    int destination = Udp.destinationPort(memory, transport);
    boolean oneHop = destination == PORT_BFD || destination == PORT_BFD_ECHO;
    return control(oneHop ? ttl == TTL_OF_THE_LINK : destination == PORT_BFD_MULTIHOP);
  }

  private static HostClass control(boolean proven) {
    return proven ? HostClass.CONTROL : HostClass.OTHER;
  }
}
