package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Icmpv6;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;

/**
 * Sorts the packets for ourselves: ICMP, neighbour discovery, and what is the host's.
 *
 * <p>Called only from the worker's thread. ICMPv6 behind extension headers is the host's (and RFC
 * 6980 forbids them before neighbour discovery when they fragment).
 */
public final class OwnInput {

  private static final int HOST = Fate.HOST.code();

  public final PacketList icmp;
  public final PacketList icmpv6;
  public final PacketList neighbourDiscovery;

  public OwnInput(int batchCapacity) {
    icmp = new PacketList(batchCapacity);
    icmpv6 = new PacketList(batchCapacity);
    neighbourDiscovery = new PacketList(batchCapacity);
  }

  /** Sorts all packets into the lists, which it clears before. */
  public void process(PacketMemory memory, Batch batch, PacketList ipv4, PacketList ipv6) {
    icmp.clear();
    icmpv6.clear();
    neighbourDiscovery.clear();
    processIpv4(memory, batch, ipv4);
    processIpv6(memory, batch, ipv6);
  }

  private void processIpv4(PacketMemory memory, Batch batch, PacketList in) {
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      int network = batch.network(i);
      if (Ipv4.protocol(memory, network) == Ipv4.PROTOCOL_ICMP
          && !Ipv4.isFragment(Ipv4.flagsAndOffset(memory, network))) {
        icmp.add(i);
      } else {
        batch.setFate(i, HOST);
      }
    }
  }

  private void processIpv6(PacketMemory memory, Batch batch, PacketList in) {
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      int network = batch.network(i);
      if (Ipv6.nextHeader(memory, network) != Ipv6.NEXT_ICMPV6) {
        batch.setFate(i, HOST);
        continue;
      }
      int type = memory.u8(network + Ipv6.HEADER_BYTES);
      boolean discovery = type >= Icmpv6.ROUTER_SOLICITATION && type <= Icmpv6.REDIRECT;
      (discovery ? neighbourDiscovery : icmpv6).add(i);
    }
  }
}
