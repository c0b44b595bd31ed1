package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.packet.Tcp;
import io.breakwater.workers.table.KernelFlows;

/**
 * Takes a frame that the host's own stack sends: may it leave, and which TCP connection does it
 * tell of?
 *
 * <p>It leaves as it is, whatever is in it, if it is a whole Ethernet frame from the port's own
 * address and not longer than the port's. A connection is learned from what only the kernel can
 * begin: a SYN of its own, and a segment without SYN and RST. Its SYN-ACKs and RSTs answer anybody,
 * and teach nothing.
 *
 * <p>Called only from the host thread.
 */
public final class HostInput {

  private final KernelFlows flows;

  public HostInput(KernelFlows flows) {
    this.flows = flows;
  }

  /**
   * Whether the frame may leave.
   *
   * @param length bytes of the frame; negative if it is not in one piece
   * @param mac the port's own Ethernet address
   */
  public boolean accept(
      PacketMemory memory, int frame, int length, long mac, int mtuBytes, long nowNs) {
    int lengthMax = Ethernet.HEADER_BYTES + Ethernet.TAGS_MAX * Ethernet.TAG_BYTES + mtuBytes;
    if (length < Ethernet.HEADER_BYTES
        || length > lengthMax
        || Ethernet.source(memory, frame) != mac) {
      return false;
    }
    int network = frame + Ethernet.HEADER_BYTES;
    int available = length - Ethernet.HEADER_BYTES;
    switch (Ethernet.type(memory, frame)) {
      case Ethernet.TYPE_IPV4 -> learnIpv4(memory, network, available, nowNs);
      case Ethernet.TYPE_IPV6 -> learnIpv6(memory, network, available, nowNs);
      default -> {}
    }
    return true;
  }

  private void learnIpv4(PacketMemory memory, int network, int available, long nowNs) {
    if (available < Ipv4.HEADER_BYTES
        || Ipv4.protocol(memory, network) != Ipv4.PROTOCOL_TCP
        || Ipv4.isFragment(Ipv4.flagsAndOffset(memory, network))) {
      return;
    }
    int headerBytes = Ipv4.headerBytes(memory, network);
    int transport = network + headerBytes;
    if (available - headerBytes >= Tcp.HEADER_BYTES && isOwnBeginning(memory, transport)) {
      long flow =
          flows.ipv4(
              Ipv4.source(memory, network),
              Ipv4.destination(memory, network),
              Tcp.sourcePort(memory, transport),
              Tcp.destinationPort(memory, transport));
      flows.learn(flow, nowNs);
    }
  }

  private void learnIpv6(PacketMemory memory, int network, int available, long nowNs) {
    int transport = network + Ipv6.HEADER_BYTES;
    if (available < Ipv6.HEADER_BYTES + Tcp.HEADER_BYTES
        || Ipv6.nextHeader(memory, network) != Ipv4.PROTOCOL_TCP
        || !isOwnBeginning(memory, transport)) {
      return;
    }
    long flow =
        flows.ipv6(
            Ipv6.sourceHigh(memory, network),
            Ipv6.sourceLow(memory, network),
            Ipv6.destinationHigh(memory, network),
            Ipv6.destinationLow(memory, network),
            Tcp.sourcePort(memory, transport),
            Tcp.destinationPort(memory, transport));
    flows.learn(flow, nowNs);
  }

  private static boolean isOwnBeginning(PacketMemory memory, int transport) {
    int flags = Tcp.flags(memory, transport);
    return (flags & Tcp.RST) == 0 && (flags & (Tcp.SYN | Tcp.ACK)) != (Tcp.SYN | Tcp.ACK);
  }
}
