package io.breakwater.workers.nftables;

import io.breakwater.workers.nftables.Protocols.Network;
import io.breakwater.workers.nftables.Protocols.Transport;
import java.util.ArrayList;
import java.util.List;

/** Matches of every kind, whose values are {@link Constants}. */
final class RandomMatch {

  private static final List<String> FLAGS =
      List.of(
          "syn",
          "syn,ack",
          "!= syn",
          "! fin,rst",
          "syn / fin,syn,rst,ack",
          "!= syn / syn,ack",
          "& (syn|ack) == syn",
          "& (fin|syn) == (fin|syn)",
          "== syn",
          "{ syn, syn | ack, 0x10 }",
          "!= { ack, fin | ack }",
          "{ syn }",
          "& syn != 0",
          "& (fin|syn|rst|ack) syn",
          "& (fin|syn|rst|psh|ack|urg) == 0",
          "> 0x10");

  /** Wider than a register of the kernel; the second one than IPv4's header. */
  private static final List<String> WIDE =
      List.of("@nh,64,64 > 2738188573441261567", "@nh,64,128 > 5", "@nh,96,96 < 0xffffffff");

  private final Draw draw;
  private final Constants constants;
  private final Intervals intervals;
  private final RandomSets sets;

  RandomMatch(Draw draw, Constants constants, RandomSets sets) {
    this.draw = draw;
    this.constants = constants;
    this.intervals = new Intervals(draw, constants);
    this.sets = sets;
  }

  /** One more match of a rule. */
  String next(Protocols protocols) {
    return switch (draw.weighted(34, 26, 12, 5, 5, 4, 9, 5, 3)) {
      case 0 -> comparison(protocols.networkField(), protocols);
      case 1 -> comparison(protocols.transportField(), protocols);
      case 2 ->
          comparison(
              draw.of(protocols.hasTransports() ? RuleField.ANY : RuleField.NO_TRANSPORT),
              protocols);
      case 3 -> flags(protocols);
      case 4 -> option(protocols);
      case 5 -> protocols.mayBe(Network.IPV6) ? extension(protocols) : next(protocols);
      case 6 -> concatenation(protocols);
      case 7 -> raw(protocols);
      default -> family(protocols);
    };
  }

  /** What tells some flows from others: addresses, ports, the protocol. */
  List<String> flow(Protocols protocols) {
    List<String> matches = new ArrayList<>();
    if (draw.chance(75)) {
      matches.add(compared(protocols.address(), protocols));
    }
    if (draw.chance(25)) {
      matches.add(compared(protocols.address(), protocols));
    }
    RuleField port = draw.chance(60) ? protocols.port() : null;
    matches.add(
        port != null ? compared(port, protocols) : comparison(RuleField.PROTOCOL, protocols));
    return matches;
  }

  private String flags(Protocols protocols) {
    String flags = draw.of(FLAGS);
    if (!protocols.mayBe(Transport.TCP) || !protocols.mayCompare(!flags.startsWith("!="))) {
      return next(protocols);
    }
    protocols.narrow(Transport.TCP);
    return "tcp flags " + flags;
  }

  /** Of which version of IP the packet is, as the table may say it. */
  private String family(Protocols protocols) {
    Network network = draw.of(Network.values());
    if (!protocols.isOfBoth() || !protocols.mayBe(network)) {
      return next(protocols);
    }
    protocols.narrow(network);
    return network == Network.IPV4
        ? draw.of("meta nfproto ipv4", "meta protocol ip")
        : draw.of("meta nfproto ipv6", "meta protocol ip6");
  }

  private String option(Protocols protocols) {
    if (draw.chance(60)) {
      return compared(draw.of(RuleField.TCP_OPTIONS), protocols);
    }
    String kind =
        draw.of(
            "maxseg",
            "window",
            "sack-perm",
            "sack",
            "timestamp",
            "md5sig",
            "mptcp",
            "fastopen",
            "nop",
            "eol",
            "253");
    return "tcp option " + kind + draw.of(" exists", " exists", " missing");
  }

  private String extension(Protocols protocols) {
    protocols.narrow(Network.IPV6);
    return "exthdr "
        + draw.of("hbh", "rt", "frag", "frag", "dst", "mh")
        + draw.of(" exists", " exists", " missing");
  }

