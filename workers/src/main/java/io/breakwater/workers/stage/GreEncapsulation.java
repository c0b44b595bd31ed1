package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Checksum;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Gre;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.NeighbourTable;
import io.breakwater.workers.table.NextHops;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.TunnelTable;

/**
 * Puts a packet into its tunnel: takes one from the TTL or hop limit, writes the outer IPv4 and GRE
 * header (RFC 2784, RFC 2890) in front of it, and the Ethernet header for the next hop.
 *
 * <p>The outer header comes ready from {@link TunnelTable}; total length, DSCP and ECN (copied from
 * the inner header: RFC 2983 uniform model, RFC 6040 normal mode) and the checksum are put in while
 * it is in registers.
 *
 * <p>Called only from the worker's thread; one object for each address family inside. Leaves {@code
 * frame}, {@code length} and {@code network} at the outer packet and sets {@code port} and {@code
 * fate}. Needs 42 bytes of headroom.
 */
public final class GreEncapsulation {

  private static final int NEIGHBOUR_UNRESOLVED = DropReason.NEIGHBOUR_UNRESOLVED.code();

  private final boolean ipv6;

  public GreEncapsulation(boolean ipv6) {
    this.ipv6 = ipv6;
  }

  /**
   * Encapsulates all packets of {@code in}; those that can leave get {@code fate}. Returns how many
   * could not.
   */
  public int process(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      TunnelTable tunnels,
      NextHops nextHops,
      NeighbourTable neighbours,
      PortSettings[] ports,
      int fate) {
    int[] index = in.index;
    int[] networks = batch.network;
    int[] frames = batch.frame;
    int[] lengths = batch.length;
    int[] tunnelSlots = batch.tunnel;
    int[] fates = batch.fate;
    long[] words = tunnels.words();
    boolean inner6 = ipv6;
    long protocolType = inner6 ? Ethernet.TYPE_IPV6 : Ethernet.TYPE_IPV4;
    // Most tunnels share a next hop: it is looked up when it changes.
    int group = -1;
    long hop = 0;
    PortSettings port = null;
    int dropped = 0;
    int count = in.count;
    for (int k = 0; k < count; k++) {
      int i = index[k];
      int tunnel = TunnelTable.wordsOf(tunnelSlots[i]);
      long keyAndGroup = words[tunnel + 3];
      if (group != TunnelTable.nextHopGroup(keyAndGroup)) {
        group = TunnelTable.nextHopGroup(keyAndGroup);
        hop = nextHops.hop(group, neighbours);
        port = ports[NeighbourTable.port(hop)];
      }
      if (hop == 0) {
        fates[i] = NEIGHBOUR_UNRESOLVED;
        dropped++;
        continue;
      }
      int inner = networks[i];
      int innerLength = frames[i] + lengths[i] - inner;
      long trafficClass = inner6 ? decrementHopLimit(memory, inner) : decrementTtl(memory, inner);

      long sizes = words[tunnel + 4];
      int outerBytes = TunnelTable.outerBytes(sizes);
      int outer = inner - outerBytes;
      long totalLength = innerLength + outerBytes;
      long checksum = Checksum.finish(TunnelTable.headerSum(sizes) + trafficClass + totalLength);
      memory.setI64(outer, words[tunnel] | trafficClass << 48 | totalLength << 32);
      memory.setI64(outer + 8, words[tunnel + 1] | checksum << 32);
      memory.setI64(outer + 16, words[tunnel + 2] | protocolType);
      if (outerBytes > Ipv4.HEADER_BYTES + Gre.HEADER_BYTES) {
        memory.setI32(outer + 24, TunnelTable.key(keyAndGroup));
      }

      int frame =
          EthernetOutput.write(memory, outer, NeighbourTable.mac(hop), port, Ethernet.TYPE_IPV4);
      frames[i] = frame;
      lengths[i] = outer - frame + (int) totalLength;
      networks[i] = outer;
      batch.port[i] = port.index();
      fates[i] = fate;
    }
    return dropped;
  }

  /** Returns the TOS byte. */
  private static int decrementTtl(PacketMemory memory, int network) {
    Ipv4.decrementTtl(memory, network);
    return memory.u8(network + 1);
  }

  /** Returns the traffic class. */
  private static int decrementHopLimit(PacketMemory memory, int network) {
    memory.setU8(network + 7, memory.u8(network + 7) - 1);
    return memory.u16(network) >>> 4 & 0xff;
  }
}
