package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.Destination;
import io.breakwater.workers.table.PrefixTable;

/**
 * Judges what came out of a tunnel: the inner source must be the tunnel's tenant's own, and the
 * tenant must have egress.
 *
 * <p>An answer to a tunnel probe is taken before that: who answers need not be the tenant. What is
 * for another tenant joins that tenant's way in; what is for ourselves goes to the host, but GRE to
 * an endpoint ends here: however deep tunnels are nested, one is opened. All else is routed.
 *
 * <p>Called only from the worker's thread; one object for each address family.
 */
public final class EgressCheck {

  private static final int SPOOFED_INNER_SOURCE = DropReason.SPOOFED_INNER_SOURCE.code();
  private static final int EGRESS_DISABLED = DropReason.EGRESS_DISABLED.code();
  private static final int MULTICAST_NOT_FORWARDED = DropReason.MULTICAST_NOT_FORWARDED.code();
  private static final int LINK_LOCAL_NOT_FORWARDED = DropReason.LINK_LOCAL_NOT_FORWARDED.code();
  private static final int GRE_NESTED = DropReason.GRE_NESTED.code();
  private static final int HOST = Fate.HOST.code();
  private static final int CONSUMED = Fate.CONSUMED.code();

  /** Packets that leave by a port. */
  public final PacketList routed;

  private final boolean ipv6;
  private final ProbeInput probeInput;

  /** Of the packets of a list, in its order: IPv4 addresses, and what they mean. */
  private final int[] sources;

  private final int[] destinations;
  private final int[] owners;
  private final int[] receivers;

  public EgressCheck(int batchCapacity, boolean ipv6, ProbeInput probeInput) {
    this.ipv6 = ipv6;
    this.probeInput = probeInput;
    sources = new int[batchCapacity];
    destinations = new int[batchCapacity];
    owners = new int[batchCapacity];
    receivers = new int[batchCapacity];
    routed = new PacketList(batchCapacity);
  }

  /**
   * Sorts all packets of {@code in} into {@code routed}, which it clears before, and {@code
   * toTenants}, which it adds to.
   */
  public void process(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      PrefixTable table,
      boolean[] egressByTenant,
      PacketList toTenants,
      long nowNs) {
    routed.clear();
    if (ipv6) {
      processIpv6(memory, batch, in, table, egressByTenant, toTenants, nowNs);
    } else {
      processIpv4(memory, batch, in, table, egressByTenant, toTenants, nowNs);
    }
  }

  /** The lookups of all packets first, so that their cache misses are under way together. */
  private void processIpv4(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      PrefixTable table,
      boolean[] egressByTenant,
      PacketList toTenants,
      long nowNs) {
    int[] index = in.index;
    int[] from = sources;
    int[] to = destinations;
    int count = in.count;
    for (int k = 0; k < count; k++) {
      int i = index[k];
      from[k] = Ipv4.source(memory, batch.network(i));
      to[k] = batch.destinations[i];
    }
    table.find(from, owners, count);
    table.find(to, receivers, count);
    if (countPlain(batch, index, count, egressByTenant) == count) {
      routed.addAll(in);
      return;
    }
    for (int k = 0; k < count; k++) {
      boolean isOwn = receivers[k] == Destination.OWN;
      if (isOwn && probeInput.takeIpv4(memory, batch.network(index[k]), false, nowNs)) {
        batch.setFate(index[k], CONSUMED);
        continue;
      }
      int unroutable = to[k] >>> 28 == 0xe ? MULTICAST_NOT_FORWARDED : 0;
      boolean gre = Ipv4.protocol(memory, batch.network(index[k])) == Ipv4.PROTOCOL_GRE;
      judge(batch, index[k], owners[k], receivers[k], egressByTenant, gre, unroutable, toTenants);
    }
  }

  /** The case nearly always: from the tenant, which may, to the Internet. */
  private int countPlain(Batch batch, int[] index, int count, boolean[] egressByTenant) {
    int[] records = batch.records;
    int plain = 0;
    for (int k = 0; k < count; k++) {
      int tenant = records[(index[k] << Batch.SHIFT) + Batch.TENANT];
      if (owners[k] == tenant
          && egressByTenant[tenant]
          && receivers[k] == Destination.NONE
          && destinations[k] >>> 28 != 0xe) {
        plain++;
      }
    }
    return plain;
  }

  private void processIpv6(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      PrefixTable table,
      boolean[] egressByTenant,
      PacketList toTenants,
      long nowNs) {
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      int network = batch.network(i);
      int owner = table.find(Ipv6.sourceHigh(memory, network), Ipv6.sourceLow(memory, network));
      long high = Ipv6.destinationHigh(memory, network);
      int receiver = table.find(high, Ipv6.destinationLow(memory, network));
      if (receiver == Destination.OWN && probeInput.takeIpv6(memory, network, false, nowNs)) {
        batch.setFate(i, CONSUMED);
        continue;
      }
      int unroutable = 0;
      if (Ipv6Input.isMulticast(high)) {
        unroutable = MULTICAST_NOT_FORWARDED;
      } else if (DestinationLookup.isLinkLocal(high)) {
        unroutable = LINK_LOCAL_NOT_FORWARDED;
      }
      boolean gre =
          receiver == Destination.ENDPOINT
              && Ipv6Destination.gre(memory, network) != Ipv6Destination.NOT_THERE;
      judge(batch, i, owner, receiver, egressByTenant, gre, unroutable, toTenants);
    }
  }

  private void judge(
      Batch batch,
      int i,
      int owner,
      int destination,
      boolean[] egressByTenant,
      boolean gre,
      int unroutable,
      PacketList toTenants) {
    int tenant = batch.tenant(i);
    if (owner != tenant) {
      batch.setFate(i, SPOOFED_INNER_SOURCE);
    } else if (!egressByTenant[tenant]) {
      batch.setFate(i, EGRESS_DISABLED);
    } else if (Destination.isTenant(destination)) {
      batch.setTenant(i, destination);
      toTenants.add(i);
    } else if (destination == Destination.ENDPOINT && gre) {
      batch.setFate(i, GRE_NESTED);
    } else if (destination != Destination.NONE) {
      batch.setFate(i, HOST);
    } else if (unroutable != 0) {
      batch.setFate(i, unroutable);
    } else {
      routed.add(i);
    }
  }
}
