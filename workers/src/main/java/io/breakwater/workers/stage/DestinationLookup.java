package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.Destination;
import io.breakwater.workers.table.PrefixTable;

/**
 * Finds whose a packet is, by one longest-prefix match on its destination: a tenant's, an
 * endpoint's, or our own.
 *
 * <p>Called only from the worker's thread. Sets {@code tenant}. IPv4 destinations are first
 * collected and then looked up together, level by level (see {@link PrefixTable}).
 */
public final class DestinationLookup {

  private static final int NO_TENANT = DropReason.NO_TENANT.code();
  private static final int MULTICAST_NOT_FORWARDED = DropReason.MULTICAST_NOT_FORWARDED.code();
  private static final int LINK_LOCAL_NOT_FORWARDED = DropReason.LINK_LOCAL_NOT_FORWARDED.code();

  /** Of packets to tenants, to endpoints, and to our own addresses. */
  public final PacketList tenants;

  public final PacketList endpoints;
  public final PacketList own;

  /** IPv4 destinations of the packets of a list, in its order, and what they mean. */
  private final int[] addresses;

  private final int[] meanings;

  public DestinationLookup(int batchCapacity) {
    addresses = new int[batchCapacity];
    meanings = new int[batchCapacity];
    tenants = new PacketList(batchCapacity);
    endpoints = new PacketList(batchCapacity);
    own = new PacketList(batchCapacity);
  }

  public void clear() {
    tenants.clear();
    endpoints.clear();
    own.clear();
  }

  /** Packets in all lists. */
  public int found() {
    return tenants.count + endpoints.count + own.count;
  }

  /** Sorts IPv4 packets. */
  public void processIpv4(Batch batch, PacketList in, PrefixTable table) {
    int[] index = in.index;
    int[] destinations = batch.destinations;
    int[] records = batch.records;
    int[] wanted = addresses;
    int[] found = meanings;
    int count = in.count;
    for (int k = 0; k < count; k++) {
      wanted[k] = destinations[index[k]];
    }
    table.find(wanted, found, count);
    int[] toTenant = tenants.index;
    int toTenantCount = tenants.count;
    for (int k = 0; k < count; k++) {
      int i = index[k];
      int destination = found[k];
      if (Destination.isTenant(destination)) {
        records[(i << Batch.SHIFT) + Batch.TENANT] = destination;
        toTenant[toTenantCount++] = i;
      } else if (!isOurs(destination, i)) {
        boolean multicast = wanted[k] >>> 28 == 0xe;
        batch.setFate(i, multicast ? MULTICAST_NOT_FORWARDED : NO_TENANT);
      }
    }
    tenants.count = toTenantCount;
  }

  /** Sorts IPv6 packets. */
  public void processIpv6(
      PacketMemory memory, Batch batch, PacketList in, PrefixTable destinations) {
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      int network = batch.network(i);
      long high = Ipv6.destinationHigh(memory, network);
      int destination = destinations.find(high, Ipv6.destinationLow(memory, network));
      if (isOurs(destination, i)) {
        continue;
      }
      if (Ipv6Input.isMulticast(high)) {
        batch.setFate(i, MULTICAST_NOT_FORWARDED);
      } else if (isLinkLocal(high) || isLinkLocal(Ipv6.sourceHigh(memory, network))) {
        batch.setFate(i, LINK_LOCAL_NOT_FORWARDED);
      } else if (Destination.isTenant(destination)) {
        batch.setTenant(i, destination);
        tenants.add(i);
      } else {
        batch.setFate(i, NO_TENANT);
      }
    }
  }

  private boolean isOurs(int destination, int i) {
    if (destination == Destination.OWN) {
      own.add(i);
      return true;
    }
    if (destination == Destination.ENDPOINT) {
      endpoints.add(i);
      return true;
    }
    return false;
  }

  /** fe80::/10 (RFC 4291 2.5.6). */
  static boolean isLinkLocal(long high) {
    return high >>> 54 == 0x3fa;
  }
}
