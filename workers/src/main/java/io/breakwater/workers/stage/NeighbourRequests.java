package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Arp;
import io.breakwater.workers.packet.Checksum;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Icmpv6;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.PortSettings;

/**
 * Writes the frames that ask for a neighbour's Ethernet address: ARP requests (RFC 826) and
 * neighbour solicitations (RFC 4861 4.3, sent as 7.2.2 says).
 *
 * <p>To {@code mac} when the neighbour is only to be verified, to everybody (ARP) or to its
 * solicited-node group (RFC 4291 2.7.1) when {@code mac} is 0. Frames carry the port's tags, the
 * outer one of two as a service tag (802.1ad), and are filled up to Ethernet's 60 bytes.
 *
 * <p>Stateless; the frame must have room for 128 bytes.
 */
final class NeighbourRequests {

  private static final int FRAME_BYTES_MIN = 60;
  private static final long SOLICITED_NODE_HIGH = 0xff02_0000_0000_0000L;
  private static final long SOLICITED_NODE_LOW = 0x0000_0001_ff00_0000L;
  private static final long MULTICAST_MAC = 0x3333_0000_0000L;

  private NeighbourRequests() {}

  /**
   * An ARP request for {@code target}, from our address in its subnet, else our first; the port
   * must have one.
   *
   * @return the frame's length
   */
  static int writeArp(PacketMemory memory, int frame, PortSettings port, int target, long mac) {
    int source = port.ipv4Addresses()[Math.max(PortAddresses.connected(port, target), 0)];
    long destination = mac == 0 ? Ethernet.BROADCAST : mac;
    int arp = writeEthernet(memory, frame, port, destination, Ethernet.TYPE_ARP);
    Arp.write(memory, arp, Arp.REQUEST, port.mac(), source, 0, target);
    int length = arp + Arp.PACKET_BYTES - frame;
    for (; length < FRAME_BYTES_MIN; length++) {
      memory.setU8(frame + length, 0);
    }
    return length;
  }

  /**
   * A neighbour solicitation for an address, from ours in its subnet, else our first; the port must
   * have one.
   *
   * @return the frame's length
   */
  static int writeSolicitation(
      PacketMemory memory, int frame, PortSettings port, long high, long low, long mac) {
    int source = Math.max(PortAddresses.connected(port, high, low), 0);
    boolean unicast = mac != 0;
    long groupLow = SOLICITED_NODE_LOW | low & 0xff_ffff;
    long destination = unicast ? mac : MULTICAST_MAC | groupLow & 0xffff_ffffL;
    int network = writeEthernet(memory, frame, port, destination, Ethernet.TYPE_IPV6);
    int upperBytes = Icmpv6.NEIGHBOUR_BYTES + Icmpv6.OPTION_LINK_LAYER_BYTES;
    // RFC 4861 4.3: hop limit 255.
    memory.setI64(network, 6L << 60 | (long) upperBytes << 16 | Ipv6.NEXT_ICMPV6 << 8 | 255);
    memory.setI64(network + 8, port.ipv6High()[source]);
    memory.setI64(network + 16, port.ipv6Low()[source]);
    memory.setI64(network + 24, unicast ? high : SOLICITED_NODE_HIGH);
    memory.setI64(network + 32, unicast ? low : groupLow);
    int icmpv6 = network + Ipv6.HEADER_BYTES;
    memory.setI64(icmpv6, (long) Icmpv6.NEIGHBOUR_SOLICITATION << 56);
    memory.setI64(icmpv6 + 8, high);
    memory.setI64(icmpv6 + 16, low);
    memory.setU16(icmpv6 + 24, Icmpv6.OPTION_SOURCE_LINK_LAYER << 8 | 1);
    memory.setU48(icmpv6 + 26, port.mac());
    memory.setU16(
        icmpv6 + 2,
        Checksum.finish(
            Ipv6.pseudoHeaderSum(memory, network, upperBytes, Ipv6.NEXT_ICMPV6)
                + Checksum.sum(memory, icmpv6, upperBytes)));
    return icmpv6 + upperBytes - frame;
  }

  /** Writes the Ethernet header with the port's tags; returns the position behind it. */
  private static int writeEthernet(
      PacketMemory memory, int frame, PortSettings port, long destination, int type) {
    int[] vlanIds = port.vlanIds();
    Ethernet.write(memory, frame, destination, port.mac(), type);
    int at = frame + 12;
    for (int i = 0; i < vlanIds.length; i++) {
      boolean outerOfTwo = i + 1 < vlanIds.length;
      memory.setU16(at, outerOfTwo ? Ethernet.TYPE_QINQ : Ethernet.TYPE_VLAN);
      memory.setU16(at + 2, vlanIds[i]);
      at += Ethernet.TAG_BYTES;
    }
    memory.setU16(at, type);
    return at + 2;
  }
}
