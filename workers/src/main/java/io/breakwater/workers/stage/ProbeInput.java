package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Checksum;
import io.breakwater.workers.packet.Icmp;
import io.breakwater.workers.packet.Icmpv6;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketMemory;

/**
 * Knows the answers to tunnel probes among the packets for our own addresses, and reports them.
 *
 * <p>An answer comes straight, or in a tunnel, where it is known before the inner source is judged,
 * since the router that answers need not be in the tenant's prefix. An answer is an ICMP echo reply
 * without IP options that carries our own {@link ProbeMessage}; all other echo replies end as they
 * would without probes, so that the host may ping.
 *
 * <p>Called only from the worker's thread. Cost: three reads for what is no echo reply.
 */
public final class ProbeInput {

  /** For a packet path that sends no probes: knows no answers. */
  public static final ProbeInput NONE = new ProbeInput(null, null);

  private final ProbeMessage message;
  private final ProbeListener listener;

  public ProbeInput(ProbeMessage message, ProbeListener listener) {
    this.message = message;
    this.listener = listener;
  }

  /** Whether there are answers to be known. */
  boolean isActive() {
    return message != null;
  }

  /** Reports a valid echo reply for ourselves of {@link ProbeMessage#ICMP_BYTES} if it is one. */
  boolean take(PacketMemory memory, int icmp, long nowNs) {
    return message.isOurs(memory, icmp) && report(memory, icmp, nowNs);
  }

  /**
   * Whether a valid IPv4 packet for ourselves is an answer.
   *
   * @param network position of its header
   * @param isVerified whether its ICMP checksum is known to be right
   */
  public boolean takeIpv4(PacketMemory memory, int network, boolean isVerified, long nowNs) {
    if (message == null
        || Ipv4.protocol(memory, network) != Ipv4.PROTOCOL_ICMP
        || Ipv4.headerBytes(memory, network) != Ipv4.HEADER_BYTES
        || Ipv4.isFragment(Ipv4.flagsAndOffset(memory, network))) {
      return false;
    }
    int icmp = network + Ipv4.HEADER_BYTES;
    int length = Ipv4.totalLength(memory, network) - Ipv4.HEADER_BYTES;
    return length >= ProbeMessage.ICMP_BYTES
        && memory.u16(icmp) == Icmp.ECHO_REPLY << 8
        && message.isOurs(memory, icmp)
        && (isVerified || Checksum.fold(Checksum.sum(memory, icmp, length)) == 0xffff)
        && report(memory, icmp, nowNs);
  }

  /** The same of IPv6. */
  public boolean takeIpv6(PacketMemory memory, int network, boolean isVerified, long nowNs) {
    if (message == null || Ipv6.nextHeader(memory, network) != Ipv6.NEXT_ICMPV6) {
      return false;
    }
    int icmp = network + Ipv6.HEADER_BYTES;
    int length = Ipv6.payloadLength(memory, network);
    return length >= ProbeMessage.ICMP_BYTES
        && memory.u16(icmp) == Icmpv6.ECHO_REPLY << 8
        && message.isOurs(memory, icmp)
        && (isVerified
            || Checksum.fold(
                    Ipv6.pseudoHeaderSum(memory, network, length, Ipv6.NEXT_ICMPV6)
                        + Checksum.sum(memory, icmp, length))
                == 0xffff)
        && report(memory, icmp, nowNs);
  }

  private boolean report(PacketMemory memory, int icmp, long nowNs) {
    // Now is when the turn began, which may be before a probe was sent in it.
    long roundTripNs = Math.max(0, nowNs - ProbeMessage.timeNs(memory, icmp));
    listener.answered(
        ProbeMessage.tunnel(memory, icmp), ProbeMessage.sequence(memory, icmp), roundTripNs);
    return true;
  }
}
