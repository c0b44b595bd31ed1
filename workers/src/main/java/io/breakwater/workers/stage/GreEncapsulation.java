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
    int dropped = 0;
    int k = 0;
    while (k < in.count) {
      int group = tunnels.commonGroup();
      int end = in.count;
      if (group < 0) {
        // A run of packets whose tunnels share a next hop.
        group = group(batch, in, k, tunnels);
        end = k + 1;
        while (end < in.count && group(batch, in, end, tunnels) == group) {
          end++;
        }
      }
      long hop = nextHops.hop(group, neighbours);
      if (hop == 0) {
        dropped += end - k;
        for (; k < end; k++) {
          batch.setFate(in.index[k], NEIGHBOUR_UNRESOLVED);
        }
        continue;
      }
      PortSettings port = ports[NeighbourTable.port(hop)];
      encapsulate(memory, batch, in, k, end, tunnels, NeighbourTable.mac(hop), port, fate);
      k = end;
    }
    return dropped;
  }

  private static int group(Batch batch, PacketList in, int k, TunnelTable tunnels) {
    return tunnels.nextHopGroup(batch.tunnel(in.index[k]));
  }

  /**
   * Encapsulates packets k to end, which share a next hop. The loop calls nothing (see Ipv4Input).
   */
  private void encapsulate(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      int k,
      int end,
      TunnelTable tunnels,
      long destination,
      PortSettings port,
      int fate) {
    int[] index = in.index;
    int[] records = batch.records;
    long[] words = tunnels.words();
    boolean inner6 = ipv6;
    int protocolType = inner6 ? Ethernet.TYPE_IPV6 : Ethernet.TYPE_IPV4;
    long source = port.mac();
    int outcome = port.index() << Batch.PORT_SHIFT | fate;
    for (int n = k; n < end; n++) {
      int at = index[n] << Batch.SHIFT;
      int tunnel = tunnels.wordsOf(records[at + Batch.TUNNEL]);
      int inner = records[at + Batch.NETWORK];
      int innerLength = records[at + Batch.FRAME] + records[at + Batch.LENGTH] - inner;
      int trafficClass = inner6 ? decrementHopLimit(memory, inner) : decrementTtl(memory, inner);

      long sizes = words[tunnel + TunnelTable.SIZES];
      int outerBytes = TunnelTable.outerBytes(sizes);
      int outer = inner - outerBytes;
      int totalLength = innerLength + outerBytes;
      int sum = TunnelTable.headerSum(sizes) + trafficClass + totalLength;
      long checksum = Checksum.finishSmall(sum);
      long addresses = words[tunnel + TunnelTable.ADDRESSES];
      long keyAndFlags = words[tunnel + TunnelTable.KEY];
      // The key first: without one, flags and protocol type take its place.
      memory.setI32(inner - Gre.KEY_BYTES, TunnelTable.key(keyAndFlags));
      memory.setI64(outer, TunnelTable.header0(trafficClass, totalLength));
      memory.setI64(outer + 8, TunnelTable.header8(addresses, checksum));
      memory.setI64(outer + 16, TunnelTable.header16(addresses, keyAndFlags, protocolType));
      int frame = outer - Ethernet.HEADER_BYTES;
      Ethernet.write(memory, frame, destination, source, Ethernet.TYPE_IPV4);
      records[at + Batch.FRAME] = frame;
      records[at + Batch.LENGTH] = totalLength + Ethernet.HEADER_BYTES;
      records[at + Batch.NETWORK] = outer;
      records[at + Batch.OUTCOME] = outcome;
    }
    if (port.vlanIds().length > 0) {
      for (int n = k; n < end; n++) {
        EthernetOutput.tag(memory, batch, index[n], port);
      }
    }
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
