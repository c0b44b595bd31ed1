package io.breakwater.workers.stage;

import io.breakwater.workers.firewall.FirewallEngine;
import io.breakwater.workers.firewall.Instruction.Reject;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Icmp;
import io.breakwater.workers.packet.Icmpv6;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.TokenBucket;

/**
 * Answers packets that a tenant's firewall rejects, in each of the forms of {@code reject}.
 *
 * <p>An answer is never longer than what it answers. Threading: called only from the worker's
 * thread; one object serves both families, with one rate.
 */
public final class FirewallReject {

  private static final int FIREWALL_REJECT = DropReason.FIREWALL_REJECT.code();

  /** ICMP's and ICMPv6's codes by nftables' numbers: no-route, port, host, admin-prohibited. */
  private static final int[] ICMPX_IPV4 = {
    Icmp.CODE_NET_UNREACHABLE,
    Icmp.CODE_PORT_UNREACHABLE,
    Icmp.CODE_HOST_UNREACHABLE,
    Icmp.CODE_ADMINISTRATIVELY_PROHIBITED
  };

  private static final int[] ICMPX_IPV6 = {
    Icmpv6.CODE_NO_ROUTE,
    Icmpv6.CODE_PORT_UNREACHABLE,
    Icmpv6.CODE_ADDRESS_UNREACHABLE,
    Icmpv6.CODE_ADMINISTRATIVELY_PROHIBITED
  };

  private final IcmpErrorOutput errors;
  private final TcpResetOutput resets;

  /**
   * @param limit tokens are answers
   */
  public FirewallReject(PacketMemory memory, TokenBucket limit) {
    errors = new IcmpErrorOutput(limit);
    resets = new TcpResetOutput(memory, limit);
  }

  /**
   * The packet's fate becomes ANSWERED, or FIREWALL_REJECT when no answer is due.
   *
   * @param verdict of {@link FirewallEngine}
   * @param port where the packet came from
   * @return whether there is an answer
   */
  public boolean answer(
      PacketMemory memory, Batch batch, int packet, int verdict, PortSettings port, long nowNs) {
    boolean ipv6 = memory.u8(batch.network(packet)) >>> 4 == 6;
    int code = FirewallEngine.rejectCode(verdict);
    switch (FirewallEngine.rejectHow(verdict)) {
      case Reject.TCP_RESET -> {
        return resets.reset(memory, batch, packet, port, nowNs);
      }
      case Reject.ICMPX -> {
        int own = ipv6 ? ICMPX_IPV6[code] : ICMPX_IPV4[code];
        return errors.rejected(memory, batch, packet, port, own, nowNs);
      }
      case Reject.ICMPV6 -> {
        return ipv6
            ? errors.rejected(memory, batch, packet, port, code, nowNs)
            : unanswered(batch, packet);
      }
      default -> {
        return ipv6
            ? unanswered(batch, packet)
            : errors.rejected(memory, batch, packet, port, code, nowNs);
      }
    }
  }

  private static boolean unanswered(Batch batch, int packet) {
    batch.setFate(packet, FIREWALL_REJECT);
    return false;
  }
}
