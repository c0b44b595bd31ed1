package io.breakwater.config.nft;

import io.breakwater.config.text.NearestKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What nftables has and we don't, and why: a word of nftables is never just "unknown". */
final class Unsupported {

  private static final String STATELESS = "the appliance keeps no connections";
  private static final String NO_ROUTING = "a tenant's ruleset sees no routing table";
  private static final String NO_HOST = "a tenant's traffic is not for this host";
  private static final String NO_REWRITE = "a tenant's ruleset decides and changes no packet";
  private static final String NO_INTERFACES = "a tenant's ruleset sees no interfaces";
  private static final String NO_LINK = "a tenant's packets are IP, whatever link they came by";
  private static final String NOT_YET = "this header is not read";

  private static final Map<String, String> REASONS = reasons();

  /** Types of nftables that no match here has. */
  private static final Set<String> TYPES =
      Set.of(
          "ether_addr",
          "ifname",
          "iface_index",
          "iface_type",
          "ct_state",
          "ct_dir",
          "ct_status",
          "ct_label",
          "ct_id",
          "realm",
          "classid",
          "uid",
          "gid",
          "devgroup",
          "pkt_type",
          "time",
          "day",
          "hour",
          "cgroupsv2",
          "arp_op",
          "dccp_pkttype",
          "igmp_type",
          "string",
          "integer",
          "verdict",
          "boolean",
          "icmpx_code",
          "fib_addrtype",
          "mh_type",
          "lladdr",
          "bitmask");

  private Unsupported() {}

  private static Map<String, String> reasons() {
    Map<String, String> reasons = new HashMap<>();
    put(reasons, STATELESS, "ct", "notrack", "flow", "synproxy", "connlimit");
    put(reasons, NO_ROUTING, "fib", "rt", "rtclassid");
    put(
        reasons,
        NO_HOST,
        "socket",
        "skuid",
        "skgid",
        "cgroup",
        "cpu",
        "queue",
        "osf",
        "ipsec",
        "secpath",
        "secmark",
        "tproxy",
        "nftrace",
        "xt",
        "time",
        "day",
        "hour",
        "priority");
    put(
        reasons,
        NO_REWRITE,
        "snat",
        "dnat",
        "masquerade",
        "redirect",
        "dup",
        "fwd",
        "fullcone",
        "reset");
    put(
        reasons,
        NO_INTERFACES,
        "iif",
        "iifname",
        "iiftype",
        "iifgroup",
        "oif",
        "oifname",
        "oiftype",
        "oifgroup",
        "ibrname",
        "obrname",
        "ibriport",
        "obriport",
        "ibridgename",
        "obridgename",
        "iifkind",
        "oifkind",
        "sdif",
        "sdifname");
    put(reasons, NO_LINK, "ether", "vlan", "arp", "pkttype", "ibrvproto", "ibrpvid");
    put(
        reasons, NOT_YET, "ah", "esp", "comp", "udplite", "sctp", "dccp", "igmp", "gre", "hbh",
        "rt0", "rt2", "srh", "frag", "dst", "mh");
    put(
        reasons,
        "a verdict must be the same for the same packet",
        "numgen",
        "jhash",
        "symhash",
        "random",
        "prandom");
    return Map.copyOf(reasons);
  }

  private static void put(Map<String, String> reasons, String reason, String... words) {
    for (String word : words) {
      reasons.put(word, reason);
    }
  }

  /** The reason why a word of nftables is not supported here. */
  static Optional<String> reason(Token token) {
    return token.kind() == Token.Kind.WORD
        ? Optional.ofNullable(REASONS.get(token.text()))
        : Optional.empty();
  }

  /** A word where a field should begin. */
  static Refusal field(Token word) {
    return reason(word)
        .map(why -> new Refusal(word, "not supported: " + word.text() + ": " + why))
        .orElseGet(() -> Refusal.unexpected(word, "a field such as ip saddr"));
  }

  /** A word where a statement should begin. */
  static Refusal statement(Token word) {
    return reason(word)
        .map(why -> new Refusal(word, "not supported: " + word.text() + ": " + why))
        .orElseGet(() -> Refusal.unexpected(word, "a match, a statement or a verdict"));
  }

  /** A thing that a table can declare in nftables. */
  static Refusal object(Token word) {
    String why = reason(word).orElse(word.is("flowtable") ? STATELESS : "a ruleset only decides");
    return new Refusal(word, "not supported: " + word.text() + ": " + why);
  }

  /** The type of a set. */
  static Refusal type(Token name) {
    if (name.kind() == Token.Kind.WORD && TYPES.contains(name.text())) {
      return new Refusal(
          name, "not supported: sets of type " + name.text() + ": no match has this type here");
    }
    Collection<String> known = DataType.OF_SETS.stream().map(DataType::name).toList();
    String advice =
        NearestKey.of(name.text(), known)
            .map(nearest -> ": did you mean " + nearest + "?")
            .orElse("");
    return new Refusal(
        name,
        "unexpected "
            + name.shown()
            + ": expected a type such as ipv4_addr or inet_service"
            + advice);
  }

  /** A word behind {@code ip}, {@code tcp}, {@code meta} ... that is none of its fields. */
  static Refusal fieldOf(String owner, Token name, Collection<String> known) {
    if (owner.equals("meta") && reason(name).isPresent()) {
      return new Refusal(name, "not supported: meta " + name.text() + ": " + reason(name).get());
    }
    if (owner.startsWith("icmp")
        && List.of("id", "sequence", "mtu", "gateway", "max-delay", "parameter-problem", "taddr")
            .contains(name.text())) {
      return new Refusal(
          name,
          "not supported: " + owner + " " + name.text() + ": only type, code and checksum are");
    }
    String advice =
        NearestKey.of(name.text(), known)
            .map(nearest -> ": did you mean " + nearest + "?")
            .orElse("");
    return new Refusal(
        name,
        "unexpected "
            + name.shown()
            + ": expected a field of "
            + owner
            + " ("
            + String.join(", ", known.stream().sorted().toList())
            + ")"
            + advice);
  }
}
