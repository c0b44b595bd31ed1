package io.breakwater.workers.nftables;

import io.breakwater.workers.nftables.Protocols.Network;
import io.breakwater.workers.nftables.Protocols.Transport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rules: some matches, sometimes a statement that does something, a counter, and a verdict or none.
 *
 * <p>Every rule has a counter of its own. It usually stands before the verdict, where it counts
 * what the rule matches, and sometimes earlier.
 */
final class RandomRule {

  private static final List<String> ICMP_CODES =
      List.of(
          "net-unreachable",
          "host-unreachable",
          "prot-unreachable",
          "port-unreachable",
          "net-prohibited",
          "host-prohibited",
          "admin-prohibited");
  private static final List<String> ICMPV6_CODES =
      List.of(
          "no-route",
          "admin-prohibited",
          "addr-unreachable",
          "port-unreachable",
          "policy-fail",
          "reject-route");
  private static final List<String> ICMPX_CODES =
      List.of("no-route", "port-unreachable", "host-unreachable", "admin-prohibited");

  private final Draw draw;
  private final String family;
  private final boolean transports;
  private final RandomMatch matches;
  private final RandomSets sets;
  private final Intervals intervals;
  private final Map<String, String> states = new HashMap<>();
  private int meters;

  /**
   * @param transports whether rules may look at transport headers
   */
  RandomRule(Draw draw, String family, boolean transports, Constants constants, RandomSets sets) {
    this.draw = draw;
    this.transports = transports;
    this.family = family;
    this.sets = sets;
    matches = new RandomMatch(draw, constants, sets);
    intervals = new Intervals(draw, constants);
  }

  /**
   * @param targets chains that may be jumped to
   */
  String next(List<String> targets) {
    return rule(targets, true);
  }

  /** For the chain that verdict maps may lead to: it has none itself. */
  String ofLeaf() {
    return rule(List.of(), false);
  }

  /** Into a chain, with one match or none. */
  String jump(String target) {
    Protocols protocols = Protocols.of(draw, family, transports);
    String match = draw.chance(70) ? matches.next(protocols) + " " : "";
    return match
        + "counter "
        + draw.of("jump ", "jump ", "jump ", match.isEmpty() ? "jump " : "goto ")
        + target;
  }

  /** Which decides about some flows, and nothing else. */
  String ofFlow() {
    Protocols protocols = Protocols.of(draw, family, transports);
    String flow = String.join(" ", matches.flow(protocols));
    String verdict =
        draw.of("", "", "", "", " accept", " accept", " drop", " " + reject(protocols));
    return flow + " counter" + (flow.isEmpty() ? "" : verdict);
  }

  private String rule(List<String> targets, boolean maps) {
    Protocols protocols = Protocols.of(draw, family, transports);
    List<String> parts = new ArrayList<>();
    int matchCount = draw.weighted(10, 45, 32, 13);
    for (int i = 0; i < matchCount; i++) {
      parts.add(matches.next(protocols));
    }
    if (draw.chance(25)) {
      parts.add(statement(protocols));
    }
    String verdict = verdict(protocols, matchCount, targets, maps);
    // Not between matches: nft 1.0.6 joins those before it with those behind it.
    int counterAt = draw.chance(85) ? parts.size() : draw.of(0, matchCount);
    parts.add(counterAt, draw.chance(95) ? "counter" : "counter packets 3 bytes 400");
    return String.join(" ", parts) + verdict;
  }

  private String statement(Protocols protocols) {
    return switch (draw.below(10)) {
      case 0 -> "log prefix \"x\"";
      case 1 -> "quota " + draw.of("", "over ") + draw.between(0, 6_000) + " bytes";
      case 2 -> "quota name \"" + sets.quota() + "\"";
      case 3 -> "counter name \"" + sets.counter() + "\"";
      case 4 -> "meta mark set " + intervals.single(RuleField.MARK);
      case 5 -> "meta mark set meta mark & 0xff" + draw.of("", " | 0x100", " ^ 1");
      case 6 -> {
        List<RuleField> key = matches.key(protocols);
        yield "meta mark set " + names(key) + " map " + sets.marks(key);
      }
      case 7 ->
          "meter meter"
              + meters++
              + " size 65535 { "
              + names(matches.key(protocols))
              + perElement()
              + " }";
      default -> update(protocols);
    };
  }

  private String update(Protocols protocols) {
    List<RuleField> key = matches.key(protocols);
    if (draw.chance(25)) {
      String set = sets.dynamic(key, "state", 65_535);
      // The first rule that adds an element gives it its state: all of a set give it the same.
      String state = states.computeIfAbsent(set, s -> perElement());
      return "%s %s { %s%s }".formatted(draw.of("add", "update"), set, names(key), state);
    }
    if (draw.chance(30)) {
      // From a set that is full nothing is deleted: the kernel frees its room some time later.
      String set = sets.dynamic(key, "few", draw.between(1, 6));
      return "%s %s { %s }".formatted(draw.of("add", "update"), set, names(key));
    }
    String set = sets.dynamic(key, "many", 65_535);
    // Nor one element often: the kernel finds no place for it among those that it has not freed.
    String operation = draw.of("add", "add", "update", "quota 200 bytes delete");
    return "%s %s { %s }".formatted(operation, set, names(key));
  }

  /** What an element keeps for itself, as far as it is no matter of time. */
  private String perElement() {
    return draw.of(
        " counter",
        " quota " + draw.between(0, 500) + " bytes",
        " quota over " + draw.between(0, 500) + " bytes");
  }

  /** A rule that matches everything decides rarely: none behind it would see a packet. */
  private String verdict(Protocols protocols, int matchCount, List<String> targets, boolean maps) {
    if (draw.chance(matchCount == 0 ? 88 : 40)) {
      return draw.chance(10) ? " continue" : "";
    }
    return switch (draw.weighted(30, 10, 9, 8, 22, maps ? 18 : 0)) {
      case 0 -> " accept";
      case 1 -> " drop";
      case 2 -> " " + reject(protocols);
      case 3 -> " return";
      case 4 ->
          targets.isEmpty() ? " accept" : draw.of(" jump ", " jump ", " goto ") + draw.of(targets);
      default -> {
        List<RuleField> key = matches.key(protocols);
        yield " " + names(key) + " vmap " + sets.verdicts(key);
      }
    };
  }

  private String reject(Protocols protocols) {
    boolean both = !family.equals("ip") && !family.equals("ip6");
    return switch (draw.below(5)) {
      case 0 ->
          protocols.mayBe(Network.IPV4) ? "reject with icmp " + draw.of(ICMP_CODES) : "reject";
      case 1 ->
          protocols.mayBe(Network.IPV6) ? "reject with icmpv6 " + draw.of(ICMPV6_CODES) : "reject";
      case 2 -> both ? "reject with icmpx " + draw.of(ICMPX_CODES) : "reject";
      case 3 -> protocols.mayBe(Transport.TCP) ? "reject with tcp reset" : "reject";
      default -> "reject";
    };
  }

  private static String names(List<RuleField> fields) {
    return String.join(" . ", fields.stream().map(RuleField::text).toList());
  }
}
