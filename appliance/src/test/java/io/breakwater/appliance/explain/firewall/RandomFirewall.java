package io.breakwater.appliance.explain.firewall;

import io.breakwater.config.nft.FirewallReader;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Right rulesets made at random over the whole language, and packets in the values' neighbourhood.
 */
final class RandomFirewall {

  private static final List<String> MATCHES =
      List.of(
          "ip saddr ADDR",
          "ip daddr ADDR",
          "ip saddr != ADDR",
          "ip saddr { ADDR, 10.0.0.9 }",
          "ip saddr @v4",
          "ip saddr != @v4",
          "ip6 saddr ADDR6",
          "ip6 daddr @v6",
          "ip protocol { tcp, udp }",
          "ip6 nexthdr { tcp, ipv6-frag }",
          "meta l4proto PROTO",
          "meta nfproto ipv4",
          "meta nfproto ipv6",
          "meta protocol ip6",
          "meta length > 44",
          "meta length 40-48",
          "meta mark MARK",
          "meta mark & 0xff == MARK",
          "ip length 40",
          "ip ttl TTL",
          "ip ttl < 3",
          "ip6 hoplimit TTL",
          "ip id 3-5",
          "ip frag-off & 0x1fff != 0",
          "ip frag-off & 0x2000 == 0x2000",
          "ip dscp { cs1, ef }",
          "ip ecn ce",
          "ip version 4",
          "ip hdrlength 5",
          "ip6 flowlabel 5",
          "ip6 dscp ef",
          "exthdr frag exists",
          "exthdr frag missing",
          "tcp sport PORT",
          "tcp dport PORT",
          "tcp dport { PORT, 20-21 }",
          "tcp dport != PORT",
          "tcp dport @ports",
          "udp dport PORT",
          "udp length 8-12",
          "th dport PORT",
          "th sport != PORT",
          "tcp flags syn",
          "tcp flags ! ack",
          "tcp flags & (syn|ack) == syn",
          "tcp flags == syn",
          "tcp window > 1000",
          "tcp sequence 7",
          "tcp doff 5",
          "tcp option maxseg exists",
          "tcp option maxseg size > 1000",
          "tcp option sack-perm missing",
          "tcp option timestamp tsval 5",
          "icmp type { echo-request, destination-unreachable }",
          "icmp code 0",
          "icmpv6 type echo-request",
          "ip saddr . tcp dport @pairs",
          "ip saddr . udp dport { ADDR . PORT }",
          "@nh,96,32 0x0a000001",
          "@th,0,16 PORT",
          "@th,104,4 5");

  private static final List<String> ACTIONS =
      List.of(
          "counter",
          "counter name \"c\"",
          "log prefix \"x\"",
          "meta mark set MARK",
          "meta mark set meta mark & 0xff | 0x100",
          "meta mark set ip saddr map @marks",
          "limit rate 1/second burst 1 packets",
          "limit rate over 1/second",
          "limit rate 30 bytes/second burst 12 bytes",
          "quota 42 bytes",
          "quota over 42 bytes",
          "add @seen { ip saddr }",
          "update @seen { ip saddr limit rate 1/second }",
          "add @tiny { ip daddr }",
          "ip saddr @seen",
          "delete @seen { ip saddr }");

  private static final List<String> VERDICTS =
      List.of(
          "accept",
          "drop",
          "reject",
          "return",
          "continue",
          "jump a",
          "goto a",
          "tcp dport vmap @where",
          "tcp dport vmap { PORT : drop, 443 : jump a }",
          "");

  private static final List<String> PROTOCOLS =
      List.of(
          "tcp syn",
          "tcp ack mss 1460",
          "tcp syn,ack window 5 seq 7",
          "tcp syn mss 536 sack-perm timestamp 5,6",
          "udp payload 4",
          "udp",
          "icmp echo-request",
          "icmp destination-unreachable code port-unreachable",
          "proto esp payload 2",
          "proto esp payload 20",
          "udp frag 8 data 0102030405060708",
          "tcp frag 16 mf payload 24",
          "tcp syn mf payload 8");

