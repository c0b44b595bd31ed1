package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Checksum;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Gre;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.NeighbourTable;
import io.breakwater.workers.table.NextHops;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.TunnelTable;

/**
 * Puts a packet into its tunnel: takes one from the TTL or hop limit, writes the outer IP and GRE
 * header (RFC 2784, RFC 2890; over IPv6 RFC 7676) in front of it, and the Ethernet header for the
 * next hop.
 *
 * <p>The outer header comes ready from {@link TunnelTable}; total length, DSCP and ECN (by default
 * copied from the inner header: RFC 2983 uniform model, RFC 6040 normal mode) and the checksum are
 * put in while it is in registers. Over IPv6 the flow label is the flow's hash, by which routers on
 * the way can spread a tunnel over their paths (RFC 6438). A GRE checksum is added after the loops,
 * since it reads the whole packet.
 *
 * <p>Called only from the worker's thread; one object for each address family inside. Leaves {@code
 * frame}, {@code length} and {@code network} at the outer packet and sets {@code port} and {@code
 * fate}. Needs 74 bytes of headroom.
 */
public final class GreEncapsulation {

  private static final int DELIVERED = Fate.DELIVERED.code();
  private static final int NEIGHBOUR_UNRESOLVED = DropReason.NEIGHBOUR_UNRESOLVED.code();

  private final boolean ipv6;

  /** Packets whose tunnels are over one or the other, if there are both. */
  private final PacketList overIpv4;

  private final PacketList overIpv6;

  public GreEncapsulation(int batchCapacity, boolean ipv6) {
    this.ipv6 = ipv6;
    overIpv4 = new PacketList(batchCapacity);
    overIpv6 = new PacketList(batchCapacity);
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
    int dropped;
    if (tunnels.overIpv6()) {
      sort(batch, in, tunnels);
      dropped =
          run(memory, batch, overIpv4, false, tunnels, nextHops, neighbours, ports, fate)
              + run(memory, batch, overIpv6, true, tunnels, nextHops, neighbours, ports, fate);
    } else {
      dropped = run(memory, batch, in, false, tunnels, nextHops, neighbours, ports, fate);
    }
    if (tunnels.checksums()) {
      addChecksums(memory, batch, in, tunnels, fate);
    }
    return dropped;
  }

