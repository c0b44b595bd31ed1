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
    selected.clear();
    expired.clear();
    tooBig.clear();
    if (select(memory, batch, in, tunnels.words()) == in.count) {
      selected.addAll(in);
    } else {
      sort(memory, batch, in, tunnels);
    }
  }

  /** Chooses the tunnels of all packets; returns how many of them may go on. */
  private int select(PacketMemory memory, Batch batch, PacketList in, long[] words) {
    int[] index = in.index;
    int[] records = batch.records;
    int ttlAt = ttlOffset;
    int count = in.count;
    boolean all = in.isAllOf(batch);
    int fit = 0;
    for (int k = 0; k < count; k++) {
      int at = (all ? k : index[k]) << Batch.SHIFT;
      long chosen = TunnelTable.choose(words, records[at + Batch.TENANT], records[at + Batch.FLOW]);
      int network = records[at + Batch.NETWORK];
      int length = records[at + Batch.FRAME] + records[at + Batch.LENGTH] - network;
      int tunnel = TunnelTable.slot(chosen);
      records[at + Batch.TUNNEL] = tunnel;
      if (tunnel != 0
          && length <= TunnelTable.mtuBytes(words[TunnelTable.position(chosen) + TunnelTable.SIZES])
          && memory.u8(network + ttlAt) > 1) {
        fit++;
      }
    }
    return fit;
  }

  private void sort(PacketMemory memory, Batch batch, PacketList in, TunnelTable tunnels) {
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      int tunnel = batch.tunnel(i);
      int network = batch.network(i);
      if (tunnel == 0) {
        batch.setFate(i, NO_TUNNEL);
      } else if (memory.u8(network + ttlOffset) <= 1) {
        expired.add(i);
      } else if (batch.frame(i) + batch.length(i) - network > tunnels.mtuBytes(tunnel)) {
        tooBig.add(i);
      } else {
        selected.add(i);
      }
    }
  }
}
