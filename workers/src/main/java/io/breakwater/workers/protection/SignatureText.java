package io.breakwater.workers.protection;

import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.protection.Signature.Range;
import io.breakwater.workers.protection.Signature.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A signature as nftables' rule, for operators: {@code udp sport 53 meta length 512-1500 @th,64,16
 * & 0x8000 == 0x8000 drop}. What any packet fits is not said.
 *
 * <p>A TTL is written as IPv4's, though IPv6's hop limit is looked at as well; a payload behind TCP
 * with {@code @ih}, which nftables knows since 1.0.1.
 */
final class SignatureText {

  private static final String[] FLAGS = {"fin", "syn", "rst", "psh", "ack", "urg", "ecn", "cwr"};
  private static final int UDP_HEADER_BYTES = 8;

  private SignatureText() {}

  static String of(Signature signature) {
    List<String> parts = new ArrayList<>();
    addProtocol(parts, signature);
    add(parts, "meta length", signature.lengths(), Range.LENGTHS);
    add(parts, "ip ttl", signature.ttls(), Range.TTLS);
    addPayload(parts, signature);
    int mask = signature.tcpFlagsMask();
    if (mask != 0) {
      parts.add("tcp flags & (%s) == %s".formatted(flags(mask), flags(signature.tcpFlags())));
    }
    signature.words().forEach(word -> parts.add(of(word, signature.protocol())));
    parts.add(verdict(signature));
    return String.join(" ", parts);
  }

  private static void addProtocol(List<String> parts, Signature signature) {
    int protocol = signature.protocol();
    String name =
        switch (protocol) {
          case Ipv4.PROTOCOL_TCP -> "tcp";
          case Ipv4.PROTOCOL_UDP -> "udp";
          case Ipv4.PROTOCOL_ICMP -> "icmp";
          case Ipv4.PROTOCOL_IPV6_ICMP -> "ipv6-icmp";
          default -> Integer.toString(protocol);
        };
    int before = parts.size();
    add(parts, name + " sport", signature.sourcePorts(), Range.PORTS);
    add(parts, name + " dport", signature.destinationPorts(), Range.PORTS);
    boolean said = parts.size() > before || signature.tcpFlagsMask() != 0;
    if (!said && protocol != Signature.ANY_PROTOCOL) {
      parts.add("meta l4proto " + name);
    }
  }

  /** Of TCP, a byte is asked for that no value is too small for: the rule ends where it is not. */
  private static void addPayload(List<String> parts, Signature signature) {
    int bytes = signature.payloadMinBytes();
    if (bytes > 0) {
      boolean udp = signature.protocol() == Ipv4.PROTOCOL_UDP;
      parts.add(
          udp
              ? "udp length >= " + (UDP_HEADER_BYTES + bytes)
              : "@ih,%d,8 >= 0x0".formatted(Byte.SIZE * (bytes - 1)));
    }
  }

  private static void add(List<String> parts, String field, Range range, Range all) {
    if (!range.equals(all)) {
      parts.add(field + " " + range);
    }
  }

  private static String flags(int bits) {
    List<String> names = new ArrayList<>();
    for (int bit = 0; bit < FLAGS.length; bit++) {
      if ((bits & 1 << bit) != 0) {
        names.add(FLAGS[bit]);
      }
    }
    return names.isEmpty() ? "0x0" : String.join("|", names);
  }

  private static String of(Word word, int protocol) {
    String base = protocol == Ipv4.PROTOCOL_TCP ? "@ih" : "@th";
    int before = protocol == Ipv4.PROTOCOL_UDP ? UDP_HEADER_BYTES : 0;
    int bits = Byte.SIZE * word.bytes();
    boolean whole = word.mask() == -1L >>> Long.SIZE - bits;
    String mask = whole ? "" : " & 0x%x ==".formatted(word.mask());
    return "%s,%d,%d%s 0x%x"
        .formatted(base, Byte.SIZE * (before + word.offset()), bits, mask, word.value());
  }

  private static String verdict(Signature signature) {
    return switch (signature.reaction()) {
      case LIMIT -> "limit rate over %d/second drop".formatted(signature.limitPerSecond());
      case OBSERVE -> "counter";
      case OFF, DROP -> signature.reaction().name().toLowerCase(Locale.ROOT);
    };
  }
}
