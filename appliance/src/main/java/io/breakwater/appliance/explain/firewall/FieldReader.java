package io.breakwater.appliance.explain.firewall;

import io.breakwater.appliance.explain.packet.PacketView;
import io.breakwater.config.firewall.Field;
import io.breakwater.config.firewall.TableFamily;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Reads the model's fields from a packet: net/netfilter/nft_payload.c, nft_meta.c and nft_exthdr.c
 * of Linux.
 */
final class FieldReader {

  private static final int NFPROTO_IPV4 = 2;
  private static final int NFPROTO_NETDEV = 5;
  private static final int NFPROTO_IPV6 = 10;
  private static final int TCP = 6;

  private final PacketView packet;

  FieldReader(PacketView packet) {
    this.packet = packet;
  }

  /**
   * @param family of the table whose rule asks
   * @param mark of the packet
   */
  Reading read(Field field, TableFamily family, int mark) {
    return switch (field) {
      case Field.Payload payload -> payload(payload);
      case Field.Meta meta -> meta(meta, family, mark);
      case Field.ExtensionHeader header ->
          packet.ipv6
              ? Reading.of(packet.hasExtension(header.protocol()) ? 1 : 0)
              : Reading.absent("is of IPv4");
      case Field.TcpOptionExists option ->
          Reading.of(packet.tcpOption(option.kind()) == PacketView.NONE ? 0 : 1);
      case Field.TcpOption option -> option(option);
    };
  }

  private Reading payload(Field.Payload payload) {
    int base =
        switch (payload.base()) {
          case LINK -> 0;
          case NETWORK -> packet.network;
          case TRANSPORT -> packet.transport();
        };
    if (payload.base() == Field.Base.TRANSPORT) {
      if (packet.isLaterFragment()) {
        return Reading.absent("is a fragment without a transport header");
      }
      if (packet.protocol() == PacketView.NONE) {
        return Reading.absent("has extension headers that break off");
      }
    }
    return bits(base, packet.end, payload.offsetBits(), payload.bits());
  }

  private Reading bits(int base, int end, int offsetBits, int bits) {
    int first = base + offsetBits / 8;
    int last = base + (offsetBits + bits - 1) / 8;
    if (last >= end) {
      return Reading.absent("ends before it");
    }
    BigInteger whole = new BigInteger(1, Arrays.copyOfRange(packet.bytes, first, last + 1));
    int behind = 7 - (offsetBits + bits - 1) % 8;
    BigInteger value =
        whole.shiftRight(behind).and(BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE));
    return new Reading(value.shiftRight(Long.SIZE).longValue(), value.longValue(), "");
  }

  private Reading meta(Field.Meta meta, TableFamily family, int mark) {
    return switch (meta) {
      case L4PROTO ->
          packet.protocol() == PacketView.NONE
              ? Reading.absent("has extension headers that break off")
              : Reading.of(packet.protocol());
      case NFPROTO ->
          Reading.of(
              family == TableFamily.NETDEV
                  ? NFPROTO_NETDEV
                  : packet.ipv6 ? NFPROTO_IPV6 : NFPROTO_IPV4);
      case LENGTH -> Reading.of(packet.lengthBytes());
      case PROTOCOL -> Reading.of(packet.ipv6 ? 0x86dd : 0x0800);
      case MARK -> Reading.of(mark & 0xffff_ffffL);
    };
  }

  private Reading option(Field.TcpOption field) {
    if (packet.protocol() != TCP || packet.isLaterFragment()) {
      return Reading.absent("is no TCP");
    }
    int option = packet.tcpOption(field.kind());
    if (option == PacketView.NONE) {
      return Reading.absent("has no such option");
    }
    return bits(option, option + packet.tcpOptionBytes(option), field.offsetBits(), field.bits());
  }
}
