package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Checksum;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Icmp;
import io.breakwater.workers.packet.Icmpv6;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.TokenBucket;

/**
 * Takes ICMP and ICMPv6 that is addressed to us: answers echo requests in place (RFC 792, RFC 1812
 * 4.3.3.6, RFC 4443 4.2), takes answers to tunnel probes, hands everything else to the host.
 *
 * <p>Only a whole packet without options, from one host to one host, is answered here, and only at
 * the rate of the worker's bucket; a reply has the length of its request. Fragments, options, other
 * types, and requests to a broadcast or multicast address are the host's, which may or may not
 * answer them (RFC 1122 3.2.2.6).
 *
 * <p>{@code network} is the position of the IP header, which has been validated: its lengths are
 * within the frame. A checksum is verified over the whole message, then updated (RFC 1624).
 * Neighbour discovery does not come here.
 *
 * <p>Threading: called only from the worker's thread.
 */
public final class EchoInput {

  private static final int TRUNCATED = DropReason.ICMP_TRUNCATED.code();
  private static final int BAD_CHECKSUM = DropReason.ICMP_BAD_CHECKSUM.code();
  private static final int BAD_CHECKSUM_V6 = DropReason.ICMPV6_BAD_CHECKSUM.code();
  private static final int LIMITED = DropReason.ICMP_RATE_LIMITED.code();
  private static final int ANSWERED = Fate.ANSWERED.code();
  private static final int HOST = Fate.HOST.code();
  private static final int CONSUMED = Fate.CONSUMED.code();

  private static final int TTL = 64;

  private final TokenBucket limit;
  private final ProbeInput probeInput;

  /**
   * @param limit tokens are answers; may be shared with other stages of the same worker
   * @param probeInput knows the answers to tunnel probes
   */
  public EchoInput(TokenBucket limit, ProbeInput probeInput) {
    this.limit = limit;
    this.probeInput = probeInput;
  }

  /** Gives each IPv4 packet of the list its fate; an answer leaves by the port it came from. */
  public void processIpv4(
      PacketMemory memory, Batch batch, PacketList in, PortSettings port, long nowNs) {
    for (int i = 0; i < in.count; i++) {
      int packet = in.index[i];
      int frame = batch.frame(packet);
      int network = batch.network(packet);
      int fate = takeIpv4(memory, frame, network, port, nowNs);
      if (fate == ANSWERED) {
        Ethernet.turnBack(memory, frame, port.mac());
        answerIpv4(memory, network);
        batch.setPort(packet, port.index());
      }
      batch.setFate(packet, fate);
    }
  }

  /** Gives each IPv6 packet of the list its fate; an answer leaves by the port it came from. */
  public void processIpv6(
      PacketMemory memory, Batch batch, PacketList in, PortSettings port, long nowNs) {
    for (int i = 0; i < in.count; i++) {
      int packet = in.index[i];
      int frame = batch.frame(packet);
      int network = batch.network(packet);
      int fate = takeIpv6(memory, frame, network, nowNs);
      if (fate == ANSWERED) {
        Ethernet.turnBack(memory, frame, port.mac());
        answerIpv6(memory, network);
        batch.setPort(packet, port.index());
      }
      batch.setFate(packet, fate);
    }
  }

  private int takeIpv4(PacketMemory memory, int frame, int network, PortSettings port, long nowNs) {
    if (Ipv4.isFragment(Ipv4.flagsAndOffset(memory, network))) {
      return HOST;
    }
    int headerBytes = Ipv4.headerBytes(memory, network);
    int icmp = network + headerBytes;
    int length = Ipv4.totalLength(memory, network) - headerBytes;
    if (length < Icmp.HEADER_BYTES) {
      return TRUNCATED;
    }
    boolean answerable =
        Icmp.type(memory, icmp) == Icmp.ECHO_REQUEST
            && headerBytes == Ipv4.HEADER_BYTES
            && isOneHost(port, Ipv4.source(memory, network))
            && isOneHost(port, Ipv4.destination(memory, network))
            && !Ethernet.isGroup(Ethernet.destination(memory, frame));
    // The rate comes first: over it, a flood does not cost the sum over its bytes.
    if (answerable && !limit.take(nowNs)) {
      return LIMITED;
    }
    if (Checksum.fold(Checksum.sum(memory, icmp, length)) != 0xffff) {
      return BAD_CHECKSUM;
    }
    if (answerable) {
      return ANSWERED;
    }
    return probeInput.takeIpv4(memory, network, true, nowNs) ? CONSUMED : HOST;
  }

