package io.breakwater.workers.worker;

import io.breakwater.workers.firewall.FirewallLog;
import io.breakwater.workers.firewall.PacketView;
import java.util.function.Consumer;

/**
 * Carries packets that {@code log} statements of tenants' firewalls meet from a worker to the
 * control thread: as many as {@link LogSampler} lets by.
 *
 * <pre>
 *   rule's slot | left out | length, protocol, flags, ports | source high, low | destination high, low
 * </pre>
 *
 * <p>Threading: {@link #logged} and {@link #reassignTenant} on the worker's thread, {@link
 * #drainTo} on the control thread. What finds the ring full is counted as left out.
 */
final class FirewallLogReports implements FirewallLog {

  private static final int CAPACITY = 256;
  private static final int RECORD_LONGS = 7;

  private static final int PROTOCOL_SHIFT = 16;
  private static final int IPV6_BIT = 25;
  private static final int PORTS_BIT = 26;
  private static final int PORTS_SHIFT = 32;
  private static final int PROTOCOL_MASK = 0x1ff;

  private final LogSampler sampler;
  private final SpscRing ring = new SpscRing(CAPACITY, RECORD_LONGS);
  private final long[] offered = new long[RECORD_LONGS];
  private final long[] taken = new long[RECORD_LONGS];

  FirewallLogReports(LogSampler sampler) {
    this.sampler = sampler;
  }

  @Override
  public void logged(int tenant, int ruleSlot, PacketView packet, long nowNs) {
    if (!sampler.admits(tenant, nowNs)) {
      return;
    }
    boolean ipv6 = packet.isIpv6();
    boolean ports = packet.hasPorts();
    offered[0] = ruleSlot;
    offered[1] = sampler.leftOut(tenant);
    offered[2] =
        packet.lengthBytes()
            | (long) (packet.protocol() & PROTOCOL_MASK) << PROTOCOL_SHIFT
            | (ipv6 ? 1L << IPV6_BIT : 0)
            | (ports ? 1L << PORTS_BIT | (long) packet.ports() << PORTS_SHIFT : 0);
    offered[3] = ipv6 ? join(packet.sourceWord(0), packet.sourceWord(1)) : 0;
    offered[4] =
        ipv6 ? join(packet.sourceWord(2), packet.sourceWord(3)) : join(0, packet.sourceWord(0));
    offered[5] = ipv6 ? join(packet.destinationWord(0), packet.destinationWord(1)) : 0;
    offered[6] =
        ipv6
            ? join(packet.destinationWord(2), packet.destinationWord(3))
            : join(0, packet.destinationWord(0));
    if (ring.offer(offered)) {
      sampler.clearLeftOut(tenant);
    } else {
      sampler.leaveOut(tenant);
    }
  }

  private static long join(int high, int low) {
    return (long) high << 32 | low & 0xffff_ffffL;
  }

  /** What was left out of a slot's tenant is not the next one's. */
  void reassignTenant(int tenant) {
    sampler.reassign(tenant);
  }

  /** Hands all packets that are there to {@code listener}: at most as many as the ring holds. */
  void drainTo(Consumer<LoggedPacket> listener) {
    for (int i = 0; i < CAPACITY && ring.poll(taken); i++) {
      long facts = taken[2];
      int protocol = (int) (facts >>> PROTOCOL_SHIFT) & PROTOCOL_MASK;
      boolean ports = LoggedPacket.hasPorts(protocol) && (facts >>> PORTS_BIT & 1) != 0;
      listener.accept(
          new LoggedPacket(
              (int) taken[0],
              (facts >>> IPV6_BIT & 1) != 0,
              taken[3],
              taken[4],
              taken[5],
              taken[6],
              protocol == PROTOCOL_MASK ? LoggedPacket.NO_PROTOCOL : protocol,
              ports ? (int) (facts >>> PORTS_SHIFT + 16) : 0,
              ports ? (int) (facts >>> PORTS_SHIFT) & 0xffff : 0,
              (int) facts & 0xffff,
              taken[1]));
    }
  }
}
