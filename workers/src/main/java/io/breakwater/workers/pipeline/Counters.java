package io.breakwater.workers.pipeline;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Fragments;
import io.breakwater.workers.stage.TunnelErrorCounter;
import io.breakwater.workers.stage.TunnelReceiveCounter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * What one worker has counted: packets by tenant and fate, and packets and bytes of each tunnel and
 * direction.
 *
 * <p>Delivered packets, which most are, have an array of a long for each tenant slot; all other
 * fates a row of {@link Fate#CODES} longs (slot 0: packets of no tenant); each tunnel slot two
 * longs for each direction, one for what came out of it and was dropped, and one for ICMP errors
 * about it. All memory is taken when it is made.
 *
 * <p>Threading: written by its worker with plain stores; other threads read with {@link #fates} and
 * its like, which see each long whole and soon, but not all longs at one instant.
 */
public final class Counters implements TunnelReceiveCounter, TunnelErrorCounter {

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int DELIVERED = Fate.DELIVERED.code();
  private static final int ANSWERED = Fate.ANSWERED.code();
  private static final int FATE_SHIFT = Integer.numberOfTrailingZeros(Fate.CODES);
  private static final int TUNNEL_LONGS = 2;
  private static final int PACKETS = 0;
  private static final int BYTES = 1;

  private final long[] delivered;
  private final long[] fates;
  private final long[] sent;
  private final long[] received;

  /** By the tunnel that a packet came out of, or that an error is about; at 0 those of none. */
  private final long[] dropped;

  private final long[] errors;

  private final long[] total = new long[1];
  private final long[] further = new long[1];

  /**
   * @param tenantSlots slots of tenants are below it, 0 included
   * @param tunnelSlots slots of tunnels are below it
   */
  public Counters(int tenantSlots, int tunnelSlots) {
    delivered = new long[tenantSlots];
    fates = new long[tenantSlots << FATE_SHIFT];
    sent = new long[tunnelSlots * TUNNEL_LONGS];
    received = new long[tunnelSlots * TUNNEL_LONGS];
    dropped = new long[tunnelSlots];
    errors = new long[tunnelSlots];
  }

  /**
   * Counts a batch whose packets all have their fate, after those that were to be sent were taken
   * by their ports.
   */
  public void count(Batch batch) {
    if (batch.isDelivered()) {
      countDelivered(batch);
      return;
    }
    int[] records = batch.records;
    long[] clean = delivered;
    long[] byTunnel = sent;
    int count = batch.count();
    for (int i = 0; i < count; i++) {
      int at = i << Batch.SHIFT;
      int code = records[at + Batch.OUTCOME] & Batch.FATE_MASK;
      int tenant = records[at + Batch.TENANT];
      if (code != DELIVERED) {
        fates[(tenant << FATE_SHIFT) + code]++;
        if (code >= DropReason.CODE_MIN) {
          dropped[batch.origin(i)]++;
        }
        continue;
      }
      clean[tenant]++;
      int tunnel = records[at + Batch.TUNNEL];
      if (tunnel != 0) {
        int end = records[at + Batch.FRAME] + records[at + Batch.LENGTH];
        byTunnel[tunnel * TUNNEL_LONGS + PACKETS]++;
        byTunnel[tunnel * TUNNEL_LONGS + BYTES] += end - records[at + Batch.NETWORK];
      }
    }
    total[0] += count;
  }

  /** The case nearly always: all packets were delivered into tunnels. */
  private void countDelivered(Batch batch) {
    int[] records = batch.records;
    long[] clean = delivered;
    long[] byTunnel = sent;
    int count = batch.count();
    for (int i = 0; i < count; i++) {
      int at = i << Batch.SHIFT;
      int end = records[at + Batch.FRAME] + records[at + Batch.LENGTH];
      int tunnel = records[at + Batch.TUNNEL] * TUNNEL_LONGS;
      clean[records[at + Batch.TENANT]]++;
      byTunnel[tunnel + PACKETS]++;
      byTunnel[tunnel + BYTES] += end - records[at + Batch.NETWORK];
    }
    total[0] += count;
  }

  /** Counts packets that were received and dropped before they came into a batch. */
  public void drop(int code, int packets) {
    fates[code] += packets;
    total[0] += packets;
  }

  /** Counts the further frames that a batch's packets are sent in, after the batch itself. */
  public void count(Batch batch, Fragments fragments) {
    Batch frames = fragments.batch;
    for (int k = 0; k < frames.count(); k++) {
      int fate = batch.fate(fragments.owner(k));
      if (fate != DELIVERED && fate != ANSWERED) {
        continue;
      }
      further[0]++;
      int tunnel = frames.tunnel(k);
      if (tunnel != 0 && fate == DELIVERED) {
        sent[tunnel * TUNNEL_LONGS + PACKETS]++;
        sent[tunnel * TUNNEL_LONGS + BYTES] +=
            frames.frame(k) + frames.length(k) - frames.network(k);
      }
    }
  }

  /**
   * A slot belongs to another tenant from here on. What was counted for the one before goes to the
   * packets of no tenant, so that all sums still hold.
   */
  public void reassignTenant(int tenant) {
    for (int code = 0; code < Fate.CODES; code++) {
      fates[code] += fates[(tenant << FATE_SHIFT) + code];
      fates[(tenant << FATE_SHIFT) + code] = 0;
    }
    delivered[0] += delivered[tenant];
    delivered[tenant] = 0;
  }

  /** A slot belongs to another tunnel from here on, which begins at 0. */
  public void reassignTunnel(int tunnel) {
    Arrays.fill(sent, tunnel * TUNNEL_LONGS, (tunnel + 1) * TUNNEL_LONGS, 0);
    Arrays.fill(received, tunnel * TUNNEL_LONGS, (tunnel + 1) * TUNNEL_LONGS, 0);
    dropped[tunnel] = 0;
    errors[tunnel] = 0;
  }

  @Override
  public void received(int tunnel, int outerBytes) {
    int at = tunnel * TUNNEL_LONGS;
    received[at + PACKETS]++;
    received[at + BYTES] += outerBytes;
  }

  @Override
  public void error(int tunnel) {
    errors[tunnel]++;
  }

  /** Packets received: counted by itself, so that it checks the sum of all fates. */
  public long received() {
    return (long) LONGS.getOpaque(total, 0);
  }

  /** Frames sent beyond one for each packet that was delivered or answered: fragments. */
  public long furtherFrames() {
    return (long) LONGS.getOpaque(further, 0);
  }

  /** Packets of a tenant (0: of none) that ended with this code of a fate or drop reason. */
  public long fates(int tenant, int code) {
    return code == DELIVERED
        ? (long) LONGS.getOpaque(delivered, tenant)
        : (long) LONGS.getOpaque(fates, (tenant << FATE_SHIFT) + code);
  }

  /** Packets delivered into a tunnel. */
  public long tunnelSentPackets(int tunnel) {
    return (long) LONGS.getOpaque(sent, tunnel * TUNNEL_LONGS + PACKETS);
  }

  /** Bytes delivered into a tunnel, of outer IP packets. */
  public long tunnelSentBytes(int tunnel) {
    return (long) LONGS.getOpaque(sent, tunnel * TUNNEL_LONGS + BYTES);
  }

  /** Packets that came out of a tunnel, whatever became of them. */
  public long tunnelReceivedPackets(int tunnel) {
    return (long) LONGS.getOpaque(received, tunnel * TUNNEL_LONGS + PACKETS);
  }

  /** Bytes that came in through a tunnel, of outer IP packets. */
  public long tunnelReceivedBytes(int tunnel) {
    return (long) LONGS.getOpaque(received, tunnel * TUNNEL_LONGS + BYTES);
  }

  /**
   * Packets that came in through a tunnel, or between its ends with a wrong key, or that were ICMP
   * errors about it, and were dropped.
   */
  public long tunnelDroppedPackets(int tunnel) {
    return (long) LONGS.getOpaque(dropped, tunnel);
  }

  /** ICMP errors that quoted a packet in a tunnel: consumed, told to who sent that, or dropped. */
  public long tunnelErrors(int tunnel) {
    return (long) LONGS.getOpaque(errors, tunnel);
  }
}
