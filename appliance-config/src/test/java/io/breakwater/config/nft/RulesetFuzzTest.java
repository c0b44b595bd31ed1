package io.breakwater.config.nft;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Rulesets that were damaged, and words in any order: they end in a firewall or in problems, never
 * in an exception, and soon.
 */
class RulesetFuzzTest {

  private static final int ROUNDS = 3_000;

  private static final String[] WORDS =
      ("table inet ip ip6 netdev chain set map rule add element counter limit quota define include"
              + " redefine undefine flush ruleset delete insert type filter hook prerouting ingress"
              + " device priority policy accept drop jump goto return continue reject with tcp udp"
              + " icmp icmpv6 reset icmpx sport dport saddr daddr flags syn ack option maxseg size"
              + " exists missing meta mark l4proto nfproto length protocol vmap elements interval"
              + " auto-merge timeout dynamic typeof verdict ipv4_addr inet_service meter update log"
              + " prefix rate over second burst packets bytes mbytes/second comment name th exthdr"
              + " frag @nh @s @m $x { } ( ) [ ] , . ; : = == != < > <= >= << >> & | ^ ! / - * @ $"
              + " 80 0 20-21 0xffff 65536 99999999999999999999 192.0.2.1 192.0.2.0/24 2001:db8::1"
              + " ::/0 fe80::1-fe80::9 \"text\" \" # \\ a b c 5s 1h30m ct fib ifname \u00e9 \t")
          .split(" ");

  @Test
  void shouldEndDamagedRulesetsInAVerdict() {
    long seed = RandomRuleset.seed();
    System.out.println("RulesetFuzzTest: NFT_SEED=" + seed);
    Random random = new Random(seed);
    RandomRuleset generator = new RandomRuleset(random);
    for (int i = 0; i < ROUNDS; i++) {
      String ruleset = i % 3 == 0 ? words(random) : damaged(generator.ruleset(), random);
      check(ruleset, seed);
    }
  }

  private static String words(Random random) {
    StringBuilder text = new StringBuilder();
    int count = random.nextInt(200);
    for (int i = 0; i < count; i++) {
      text.append(WORDS[random.nextInt(WORDS.length)]).append(random.nextInt(6) == 0 ? '\n' : ' ');
    }
    return text.toString();
  }

  private static String damaged(String ruleset, Random random) {
    StringBuilder text = new StringBuilder(ruleset);
    int damages = 1 + random.nextInt(4);
    for (int i = 0; i < damages; i++) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(4)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.insert(at, ' ' + WORDS[random.nextInt(WORDS.length)] + ' ');
        case 2 -> text.setCharAt(at, (char) random.nextInt(0x250));
        default -> text.delete(at, Math.min(text.length(), at + random.nextInt(20)));
      }
      if (text.isEmpty()) {
        return "";
      }
    }
    return text.toString();
  }

  private static void check(String ruleset, long seed) {
    Problems problems = new Problems();
    try {
      boolean read =
          FirewallReader.read(ruleset, Position.startOf(Path.of("x.nft")), problems)
              .map(firewall -> FirewallLint.check(firewall).size() >= 0)
              .orElse(false);
      assertTrue(read == problems.isEmpty(), "seed=" + seed + "\n" + ruleset);
    } catch (RuntimeException | StackOverflowError e) {
      fail("seed=" + seed + "\n" + ruleset, e);
    }
  }
}
