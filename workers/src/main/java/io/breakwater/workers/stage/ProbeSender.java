package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Checksum;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Icmp;
import io.breakwater.workers.packet.Icmpv6;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.NeighbourTable;
import io.breakwater.workers.table.NextHops;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.ProbeLog;
import io.breakwater.workers.table.ProbePlan;
import io.breakwater.workers.table.TunnelTable;

/**
 * Sends the tunnels' probes: ICMP echo (RFC 792, RFC 4443 4) inside each tunnel, encapsulated like
 * any packet.
 *
 * <p>The tunnels of one rate are probed in a round, one after the other with the same time between
 * two, so that 10,000 tunnels at four probes a second are sixteen packets each 400 microseconds and
 * never a burst. What is late is sent soon, but time that was lost to a long stall is not made up
 * for. A reload keeps each round's place.
 *
 * <p>A probe that no buffer is free for waits. One whose next hop is unknown counts as sent: such a
 * tunnel does not work.
 *
 * <p>Threading: all methods on the first worker's thread. Cost: a tick with nothing due is two
 * comparisons. Nothing is allocated after construction.
 */
public final class ProbeSender {

  /** Time between two probes of a tunnel, by rate. */
  private static final long[] INTERVALS_NS = {1_000_000_000L, 250_000_000L, 100_000_000L};

  /** Of the batches that probes are made in. */
  public static final int BATCH_CAPACITY = 32;

  /** Most probes of a rate sent in one tick. */
  public static final int PROBES_PER_TICK_MAX = 16;

  /** Probes that would leave within so long leave together: two native calls for all of them. */
  private static final long GROUP_NS = 400_000L;

  /** A round that was empty begins so late: neighbours have to be found first. */
  private static final long FIRST_DELAY_NS = 1_000_000_000L;

  /** A round that is so late goes on from now. */
  private static final long LATE_NS = 10_000_000L;

  /**
   * Where the inner packet begins: behind room for an Ethernet header with two tags and an outer
   * header of any kind.
   */
  private static final int INNER_OFFSET = 96;

  /** One more than a probe should have when it leaves: encapsulation takes one. */
  private static final int TTL = 65;

  /** The first 12 bytes of an IPv4 header, whose checksum is 0 yet, and their part of it. */
  private static final long IPV4_HEADER_0 =
      0x45L << 56 | (long) (Ipv4.HEADER_BYTES + ProbeMessage.ICMP_BYTES) << 32 | Ipv4.DONT_FRAGMENT;

  private static final long IPV4_HEADER_8 = TTL << 24 | Ipv4.PROTOCOL_ICMP << 16;
  private static final long IPV4_SUM = Checksum.halves(IPV4_HEADER_0) + IPV4_HEADER_8;

  private static final int DELIVERED = Fate.DELIVERED.code();

  private final PacketMemory memory;
  private final ProbeMessage message;
  private final ProbeLog log;
  private final NeighbourTable neighbours;
  private final GreEncapsulation ipv4Encapsulation = new GreEncapsulation(BATCH_CAPACITY, false);
  private final GreEncapsulation ipv6Encapsulation = new GreEncapsulation(BATCH_CAPACITY, true);
  private final PacketList ipv4 = new PacketList(BATCH_CAPACITY);
  private final PacketList ipv6 = new PacketList(BATCH_CAPACITY);

  private final long[] dueNs = new long[ProbePlan.RATES];
  private final int[] nexts = new int[ProbePlan.RATES];
  private ProbePlan plan = ProbePlan.NONE;

  /** When the first of all rounds goes on; none does while it is idle. */
  private long earliestNs;

  private boolean isIdle = true;

  /**
   * @param memory where the frames are
   * @param log its only writer is this object
   */
  public ProbeSender(
      PacketMemory memory, ProbeMessage message, ProbeLog log, NeighbourTable neighbours) {
    this.memory = memory;
    this.message = message;
    this.log = log;
    this.neighbours = neighbours;
  }

  /** Takes the plan of new tables. */
  private void configure(ProbePlan next, long nowNs) {
    for (int rate = 0; rate < ProbePlan.RATES; rate++) {
      int before = plan.count(rate);
      int count = next.count(rate);
      if (before == 0) {
        dueNs[rate] = nowNs + FIRST_DELAY_NS;
        nexts[rate] = 0;
      } else {
        nexts[rate] = (int) ((long) nexts[rate] * count / before);
      }
    }
    plan = next;
  }

