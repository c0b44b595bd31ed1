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
 * <p>What is for another tenant joins that tenant's way in; what is for ourselves goes to the host;
 * all else is routed.
 *
 * <p>Called only from the worker's thread; one object for each address family.
 */
public final class EgressCheck {

  private static final int SPOOFED_INNER_SOURCE = DropReason.SPOOFED_INNER_SOURCE.code();
  private static final int EGRESS_DISABLED = DropReason.EGRESS_DISABLED.code();
  private static final int MULTICAST_NOT_FORWARDED = DropReason.MULTICAST_NOT_FORWARDED.code();
  private static final int LINK_LOCAL_NOT_FORWARDED = DropReason.LINK_LOCAL_NOT_FORWARDED.code();
  private static final int HOST = Fate.HOST.code();

  /** Packets that leave by a port. */
  public final PacketList routed;

  private final boolean ipv6;

  public EgressCheck(int batchCapacity, boolean ipv6) {
    this.ipv6 = ipv6;
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
      PrefixTable destinations,
      boolean[] egressByTenant,
      PacketList toTenants) {
    routed.clear();
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      int network = batch.network(i);
      int owner;
      int destination;
      int unroutable = 0;
      if (ipv6) {
        owner =
            destinations.find(Ipv6.sourceHigh(memory, network), Ipv6.sourceLow(memory, network));
        long high = Ipv6.destinationHigh(memory, network);
        destination = destinations.find(high, Ipv6.destinationLow(memory, network));
        if (Ipv6Input.isMulticast(high)) {
          unroutable = MULTICAST_NOT_FORWARDED;
        } else if (DestinationLookup.isLinkLocal(high)) {
          unroutable = LINK_LOCAL_NOT_FORWARDED;
        }
      } else {
        owner = destinations.find(Ipv4.source(memory, network));
        int address = Ipv4.destination(memory, network);
        destination = destinations.find(address);
        if (address >>> 28 == 0xe) {
          unroutable = MULTICAST_NOT_FORWARDED;
        }
      }
      judge(batch, i, owner, destination, egressByTenant, unroutable, toTenants);
    }
  }

  private void judge(
      Batch batch,
      int i,
      int owner,
      int destination,
      boolean[] egressByTenant,
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
    } else if (destination != Destination.NONE) {
      batch.setFate(i, HOST);
    } else if (unroutable != 0) {
      batch.setFate(i, unroutable);
    } else {
      routed.add(i);
    }
  }
}