  private void sort(Batch batch, PacketList in, TunnelTable tunnels) {
    overIpv4.clear();
    overIpv6.clear();
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      (tunnels.isOverIpv6(batch.tunnel(i)) ? overIpv6 : overIpv4).add(i);
    }
  }

  /** Encapsulates packets whose tunnels are all over the same version of IP. */
  private int run(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      boolean outer6,
      TunnelTable tunnels,
      NextHops nextHops,
      NeighbourTable neighbours,
      PortSettings[] ports,
      int fate) {
    int dropped = 0;
    int k = 0;
    while (k < in.count) {
      int group = tunnels.commonGroup(outer6);
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
      long mac = NeighbourTable.mac(hop);
      if (outer6) {
        encapsulateOverIpv6(memory, batch, in, k, end, tunnels, mac, port, fate);
      } else {
        encapsulate(memory, batch, in, k, end, tunnels, mac, port, fate);
      }
      if (end - k == batch.count() && fate == DELIVERED) {
        batch.markDelivered();
      }
      if (port.vlanIds().length > 0) {
        int type = outer6 ? Ethernet.TYPE_IPV6 : Ethernet.TYPE_IPV4;
        for (int n = k; n < end; n++) {
          EthernetOutput.tag(memory, batch, in.index[n], port, type);
        }
      }
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
    boolean all = in.isAllOf(batch);
    for (int n = k; n < end; n++) {
      int at = (all ? n : index[n]) << Batch.SHIFT;
      int tunnel = tunnels.wordsOf(records[at + Batch.TUNNEL]);
      int inner = records[at + Batch.NETWORK];
      int innerLength = records[at + Batch.FRAME] + records[at + Batch.LENGTH] - inner;
      int innerClass = inner6 ? decrementHopLimit(memory, inner) : decrementTtl(memory, inner);

      long sizes = words[tunnel + TunnelTable.SIZES];
      long keyAndFlags = words[tunnel + TunnelTable.KEY];
      int trafficClass = TunnelTable.trafficClass(keyAndFlags, innerClass);
      int outerBytes = TunnelTable.outerBytes(sizes);
      int outer = inner - outerBytes;
      int totalLength = innerLength + outerBytes;
      int sum = TunnelTable.headerSum(sizes) + trafficClass + totalLength;
      long checksum = Checksum.finishSmall(sum);
      long addresses = words[tunnel + TunnelTable.ADDRESSES];
      // The key first: without one, flags and protocol type take its place.
      memory.setI32(inner - Gre.KEY_BYTES, TunnelTable.key(keyAndFlags));
      memory.setI64(outer, TunnelTable.header0(trafficClass, totalLength));
      memory.setI64(outer + 8, TunnelTable.header8(sizes, addresses, checksum));
      memory.setI64(outer + 16, TunnelTable.header16(addresses, keyAndFlags, protocolType));
      int frame = outer - Ethernet.HEADER_BYTES;
      Ethernet.write(memory, frame, destination, source, Ethernet.TYPE_IPV4);
      records[at + Batch.FRAME] = frame;
      records[at + Batch.LENGTH] = totalLength + Ethernet.HEADER_BYTES;
      records[at + Batch.NETWORK] = outer;
      records[at + Batch.OUTCOME] = outcome;
    }
  }

  /** The same over IPv6. */
  private void encapsulateOverIpv6(
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
      int innerClass = inner6 ? decrementHopLimit(memory, inner) : decrementTtl(memory, inner);

      long sizes = words[tunnel + TunnelTable.SIZES];
      long keyAndFlags = words[tunnel + TunnelTable.KEY];
      int ends = TunnelTable.ipv6Ends(words[tunnel + TunnelTable.ADDRESSES]);
      int trafficClass = TunnelTable.trafficClass(keyAndFlags, innerClass);
      int label = flowLabel(records[at + Batch.FLOW]);
      int outerBytes = TunnelTable.outerBytes(sizes);
      int outer = inner - outerBytes;
      int payload = innerLength + outerBytes - Ipv6.HEADER_BYTES;
      memory.setI32(inner - Gre.KEY_BYTES, TunnelTable.key(keyAndFlags));
      memory.setI64(outer, TunnelTable.ipv6Header0(sizes, trafficClass, label, payload));
      memory.setI64(outer + 8, words[ends]);
      memory.setI64(outer + 16, words[ends + 1]);
      memory.setI64(outer + 24, words[ends + 2]);
      memory.setI64(outer + 32, words[ends + 3]);
      memory.setI32(
          outer + Ipv6.HEADER_BYTES, (int) TunnelTable.greHeader(keyAndFlags, protocolType));
      int frame = outer - Ethernet.HEADER_BYTES;
      Ethernet.write(memory, frame, destination, source, Ethernet.TYPE_IPV6);
      records[at + Batch.FRAME] = frame;
      records[at + Batch.LENGTH] = innerLength + outerBytes + Ethernet.HEADER_BYTES;
      records[at + Batch.NETWORK] = outer;
      records[at + Batch.OUTCOME] = outcome;
    }
  }

  /** The upper 20 bits of a flow's hash, but not 0, which says that there is none (RFC 6437 2). */
  private static int flowLabel(int flow) {
    int label = flow >>> 12;
    return label | label - 1 >>> 31;
  }

  /** RFC 2784 2.5: over the GRE header and all behind it, to the end of the packet. */
  private static void addChecksums(
      PacketMemory memory, Batch batch, PacketList in, TunnelTable tunnels, int fate) {
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      int tunnel = batch.tunnel(i);
      if (batch.fate(i) != fate || !tunnels.hasChecksum(tunnel)) {
        continue;
      }
      int gre =
          batch.network(i) + (tunnels.isOverIpv6(tunnel) ? Ipv6.HEADER_BYTES : Ipv4.HEADER_BYTES);
      int end = batch.frame(i) + batch.length(i);
      memory.setI32(gre + Gre.HEADER_BYTES, 0);
      int checksum = Checksum.finish(Checksum.sum(memory, gre, end - gre));
      memory.setU16(gre + Gre.HEADER_BYTES, checksum);
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