  /**
   * Sends what is due, at most {@link #PROBES_PER_TICK_MAX}.
   *
   * @param nowNs any clock, the same for all ticks and for {@link ProbeInput}
   */
  public void tick(
      long nowNs,
      ProbePlan latest,
      TunnelTable tunnels,
      NextHops nextHops,
      PortSettings[] ports,
      ProbeFrames frames) {
    if (latest != plan) {
      configure(latest, nowNs);
    } else if (earliestNs - nowNs > 0 || isIdle) {
      return;
    }
    isIdle = true;
    for (int rate = 0; rate < ProbePlan.RATES; rate++) {
      if (plan.count(rate) == 0) {
        continue;
      }
      if (dueNs[rate] - nowNs <= 0) {
        advance(rate, nowNs, tunnels, nextHops, ports, frames);
      }
      earliestNs = isIdle || dueNs[rate] - earliestNs < 0 ? dueNs[rate] : earliestNs;
      isIdle = false;
    }
  }

  private void advance(
      int rate,
      long nowNs,
      TunnelTable tunnels,
      NextHops nextHops,
      PortSettings[] ports,
      ProbeFrames frames) {
    int count = plan.count(rate);
    long stepNs = INTERVALS_NS[rate] / count;
    if (nowNs - dueNs[rate] > LATE_NS + stepNs) {
      dueNs[rate] = nowNs;
    }
    long due = (nowNs - dueNs[rate] + GROUP_NS) / stepNs;
    int probes = (int) Math.min(Math.max(due, 1), Math.min(count, PROBES_PER_TICK_MAX));
    Batch batch = frames.allocate(probes);
    if (batch == null) {
      return;
    }
    ipv4.clear();
    ipv6.clear();
    for (int i = 0; i < probes; i++) {
      int probe = plan.wordsOf(rate, nexts[rate]);
      write(batch, i, probe, nowNs);
      (plan.isIpv6(probe) ? ipv6 : ipv4).add(i);
      nexts[rate] = nexts[rate] + 1 == count ? 0 : nexts[rate] + 1;
    }
    dueNs[rate] += probes * stepNs;
    if (!ipv4.isEmpty()) {
      ipv4Encapsulation.process(
          memory, batch, ipv4, tunnels, nextHops, neighbours, ports, DELIVERED);
    }
    if (!ipv6.isEmpty()) {
      ipv6Encapsulation.process(
          memory, batch, ipv6, tunnels, nextHops, neighbours, ports, DELIVERED);
    }
    frames.send();
  }

  private void write(Batch batch, int i, int probe, long nowNs) {
    int frame = batch.frame(i);
    int network = frame + INNER_OFFSET;
    int tunnel = plan.tunnel(probe);
    boolean isIpv6 = plan.isIpv6(probe);
    int icmp = network + (isIpv6 ? writeIpv6(network, probe) : writeIpv4(network, probe));
    int sequence = log.next(tunnel, nowNs);
    long sum =
        isIpv6
            ? Ipv6.pseudoHeaderSum(memory, network, ProbeMessage.ICMP_BYTES, Ipv6.NEXT_ICMPV6)
            : 0;
    message.write(memory, icmp, type(probe), tunnel, sequence, nowNs, sum);
    batch.setNetwork(i, network);
    batch.setLength(i, icmp + ProbeMessage.ICMP_BYTES - frame);
    batch.setTunnel(i, tunnel);
  }

  private int type(int probe) {
    if (plan.isIpv6(probe)) {
      return plan.isReply(probe) ? Icmpv6.ECHO_REPLY : Icmpv6.ECHO_REQUEST;
    }
    return plan.isReply(probe) ? Icmp.ECHO_REPLY : Icmp.ECHO_REQUEST;
  }

  private int writeIpv4(int network, int probe) {
    long addresses = plan.sourceLow(probe) << 32 | plan.destinationLow(probe) & 0xffff_ffffL;
    long checksum = Checksum.finish(IPV4_SUM + Checksum.halves(addresses));
    memory.setI64(network, IPV4_HEADER_0);
    memory.setI32(network + 8, (int) (IPV4_HEADER_8 | checksum));
    memory.setI64(network + 12, addresses);
    return Ipv4.HEADER_BYTES;
  }

  private int writeIpv6(int network, int probe) {
    long payloadLength = ProbeMessage.ICMP_BYTES;
    memory.setI64(network, 6L << 60 | payloadLength << 16 | Ipv6.NEXT_ICMPV6 << 8 | TTL);
    memory.setI64(network + 8, plan.sourceHigh(probe));
    memory.setI64(network + 16, plan.sourceLow(probe));
    memory.setI64(network + 24, plan.destinationHigh(probe));
    memory.setI64(network + 32, plan.destinationLow(probe));
    return Ipv6.HEADER_BYTES;
  }
}
