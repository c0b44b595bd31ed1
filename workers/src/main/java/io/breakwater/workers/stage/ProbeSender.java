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
 * two, so that 10,000 tunnels at four probes a second are one packet each 25 microseconds and never
 * a burst. What is late is sent soon, but time that was lost to a long stall is not made up for. A
 * reload keeps each round's place.
 *
 * <p>A probe that no buffer is free for waits. One whose next hop is unknown counts as sent: such a
 * tunnel does not work.
 *
 * <p>Threading: all methods on the first worker's thread. Cost: a tick with nothing due is three
 * comparisons. Nothing is allocated after construction.
 */
public final class ProbeSender {

  /** Time between two probes of a tunnel, by rate. */
  private static final long[] INTERVALS_NS = {1_000_000_000L, 250_000_000L, 100_000_000L};

  /** Most probes sent in one tick. */
  public static final int PROBES_PER_TICK_MAX = 16;

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

  private static final int BATCH_CAPACITY_MIN = 32;

  private static final int DELIVERED = Fate.DELIVERED.code();

  private final PacketMemory memory;
  private final ProbeMessage message;
  private final ProbeLog log;
  private final NeighbourTable neighbours;
  private final GreEncapsulation ipv4Encapsulation = new GreEncapsulation(false);
  private final GreEncapsulation ipv6Encapsulation = new GreEncapsulation(true);
  private final Batch batch = new Batch(BATCH_CAPACITY_MIN);
  private final PacketList single = new PacketList(1);

  private final long[] dueNs = new long[ProbePlan.RATES];
  private final int[] nexts = new int[ProbePlan.RATES];
  private ProbePlan plan = ProbePlan.NONE;

  /**
   * @param memory where the originator's frames are
   * @param log its only writer is this object
   */
  public ProbeSender(
      PacketMemory memory, ProbeMessage message, ProbeLog log, NeighbourTable neighbours) {
    this.memory = memory;
    this.message = message;
    this.log = log;
    this.neighbours = neighbours;
    single.add(0);
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
      Originator originator) {
    if (latest != plan) {
      configure(latest, nowNs);
    }
    for (int rate = 0; rate < ProbePlan.RATES; rate++) {
      if (plan.count(rate) > 0 && dueNs[rate] - nowNs <= 0) {
        advance(rate, nowNs, tunnels, nextHops, ports, originator);
      }
    }
  }

  private void advance(
      int rate,
      long nowNs,
      TunnelTable tunnels,
      NextHops nextHops,
      PortSettings[] ports,
      Originator originator) {
    int count = plan.count(rate);
    long stepNs = INTERVALS_NS[rate] / count;
    if (nowNs - dueNs[rate] > LATE_NS + stepNs) {
      dueNs[rate] = nowNs;
    }
    for (int i = 0; i < PROBES_PER_TICK_MAX && dueNs[rate] - nowNs <= 0; i++) {
      int frame = originator.allocate();
      if (frame < 0) {
        return;
      }
      int probe = plan.wordsOf(rate, nexts[rate]);
      write(frame, probe, nowNs);
      encapsulate(plan.isIpv6(probe), tunnels, nextHops, ports);
      if (batch.fate(0) == DELIVERED) {
        originator.send(batch.frame(0), batch.length(0), batch.port(0));
      } else {
        originator.discard();
      }
      dueNs[rate] += stepNs;
      nexts[rate] = nexts[rate] + 1 == count ? 0 : nexts[rate] + 1;
    }
  }

  private void write(int frame, int probe, long nowNs) {
    int network = frame + INNER_OFFSET;
    int tunnel = plan.tunnel(probe);
    int bytes = plan.isIpv6(probe) ? writeIpv6(network, probe) : writeIpv4(network, probe);
    int icmp = network + bytes;
    int sequence = log.next(tunnel, nowNs);
    message.write(memory, icmp, type(probe), tunnel, sequence, nowNs);
    long sum = Checksum.sum(memory, icmp, ProbeMessage.ICMP_BYTES);
    if (plan.isIpv6(probe)) {
      sum += Ipv6.pseudoHeaderSum(memory, network, ProbeMessage.ICMP_BYTES, Ipv6.NEXT_ICMPV6);
    }
    memory.setU16(icmp + 2, Checksum.finish(sum));
    batch.begin(1);
    batch.setFrame(0, frame);
    batch.setNetwork(0, network);
    batch.setLength(0, icmp + ProbeMessage.ICMP_BYTES - frame);
    batch.setTunnel(0, tunnel);
  }

  private int type(int probe) {
    if (plan.isIpv6(probe)) {
      return plan.isReply(probe) ? Icmpv6.ECHO_REPLY : Icmpv6.ECHO_REQUEST;
    }
    return plan.isReply(probe) ? Icmp.ECHO_REPLY : Icmp.ECHO_REQUEST;
  }

  private int writeIpv4(int network, int probe) {
    long totalLength = Ipv4.HEADER_BYTES + ProbeMessage.ICMP_BYTES;
    memory.setI64(network, 0x45L << 56 | totalLength << 32 | Ipv4.DONT_FRAGMENT);
    memory.setI32(network + 8, TTL << 24 | Ipv4.PROTOCOL_ICMP << 16);
    memory.setI32(network + 12, (int) plan.sourceLow(probe));
    memory.setI32(network + 16, (int) plan.destinationLow(probe));
    Ipv4.writeChecksum(memory, network);
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

  private void encapsulate(
      boolean ipv6, TunnelTable tunnels, NextHops nextHops, PortSettings[] ports) {
    (ipv6 ? ipv6Encapsulation : ipv4Encapsulation)
        .process(memory, batch, single, tunnels, nextHops, neighbours, ports, DELIVERED);
  }
}
