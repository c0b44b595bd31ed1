package io.breakwater.workers.pipeline;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.stage.TunnelReceiveCounter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What one worker has counted: packets by tenant and fate, and packets and bytes of each tunnel and
 * direction.
 *
 * <p>A column of longs for each code of a fate, with one long for each tenant slot (slot 0: packets
 * of no tenant): a clean packet touches one of the column DELIVERED, which stays in the first-level
 * cache. Four longs for each tunnel slot. All memory is taken when it is made.
 *
 * <p>Threading: written by its worker with plain stores; other threads read with {@link #fates} and
 * its like, which see each long whole and soon, but not all longs at one instant.
 */
public final class Counters implements TunnelReceiveCounter {

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int TUNNEL_LONGS = 4;
  private static final int SENT_PACKETS = 0;
  private static final int SENT_BYTES = 1;
  private static final int RECEIVED_PACKETS = 2;
  private static final int RECEIVED_BYTES = 3;

  private final int tenantSlots;
  private final long[] fates;
  private final long[] tunnels;
  private final long[] received = new long[1];

  /**
   * @param tenantSlots slots of tenants are below it, 0 included
   * @param tunnelSlots slots of tunnels are below it
   */
  public Counters(int tenantSlots, int tunnelSlots) {
    this.tenantSlots = tenantSlots;
    fates = new long[Fate.CODES * tenantSlots];
    tunnels = new long[tunnelSlots * TUNNEL_LONGS];
  }

  /**
   * Counts a batch whose packets all have their fate, after those that were to be sent were taken
   * by their ports.
   */
  public void count(Batch batch) {
    int[] codes = batch.fate;
    int[] tenants = batch.tenant;
    int[] tunnelSlots = batch.tunnel;
    int columnLength = tenantSlots;
    long[] byFate = fates;
    long[] byTunnel = tunnels;
    int delivered = Fate.DELIVERED.code();
    int count = batch.count();
    for (int i = 0; i < count; i++) {
      int code = codes[i];
      byFate[code * columnLength + tenants[i]]++;
      int tunnel = tunnelSlots[i];
      if (tunnel >= 0 && code == delivered) {
        int at = tunnel * TUNNEL_LONGS;
        byTunnel[at + SENT_PACKETS]++;
        byTunnel[at + SENT_BYTES] += batch.frame[i] + batch.length[i] - batch.network[i];
      }
    }
    received[0] += count;
  }

  @Override
  public void received(int tunnel, int outerBytes) {
    int at = tunnel * TUNNEL_LONGS;
    tunnels[at + RECEIVED_PACKETS]++;
    tunnels[at + RECEIVED_BYTES] += outerBytes;
  }

  /** Packets received: counted by itself, so that it checks the sum of all fates. */
  public long received() {
    return (long) LONGS.getOpaque(received, 0);
  }

  /** Packets of a tenant (0: of none) that ended with this code of a fate or drop reason. */
  public long fates(int tenant, int code) {
    return (long) LONGS.getOpaque(fates, code * tenantSlots + tenant);
  }

  /** Packets delivered into a tunnel. */
  public long tunnelSentPackets(int tunnel) {
    return (long) LONGS.getOpaque(tunnels, tunnel * TUNNEL_LONGS + SENT_PACKETS);
  }

  /** Bytes delivered into a tunnel, of outer IP packets. */
  public long tunnelSentBytes(int tunnel) {
    return (long) LONGS.getOpaque(tunnels, tunnel * TUNNEL_LONGS + SENT_BYTES);
  }

  /** Packets that came out of a tunnel, whatever became of them. */
  public long tunnelReceivedPackets(int tunnel) {
    return (long) LONGS.getOpaque(tunnels, tunnel * TUNNEL_LONGS + RECEIVED_PACKETS);
  }

  /** Bytes that came in through a tunnel, of outer IP packets. */
  public long tunnelReceivedBytes(int tunnel) {
    return (long) LONGS.getOpaque(tunnels, tunnel * TUNNEL_LONGS + RECEIVED_BYTES);
  }
}