  private static final String FRAME =
      """
      table inet t {
        set v4 { type ipv4_addr; flags interval; elements = { 10.0.0.0/30, 10.0.0.7 } }
        set v6 { type ipv6_addr; elements = { 2001:db8::1 } }
        set ports { type inet_service; elements = { 80, 443 } }
        set pairs { type ipv4_addr . inet_service; elements = { 10.0.0.1 . 80, 10.0.0.2 . 21 } }
        set seen { type ipv4_addr; flags dynamic; size 10; }
        set tiny { type ipv4_addr; flags dynamic; size 1; elements = { 10.0.0.2 } }
        map marks { type ipv4_addr : mark; elements = { 10.0.0.1 : 5, 10.0.0.3 : 6 } }
        counter c { }
        chain b { %s }
        chain a { %s }
        map where { type inet_service : verdict; elements = { 80 : accept, 443 : jump b } }
        chain first { type filter hook prerouting priority %d; policy %s; %s }
        chain second { type filter hook %s priority 0; policy %s; %s }
      }
      """;

  private final Random random;

  RandomFirewall(Random random) {
    this.random = random;
  }

  String ruleset() {
    return FRAME.formatted(
        rules(3, false),
        rules(4, false),
        random.nextInt(3) - 1,
        policy(),
        rules(12, true),
        random.nextBoolean() ? "forward" : "prerouting",
        policy(),
        rules(6, true));
  }

  private String policy() {
    return random.nextInt(4) == 0 ? "drop" : "accept";
  }

  private String rules(int max, boolean jumps) {
    return IntStream.range(0, random.nextInt(max + 1))
        .mapToObj(i -> rule(jumps))
        .collect(Collectors.joining("\n", "\n", "\n"));
  }

  /** One that nft takes: many matches contradict each other. */
  private String rule(boolean jumps) {
    while (true) {
      String rule = candidate(jumps);
      if (isRight(rule)) {
        return rule;
      }
    }
  }

  private static boolean isRight(String rule) {
    String text =
        FRAME.formatted("", "", 0, "accept", "\n" + rule + "\n", "prerouting", "accept", "");
    return FirewallReader.read(text, Position.startOf(Path.of("t.nft")), new Problems())
        .isPresent();
  }

  private String candidate(boolean jumps) {
    StringBuilder rule = new StringBuilder();
    for (int i = random.nextInt(3); i > 0; i--) {
      rule.append(values(pick(MATCHES))).append(' ');
    }
    if (random.nextInt(3) == 0) {
      rule.append(values(pick(ACTIONS))).append(' ');
    }
    List<String> verdicts = jumps ? VERDICTS : VERDICTS.subList(0, 5);
    return rule.append(values(pick(verdicts))).append(rule.isEmpty() ? "counter" : "").toString();
  }

  private String values(String text) {
    return text.replace("ADDR6", "2001:db8::" + (1 + random.nextInt(2)))
        .replace("ADDR", "10.0.0." + random.nextInt(6) + (random.nextInt(3) == 0 ? "/31" : ""))
        .replace("PORT", pick(List.of("80", "443", "21", "1")))
        .replace("PROTO", pick(List.of("tcp", "udp", "icmp", "esp")))
        .replace("TTL", "" + random.nextInt(4))
        .replace("MARK", "" + random.nextInt(7));
  }

  /** As {@code explain} reads it. */
  String packet() {
    String protocol = pick(PROTOCOLS);
    boolean ipv6 = random.nextInt(3) == 0;
    if (ipv6) {
      protocol = protocol.replace("icmp ", "icmpv6 ");
    }
    boolean ports = protocol.startsWith("tcp") || protocol.startsWith("udp");
    return end(ipv6, ports)
        + " > "
        + end(ipv6, ports)
        + " "
        + protocol
        + " ttl "
        + (random.nextInt(3) == 0 ? random.nextInt(4) : 64)
        + pick(List.of("", "", " dscp ef", " dscp cs1 ecn ce", ipv6 ? " flowlabel 5" : " df"));
  }

  private String end(boolean ipv6, boolean port) {
    String address =
        ipv6 ? "[2001:db8::" + (1 + random.nextInt(3)) + "]" : "10.0.0." + random.nextInt(9);
    return port ? address + ":" + pick(List.of("80", "443", "20", "21", "22", "1")) : address;
  }

  private <T> T pick(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }
}