  /**
   * Anywhere in the headers and behind them, also less than a byte. Not in the options of IPv4: a
   * router that records its route has written to them when the forward hook comes.
   */
  private String raw(Protocols protocols) {
    String base = protocols.hasTransports() ? draw.of("@nh", "@th", "@th") : "@nh";
    int offset = 8 * draw.below(base.equals("@nh") ? 20 : draw.of(24, 80));
    return switch (draw.below(4)) {
      case 3 -> draw.of(WIDE);
      case 0 -> "%s,%d,4 < %d".formatted(base, offset + draw.of(0, 4), 1 + draw.below(15));
      case 1 -> "%s,%d,8 & %d == 0".formatted(base, offset, draw.of(1, 0x0f, 0xf0, 0x80));
      default -> {
        int bits = draw.of(8, 16);
        String name = "%s,%d,%d".formatted(base, offset, bits);
        yield compared(new RuleField(name, null, bits, Slot.BYTE), protocols);
      }
    };
  }

  private String comparison(RuleField field, Protocols protocols) {
    if (!"inet_proto".equals(field.type())) {
      return compared(field, protocols);
    }
    if (protocols.mayClose() && draw.chance(60)) {
      protocols.close();
      return compared(field, protocols);
    }
    return field.text() + draw.of(" < ", " > ") + intervals.single(field);
  }

  private String compared(RuleField field, Protocols protocols) {
    String name = field.text();
    if (field.slot() == Slot.CHECKSUM) {
      // No packet is made for it: equality would hardly ever be met.
      String value = intervals.single(field);
      return name + draw.of(" < " + value, " > " + value, " & 3 == " + draw.below(4));
    }
    String set = field.type() != null && draw.chance(25) ? sets.ofType(field) : null;
    if (set != null) {
      return name + draw.of(" ", " ", " != ") + set;
    }
    return switch (draw.weighted(24, 10, 14, 6, 20, 16, 4, 6)) {
      case 0 -> protocols.mayCompare(true) ? name + " " + intervals.single(field) : ordered(field);
      case 1 ->
          protocols.mayCompare(false) ? name + " != " + intervals.single(field) : ordered(field);
      case 2 -> name + " " + intervals.range(field);
      case 3 -> name + " != " + intervals.range(field);
      case 4 -> ordered(field);
      case 5 -> name + " " + braces(intervals.several(field, draw.chance(60)));
      case 6 -> name + " != " + braces(intervals.several(field, draw.chance(40)));
      default -> field.isWholeBytes() ? masked(field) : name + " != " + intervals.range(field);
    };
  }

  private String ordered(RuleField field) {
    return field.text() + draw.of(" < ", " > ", " <= ", " >= ") + intervals.single(field);
  }

  private String masked(RuleField field) {
    if (field.isIpv6Address()) {
      return field.text()
          + " & ffff:ffff:ffff:ffff:: "
          + draw.of("== ", "!= ")
          + intervals.single(field).replaceAll("(:[^:]*){4}$", "::");
    }
    long value = constants.ofRule(field.slot());
    long mask =
        draw.of(value, 1L, 0xfL, 0xf0L, 0xffL, -1L << draw.below(field.bits()))
            & (1L << field.bits()) - 1;
    mask = mask == 0 ? 1 : mask;
    String sign = draw.of(" == ", " == ", " != ");
    return field.text() + " & " + field.show(mask) + sign + field.show(value & mask);
  }

  private String concatenation(Protocols protocols) {
    List<RuleField> fields = concatenated(protocols);
    if (fields == null) {
      return next(protocols);
    }
    String name = String.join(" . ", fields.stream().map(RuleField::text).toList());
    if (draw.chance(40)) {
      return name + draw.of(" ", " ", " != ") + sets.ofTypes(fields);
    }
    return name + draw.of(" ", " ", " != ") + braces(sets.tuples(fields, draw.chance(60)));
  }

  /** An address or the protocol, and a port; sometimes both; null if the rule has no port. */
  private List<RuleField> concatenated(Protocols protocols) {
    RuleField port = protocols.port();
    if (port == null) {
      return null;
    }
    return switch (draw.below(5)) {
      case 0 -> List.of(RuleField.PROTOCOL, port);
      case 2 ->
          protocols.address().isIpv6Address()
              ? List.of(RuleField.IPV6_SOURCE, RuleField.IPV6_DESTINATION, port)
              : List.of(RuleField.IPV4_SOURCE, RuleField.IPV4_DESTINATION, port);
      case 1 -> List.of(protocols.address(), RuleField.PROTOCOL, port);
      default -> List.of(protocols.address(), port);
    };
  }

  /** An address or a port, or both, for maps and for sets that rules change. */
  List<RuleField> key(Protocols protocols) {
    RuleField port = draw.chance(50) ? protocols.port() : null;
    if (port != null && draw.chance(50)) {
      return List.of(port);
    }
    return port != null ? List.of(protocols.address(), port) : List.of(protocols.address());
  }

  static String braces(List<String> elements) {
    return "{ " + String.join(", ", elements) + " }";
  }
}