  private static boolean isOneHost(PortSettings port, int address) {
    return PortAddresses.isHost(address) && !PortAddresses.isSubnetBroadcast(port, address);
  }

  private static void answerIpv4(PacketMemory memory, int network) {
    int source = Ipv4.source(memory, network);
    memory.setI32(network + 12, Ipv4.destination(memory, network));
    memory.setI32(network + 16, source);
    // Swapping the addresses leaves the sum as it is.
    int ttlAndProtocol = memory.u16(network + 8);
    int fresh = TTL << 8 | Ipv4.PROTOCOL_ICMP;
    memory.setU16(network + 8, fresh);
    memory.setU16(network + 10, Checksum.update(memory.u16(network + 10), ttlAndProtocol, fresh));
    // The request's reserved flag is not for us to send (RFC 791 3.1); of a whole packet DF is
    // left.
    int flags = Ipv4.flagsAndOffset(memory, network);
    int kept = flags & Ipv4.DONT_FRAGMENT;
    memory.setU16(network + 6, kept);
    memory.setU16(network + 10, Checksum.update(memory.u16(network + 10), flags, kept));
    setType(memory, network + Ipv4.HEADER_BYTES, Icmp.ECHO_REPLY);
  }

  private int takeIpv6(PacketMemory memory, int frame, int network, long nowNs) {
    if (Ipv6.nextHeader(memory, network) != Ipv6.NEXT_ICMPV6) {
      return HOST;
    }
    int icmpv6 = network + Ipv6.HEADER_BYTES;
    int length = Ipv6.payloadLength(memory, network);
    if (length < Icmp.HEADER_BYTES) {
      return TRUNCATED;
    }
    boolean answerable =
        Icmp.type(memory, icmpv6) == Icmpv6.ECHO_REQUEST
            && !PortAddresses.isNoHost(
                Ipv6.sourceHigh(memory, network), Ipv6.sourceLow(memory, network))
            && !PortAddresses.isMulticast(Ipv6.destinationHigh(memory, network))
            && !Ethernet.isGroup(Ethernet.destination(memory, frame));
    if (answerable && !limit.take(nowNs)) {
      return LIMITED;
    }
    long sum =
        Ipv6.pseudoHeaderSum(memory, network, length, Ipv6.NEXT_ICMPV6)
            + Checksum.sum(memory, icmpv6, length);
    if (Checksum.fold(sum) != 0xffff) {
      return BAD_CHECKSUM_V6;
    }
    if (answerable) {
      return ANSWERED;
    }
    return probeInput.takeIpv6(memory, network, true, nowNs) ? CONSUMED : HOST;
  }

  private static void answerIpv6(PacketMemory memory, int network) {
    long sourceHigh = Ipv6.sourceHigh(memory, network);
    long sourceLow = Ipv6.sourceLow(memory, network);
    memory.setI64(network + 8, Ipv6.destinationHigh(memory, network));
    memory.setI64(network + 16, Ipv6.destinationLow(memory, network));
    memory.setI64(network + 24, sourceHigh);
    memory.setI64(network + 32, sourceLow);
    memory.setU8(network + 7, TTL);
    setType(memory, network + Ipv6.HEADER_BYTES, Icmpv6.ECHO_REPLY);
  }

  private static void setType(PacketMemory memory, int icmp, int type) {
    int typeAndCode = memory.u16(icmp);
    int fresh = type << 8 | typeAndCode & 0xff;
    memory.setU16(icmp, fresh);
    // An echo reply may be all zeros, and then its checksum is 0xffff, where RFC 1624 arrives at 0:
    // the two are the same number to every other message, so 0xffff is right for all.
    int checksum = Checksum.update(memory.u16(icmp + 2), typeAndCode, fresh);
    memory.setU16(icmp + 2, checksum == 0 ? 0xffff : checksum);
  }
}
