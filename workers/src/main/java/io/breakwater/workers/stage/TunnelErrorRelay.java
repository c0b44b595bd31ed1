package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.Destination;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.PrefixTable;

/**
 * Tells the senders of packets that were lost in tunnels that their destination is unreachable (RFC
 * 2003 4, RFC 2473 8.2), once {@link TunnelErrorInput} has found out which those were.
 *
 * <p>Anyone can forge the error that this answers, so it is bounded by more than its rate: the
 * quoted inner packet must be for the tenant whose tunnel it was in, or a probe of ours, else we
 * never sent it and the error is dropped; ICMP errors, later fragments, and what no single host
 * sent, are not answered ({@link IcmpErrorOutput}); ours is never longer than the one that caused
 * it; and it says "host unreachable", which ends no connection (RFC 1122 4.2.3.9). The bucket is
 * none that other errors are taken from.
 *
 * <p>Called only from the worker's thread; one object for each address family inside.
 */
public final class TunnelErrorRelay {

  private static final int CONSUMED = Fate.CONSUMED.code();
  private static final int UNKNOWN_QUOTE = DropReason.ICMP_UNKNOWN_QUOTE.code();

  /** Errors that are for another tenant, and those for the Internet: without a fate. */
  public final PacketList toTenants;

  public final PacketList routed;

  private final boolean ipv6;
  private final IcmpErrorOutput output;

  /**
   * @param output writes the errors, at its rate
   */
  public TunnelErrorRelay(int batchCapacity, boolean ipv6, IcmpErrorOutput output) {
    toTenants = new PacketList(batchCapacity);
    routed = new PacketList(batchCapacity);
    this.ipv6 = ipv6;
    this.output = output;
  }

  /**
   * Makes errors of lost packets, and puts them into the lists, which it clears before. The others
   * are consumed, or dropped where we can't have sent what they quote.
   *
   * @param lost quoted packets, of the tunnel's tenant, with room for an Ethernet header in front
   * @param port where the error came from that quotes them: ours has an address of that port, or of
   *     the first that has one of this family
   * @param ports all of them
   */
  public void process(
      PacketMemory memory,
      Batch batch,
      PacketList lost,
      PrefixTable destinations,
      PortSettings port,
      PortSettings[] ports,
      long nowNs) {
    toTenants.clear();
    routed.clear();
    PortSettings speaker = speaker(port, ports);
    for (int k = 0; k < lost.count; k++) {
      int i = lost.index[k];
      int network = batch.network(i);
      int sender = sender(memory, network, destinations);
      int receiver = receiver(memory, network, destinations);
      boolean told = Destination.isTenant(sender) || sender == Destination.NONE;
      if (!told || receiver != batch.tenant(i)) {
        boolean sent =
            receiver == batch.tenant(i) || sender == Destination.OWN || receiver == Destination.OWN;
        batch.setFate(i, sent ? CONSUMED : UNKNOWN_QUOTE);
        continue;
      }
      int type = ipv6 ? Ethernet.TYPE_IPV6 : Ethernet.TYPE_IPV4;
      Ethernet.write(memory, batch.frame(i), speaker.mac(), speaker.mac(), type);
      if (output.unreachable(memory, batch, i, speaker, nowNs)) {
        batch.setFate(i, Fate.UNDECIDED);
        if (sender == Destination.NONE) {
          routed.add(i);
        } else {
          batch.setTenant(i, sender);
          toTenants.add(i);
        }
      }
    }
  }

  private PortSettings speaker(PortSettings port, PortSettings[] ports) {
    if (canSpeak(port)) {
      return port;
    }
    for (PortSettings other : ports) {
      if (canSpeak(other)) {
        return other;
      }
    }
    return port;
  }

  private boolean canSpeak(PortSettings port) {
    if (!ipv6) {
      return port.ipv4Addresses().length > 0;
    }
    for (long high : port.ipv6High()) {
      if (!PortAddresses.isLinkLocal(high)) {
        return true;
      }
    }
    return false;
  }

  /** What the source means to us: {@link Destination#OWN} also for one that is not routed. */
  private int sender(PacketMemory memory, int network, PrefixTable destinations) {
    if (!ipv6) {
      return destinations.find(Ipv4.source(memory, network));
    }
    long high = Ipv6.sourceHigh(memory, network);
    long low = Ipv6.sourceLow(memory, network);
    return DestinationLookup.isLinkLocal(high) || Ipv6Input.isImpossible(high, low)
        ? Destination.OWN
        : destinations.find(high, low);
  }

  private int receiver(PacketMemory memory, int network, PrefixTable destinations) {
    return ipv6
        ? destinations.find(
            Ipv6.destinationHigh(memory, network), Ipv6.destinationLow(memory, network))
        : destinations.find(Ipv4.destination(memory, network));
  }
}
