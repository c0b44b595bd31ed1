package io.breakwater.config.nft;

import java.util.List;
import java.util.Random;

/**
 * Rulesets made at random over the whole language, right ones and wrong ones: a value may be of
 * another type than its field, a header may contradict one before it, a name may be missing.
 */
final class RandomRuleset {

  private record Field(String text, String kind) {}

  private static final List<Field> FIELDS =
      List.of(
          new Field("ip saddr", "ipv4"),
          new Field("ip daddr", "ipv4"),
          new Field("ip6 saddr", "ipv6"),
          new Field("ip6 daddr", "ipv6"),
          new Field("ip protocol", "protocol"),
          new Field("ip6 nexthdr", "protocol"),
          new Field("meta l4proto", "protocol"),
          new Field("ip length", "u16"),
          new Field("ip id", "u16"),
          new Field("ip frag-off", "u16"),
          new Field("ip ttl", "u8"),
          new Field("ip hdrlength", "u4"),
          new Field("ip checksum", "u16"),
          new Field("ip dscp", "dscp"),
          new Field("ip ecn", "ecn"),
          new Field("ip6 length", "u16"),
          new Field("ip6 hoplimit", "u8"),
          new Field("ip6 flowlabel", "u20"),
          new Field("tcp sport", "port"),
          new Field("tcp dport", "port"),
          new Field("tcp sequence", "u32"),
          new Field("tcp ackseq", "u32"),
          new Field("tcp doff", "u4"),
          new Field("tcp window", "u16"),
          new Field("tcp urgptr", "u16"),
          new Field("tcp flags", "flags"),
          new Field("udp sport", "port"),
          new Field("udp dport", "port"),
          new Field("udp length", "u16"),
          new Field("icmp type", "icmp"),
          new Field("icmp code", "u8"),
          new Field("icmpv6 type", "icmpv6"),
          new Field("th dport", "port"),
          new Field("th sport", "port"),
          new Field("meta length", "u32"),
          new Field("meta mark", "mark"),
          new Field("meta protocol", "ethertype"),
          new Field("meta nfproto", "family"),
          new Field("exthdr frag", "boolean"),
          new Field("tcp option maxseg", "boolean"),
          new Field("tcp option maxseg size", "u16"),
          new Field("tcp option timestamp tsval", "u32"),
          new Field("@nh,96,32", "u32"),
          new Field("@th,32,8", "u8"));

  private static final List<String> VERDICTS =
      List.of(
          "accept",
          "drop",
          "continue",
          "return",
          "jump other",
          "goto other",
          "reject",
          "reject with icmp host-unreachable",
          "reject with icmpv6 no-route",
          "reject with icmpx admin-prohibited",
          "reject with tcp reset",
          "jump nowhere",
          "jump base");

  private static final List<String> STATEMENTS =
      List.of(
          "counter",
          "counter packets 3 bytes 4",
          "limit rate 10/second",
          "limit rate over 5/minute burst 7 packets",
          "limit rate 10 mbytes/second",
          "limit rate over 3 kbytes/hour burst 4 kbytes",
          "limit rate 0/second",
          "quota over 10 mbytes",
          "quota 5 kbytes used 1 kbytes",
          "log prefix \"x\"",
          "counter name \"c\"",
          "limit name \"l\"",
          "quota name \"q\"",
          "counter name \"none\"",
          "meta mark set 5",
          "meta mark set meta mark & 0xff | 0x100",
          "meta mark set ip saddr map @marks",
          "add @seen { ip saddr }",
          "update @timed { ip saddr timeout 5s limit rate over 3/second }",
          "update @seen { ip saddr }",
          "add @seen { ip6 saddr }",
          "meta mark set ip saddr map { 192.0.2.1 : 5, 192.0.2.2 : 6 }");

  private final Random random;

  RandomRuleset(Random random) {
    this.random = random;
  }

  /** That of the environment's NFT_SEED, or another one each time. */
  static long seed() {
    String seed = System.getenv("NFT_SEED");
    return seed == null ? System.nanoTime() : Long.parseLong(seed);
  }

  /** A table with everything that rules name, and one rule. */
  String ruleset() {
    String family = pick(List.of("inet", "inet", "inet", "ip", "ip6", "netdev"));
    String hook = family.equals("netdev") ? "ingress device \"lo\"" : "prerouting";
    return """
    table %s t {
      set v4 { type ipv4_addr; flags interval; elements = { 192.0.2.0/24, 198.51.100.7 } }
      set v6 { type ipv6_addr; elements = { 2001:db8::1 } }
      set ports { type inet_service; elements = { 80, 443 } }
      set pairs { type ipv4_addr . inet_service; elements = { 192.0.2.1 . 80 } }
      set seen { type ipv4_addr; flags dynamic; size 1000; }
      set timed { type ipv4_addr; flags dynamic,timeout; timeout 1m; }
      map marks { type ipv4_addr : mark; elements = { 192.0.2.1 : 5 } }
      map where { type inet_service : verdict; elements = { 80 : accept, 443 : jump other } }
      counter c { packets 1 bytes 2 }
      limit l { rate 10/second }
      quota q { over 10 mbytes }
      chain other {
      }
      chain base {
        type filter hook %s priority 0; policy accept;
        %s
      }
    }
    """
        .formatted(family, hook, rule());
  }

