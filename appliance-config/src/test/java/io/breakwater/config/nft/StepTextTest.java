package io.breakwater.config.nft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.firewall.Step;
import io.breakwater.config.firewall.TableFamily;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepTextTest {

  private static final String TABLE =
      """
      table inet t {
        set office { type ipv4_addr; elements = { 192.0.2.1 } }
        set seen { type ipv4_addr; flags dynamic; }
        map where { type inet_service : verdict; elements = { 80 : accept } }
        counter c { }
        limit l { rate 10/second }
        quota q { 5 mbytes }
        chain web { }
        chain base {
          type filter hook prerouting priority 0
          %s
        }
      }
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "tcp dport 20-21 accept; meta l4proto tcp | tcp dport 20-21 | accept",
        "ip saddr @office drop; meta nfproto ipv4 | ip saddr @office | drop",
        "ip saddr != 192.0.2.0/24 tcp dport { 80, 443 };"
            + " meta nfproto ipv4 | ip saddr != 192.0.2.0/24 | meta l4proto tcp"
            + " | tcp dport { 80, 443 }",
        "tcp flags syn; meta l4proto tcp | tcp flags syn",
        "tcp flags ! syn,ack; meta l4proto tcp | tcp flags ! syn,ack",
        "tcp flags & (syn|ack) == syn; meta l4proto tcp | tcp flags & (syn | ack) == syn",
        "udp dport 53; meta l4proto udp | udp dport 53",
        "th dport 53; th dport 53",
        "icmp type echo-request; meta nfproto ipv4 | meta l4proto icmp | icmp type echo-request",
        "@th,16,16 5; th dport 5",
        "@nh,8,8 5; @nh,8,8 0x5",
        "tcp option maxseg size 1-535; tcp option maxseg size 1-535",
        "tcp option sack-perm exists; tcp option sack-perm exists",
        "exthdr frag exists; meta nfproto ipv6 | exthdr frag exists",
        "ip saddr . tcp dport { 192.0.2.1 . 80 };"
            + " meta nfproto ipv4 | meta l4proto tcp | ip saddr . tcp dport 192.0.2.1 . 80",
        "meta mark & 0xff == 5; meta mark & 0xff == 0x00000005",
        "tcp dport vmap @where; meta l4proto tcp | tcp dport vmap @where",
        "counter limit name l quota name q jump web; counter | limit name \"l\" (limit rate 10/second)"
            + " | quota name \"q\" (quota 5 mbytes) | jump web",
        "add @seen { ip saddr counter } log prefix \"x\";"
            + " meta nfproto ipv4 | add @seen { ip saddr counter } | log prefix \"x\"",
        "reject with icmpx no-route; reject with icmpx no-route"
      })
  void shouldSayEachStepInTheWordsOfTheLanguage(String rule, String steps) {
    Firewall firewall = read(TABLE.formatted(rule)).orElseThrow();

    assertEquals(steps, String.join(" | ", steps(firewall, TableFamily.INET)));
  }

  @Test
  void shouldShortenLongSets() {
    String ports = String.join(",", IntStream.range(0, 20).mapToObj(i -> "" + (2 * i)).toList());
    Firewall firewall = read(TABLE.formatted("tcp dport { " + ports + " }")).orElseThrow();

    assertEquals(
        "tcp dport { 0, 2, 4, 6, 8, 10, 12, 14, ... and 12 more }",
        steps(firewall, TableFamily.INET).getLast());
  }

  /** What it says of a match means the same: read again it is the same step. */
  @Test
  void shouldSayMatchesOfRandomRulesSoThatTheyMeanTheSame() {
    long seed = 20_261_124;
    RandomRuleset random = new RandomRuleset(new Random(seed));
    int compared = 0;
    for (int i = 0; i < 4_000; i++) {
      String text = random.ruleset();
      Optional<Firewall> firewall = read(text);
      if (firewall.isEmpty()) {
        continue;
      }
      TableFamily family = firewall.get().chains().getFirst().name().family();
      for (Rule rule : firewall.get().rules()) {
        compared += assertSame(firewall.get(), family, rule, text);
      }
    }
    assertFalse(compared < 500, "compared=" + compared);
  }

  private static int assertSame(Firewall firewall, TableFamily family, Rule rule, String text) {
    StepText words = new StepText(firewall, family, rule);
    List<Step> matches = rule.steps().stream().filter(step -> step instanceof Step.Match).toList();
    if (matches.isEmpty()) {
      return 0;
    }
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < rule.steps().size(); i++) {
      if (rule.steps().get(i) instanceof Step.Match) {
        parts.add(words.of(i));
      }
    }
    String again = text.replaceAll("(policy accept;\\s*).*", "$1" + String.join(" ", parts));
    Optional<Firewall> second = read(again);
    if (second.isEmpty() && again.contains("ip saddr . tcp dport {")) {
      // Whether intervals of a concatenation overlap depends on their order, which was another.
      return 0;
    }
    assertEquals(
        Optional.of(matches),
        second.map(read -> read.rules().getFirst().steps()),
        () -> text + "\n" + again);
    return 1;
  }

  private static List<String> steps(Firewall firewall, TableFamily family) {
    Rule rule = firewall.rules().getFirst();
    StepText text = new StepText(firewall, family, rule);
    return IntStream.range(0, rule.steps().size()).mapToObj(text::of).toList();
  }

  private static Optional<Firewall> read(String text) {
    return FirewallReader.read(text, Position.startOf(Path.of("t.nft")), new Problems());
  }
}
