package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.TunnelTable;

/**
 * Chooses the tunnel for packets to tenants, and finds those that may not go on: at the end of
 * their TTL or hop limit (RFC 1812 5.3.1, RFC 8200 3), or too big for the tunnel.
 *
 * <p>Called only from the worker's thread; one object for each address family. Sets {@code tunnel}.
 */
public final class TunnelSelection {

  private static final int NO_TUNNEL = DropReason.NO_TUNNEL.code();

  /** Offset of TTL and hop limit in the network header. */
  private static final int IPV4_TTL = 8;

  private static final int IPV6_HOP_LIMIT = 7;

  /** Packets to be encapsulated, and those that their sender gets an ICMP error for. */
  public final PacketList selected;

  public final PacketList expired;
  public final PacketList tooBig;

  private final int ttlOffset;

  public TunnelSelection(int batchCapacity, boolean ipv6) {
    selected = new PacketList(batchCapacity);
    expired = new PacketList(batchCapacity);
    tooBig = new PacketList(batchCapacity);
    ttlOffset = ipv6 ? IPV6_HOP_LIMIT : IPV4_TTL;
  }

  /** Sorts all packets of {@code in} into the lists, which it clears before. */
  public void process(PacketMemory memory, Batch batch, PacketList in, TunnelTable tunnels) {
    int[] index = in.index;
    int[] records = batch.records;
    int[] toEncapsulate = selected.index;
    int selectedCount = 0;
    expired.clear();
    tooBig.clear();
    int ttlAt = ttlOffset;
    int count = in.count;
    for (int k = 0; k < count; k++) {
      int i = index[k];
      int at = i << Batch.SHIFT;
      int tunnel = tunnels.choose(records[at + Batch.TENANT], records[at + Batch.FLOW]);
      if (tunnel == 0) {
        batch.setFate(i, NO_TUNNEL);
        continue;
      }
      int network = records[at + Batch.NETWORK];
      int length = records[at + Batch.FRAME] + records[at + Batch.LENGTH] - network;
      records[at + Batch.TUNNEL] = tunnel;
      if (memory.u8(network + ttlAt) <= 1) {
        expired.add(i);
      } else if (length > tunnels.mtuBytes(tunnel)) {
        tooBig.add(i);
      } else {
        toEncapsulate[selectedCount++] = i;
      }
    }
    selected.count = selectedCount;
  }
}
