package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Checksum;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.packet.Tcp;

/**
 * Writes a segment without options or data over the one that it answers, in the name of that one's
 * destination: 40 bytes with IPv4, 60 with IPv6, which the other has at least.
 *
 * <pre>
 * IPv4: identification 0, DF (RFC 6864 4.1: atomic), TTL 64    IPv6: flow label 0, hop limit 64
 * TCP:  ports swapped, window 0, urgent pointer 0
 * </pre>
 *
 * <p>Checksums are computed from what is written, which is in registers: nothing is read back.
 * Window 0 keeps a client from sending data that nobody waits for. Stateless.
 */
final class TcpAnswer {

  static final int IPV4_BYTES = Ipv4.HEADER_BYTES + Tcp.HEADER_BYTES;
  static final int IPV6_BYTES = Ipv6.HEADER_BYTES + Tcp.HEADER_BYTES;

  private static final int TTL = 64;

  /** Version, header length, total length; identification, DF. */
  private static final long IPV4_FRONT = (0x4500_0000L | IPV4_BYTES) << 32 | Ipv4.DONT_FRAGMENT;

  private static final int IPV4_TTL_AND_PROTOCOL = TTL << 8 | Ipv4.PROTOCOL_TCP;
  private static final int IPV4_CONSTANT_SUM =
      0x4500 + IPV4_BYTES + Ipv4.DONT_FRAGMENT + IPV4_TTL_AND_PROTOCOL;

  private static final long IPV6_FRONT =
      6L << 60 | (long) Tcp.HEADER_BYTES << 16 | Ipv4.PROTOCOL_TCP << 8 | TTL;

  private static final int PSEUDO_HEADER_SUM = Ipv4.PROTOCOL_TCP + Tcp.HEADER_BYTES;
  private static final int DATA_OFFSET = 5 << 12;

  private TcpAnswer() {}

  /**
   * @param source of the segment that is answered
   * @param destination of the same
   * @param ports its source port in the upper half
   * @param flags of TCP, as an answer has
   */
  static void writeIpv4(
      PacketMemory memory,
      int network,
      int source,
      int destination,
      int ports,
      int sequence,
      int acknowledgement,
      int flags) {
    int addresses = words(source) + words(destination);
    long ipChecksum = Checksum.finishSmall(IPV4_CONSTANT_SUM + addresses);
    int offsetAndFlags = DATA_OFFSET | flags;
    long tcpChecksum =
        Checksum.finishSmall(
            PSEUDO_HEADER_SUM
                + addresses
                + words(ports)
                + words(sequence)
                + words(acknowledgement)
                + offsetAndFlags);
    memory.setI64(network, IPV4_FRONT);
    memory.setI64(
        network + 8,
        (long) IPV4_TTL_AND_PROTOCOL << 48 | ipChecksum << 32 | destination & 0xffff_ffffL);
    memory.setI64(network + 16, pair(source, Integer.rotateLeft(ports, 16)));
    memory.setI64(network + 24, pair(sequence, acknowledgement));
    memory.setI64(network + 32, (long) offsetAndFlags << 48 | tcpChecksum << 16);
  }

  /** The same of IPv6; reads the addresses from where it writes. */
  static void writeIpv6(
      PacketMemory memory, int network, int ports, int sequence, int acknowledgement, int flags) {
    long sourceHigh = Ipv6.sourceHigh(memory, network);
    long sourceLow = Ipv6.sourceLow(memory, network);
    long destinationHigh = Ipv6.destinationHigh(memory, network);
    long destinationLow = Ipv6.destinationLow(memory, network);
    int offsetAndFlags = DATA_OFFSET | flags;
    long sum =
        PSEUDO_HEADER_SUM
            + Checksum.halves(sourceHigh)
            + Checksum.halves(sourceLow)
            + Checksum.halves(destinationHigh)
            + Checksum.halves(destinationLow)
            + words(ports)
            + words(sequence)
            + words(acknowledgement)
            + offsetAndFlags;
    memory.setI64(network, IPV6_FRONT);
    memory.setI64(network + 8, destinationHigh);
    memory.setI64(network + 16, destinationLow);
    memory.setI64(network + 24, sourceHigh);
    memory.setI64(network + 32, sourceLow);
    memory.setI64(network + 40, pair(Integer.rotateLeft(ports, 16), sequence));
    memory.setI64(network + 48, pair(acknowledgement, offsetAndFlags << 16));
    memory.setI32(network + 56, Checksum.finish(sum) << 16);
  }

  private static int words(int word) {
    return (word >>> 16) + (word & 0xffff);
  }

  private static long pair(int high, int low) {
    return (long) high << 32 | low & 0xffff_ffffL;
  }
}