  private String rule() {
    StringBuilder rule = new StringBuilder();
    int parts = 1 + random.nextInt(3);
    for (int i = 0; i < parts; i++) {
      rule.append(random.nextInt(5) == 0 ? pick(STATEMENTS) : match()).append(' ');
    }
    return rule.append(random.nextInt(8) == 0 ? "" : pick(VERDICTS)).toString();
  }

  private String match() {
    return switch (random.nextInt(12)) {
      case 0 -> "ip saddr . tcp dport { " + pairs() + " }";
      case 1 -> "ip saddr . tcp dport " + pick(List.of("@pairs", "!= @pairs", "@v4"));
      case 2 -> pick(List.of("tcp dport", "udp dport", "ip saddr")) + " vmap @where";
      case 3 -> "tcp dport vmap { 22 : drop, " + value("port") + " : jump other }";
      case 4 -> flags();
      case 5 -> masked();
      default -> comparison();
    };
  }

  private String pairs() {
    return value("ipv4")
        + " . "
        + interval("port")
        + ", "
        + interval("ipv4")
        + " . "
        + value("port");
  }

  private String flags() {
    return pick(
        List.of(
            "tcp flags syn",
            "tcp flags syn,ack",
            "tcp flags != syn",
            "tcp flags ! fin,rst",
            "tcp flags syn / fin,syn,rst,ack",
            "tcp flags != syn / syn,ack",
            "tcp flags & (syn|ack) == syn",
            "tcp flags & (fin|syn) == (fin|syn)",
            "tcp flags == syn",
            "tcp flags { syn }",
            "tcp flags & syn != 0",
            "tcp flags & (fin|syn|rst|ack) syn",
            "ip ttl ! 5"));
  }

  private String masked() {
    return pick(
        List.of(
            "ip frag-off & 0x1fff != 0",
            "ip saddr & 255.255.255.0 == 192.0.2.0",
            "meta mark & 0xff == 5",
            "meta mark & 0xff != 0x100",
            "ip id & 0xf { 1, 2, 5-7 }",
            "meta mark | 1 == 7",
            "meta mark ^ 1 == 7",
            "ip saddr & 0.0.0.255 == 0.0.0.1",
            "tcp window & 0xf0 > 5",
            "ip saddr & 255.255.0.0 @v4"));
  }

  private String comparison() {
    Field field = pick(FIELDS);
    String kind = field.kind;
    // One in sixteen is of another type; nft takes protocols for numbers of any type.
    if (random.nextInt(16) == 0 && !kind.equals("boolean")) {
      kind = pick(FIELDS).kind;
      kind = kind.equals("protocol") ? field.kind : kind;
    }
    if (kind.equals("boolean")) {
      return field.text + " " + value(kind);
    }
    String right =
        switch (random.nextInt(10)) {
          case 0 -> "!= " + value(kind);
          case 1 -> pick(List.of("<", ">", "<=", ">=")) + " " + value(kind);
          case 2 -> interval(kind);
          case 3 -> "!= " + interval(kind);
          case 4 -> "{ " + value(kind) + ", " + interval(kind) + ", " + value(kind) + " }";
          case 5 -> "!= { " + value(kind) + ", " + value(kind) + " }";
          case 6 -> pick(List.of("@v4", "@v6", "@ports", "@missing", "!= @v4"));
          default -> value(kind);
        };
    return field.text + " " + right;
  }

  private String value(String kind) {
    return switch (kind) {
      case "ipv4" -> "192.0.2." + random.nextInt(256);
      case "ipv6" -> "2001:db8::" + Integer.toHexString(1 + random.nextInt(0xfff0));
      case "protocol" -> pick(List.of("tcp", "udp", "icmp", "icmpv6", "esp", "6", "200", "sctp"));
      case "port" -> pick(List.of("80", "443", "ssh", "domain", "65535", "0", "65536", "8080"));
      case "dscp" -> pick(List.of("cs1", "ef", "af41", "0x3f", "5", "64"));
      case "ecn" -> pick(List.of("ce", "ect0", "not-ect", "3", "4"));
      case "flags" -> pick(List.of("syn", "ack", "0x12", "psh"));
      case "icmp" -> pick(List.of("echo-request", "echo-reply", "77", "256"));
      case "icmpv6" -> pick(List.of("echo-request", "nd-neighbor-solicit", "77"));
      case "mark" -> pick(List.of("5", "0xffffffff", "0x100000000"));
      case "ethertype" -> pick(List.of("ip", "ip6", "arp", "0x9000"));
      case "family" -> pick(List.of("ipv4", "ipv6", "7"));
      case "boolean" -> pick(List.of("exists", "missing"));
      case "u4" -> "" + random.nextInt(17);
      case "u8" -> "" + random.nextInt(260);
      case "u16" -> "" + random.nextInt(66_000);
      case "u20" -> "" + random.nextInt(1_050_000);
      default -> "" + (random.nextInt() & 0x1_0fff_ffffL);
    };
  }

  private String interval(String kind) {
    return switch (kind) {
      case "ipv4" ->
          pick(List.of("192.0.2.0/24", "10.0.0.0/8", "192.0.2.3-192.0.2.9", "192.0.2.9-192.0.2.3"));
      case "ipv6" -> pick(List.of("2001:db8::/32", "2001:db8::5-2001:db8::9", "::/0"));
      case "port" -> pick(List.of("20-21", "1024-65535", "90-80"));
      case "u8", "u16", "u20", "u32" -> "3-" + (4 + random.nextInt(100));
      case "protocol" -> "6-17";
      default -> value(kind);
    };
  }

  private <T> T pick(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }
}
