package io.breakwater.config.nft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class FirewallLintTest {

  /** The warnings of rules in one base chain; the first stands in line 4. */
  private static List<String> warnings(String... rules) {
    return lint(
        """
        table inet t {
          chain c {
            type filter hook prerouting priority 0; policy accept;
        %s
          }
        }
        """
            .formatted(String.join("\n", rules)));
  }

  private static List<String> lint(String ruleset) {
    Problems problems = new Problems();
    Firewall firewall =
        FirewallReader.read(ruleset, Position.startOf(Path.of("x.nft")), problems)
            .orElseThrow(() -> new AssertionError(problems.all()));
    return FirewallLint.check(firewall).stream().map(Object::toString).toList();
  }

  @Test
  void shouldWarnOfARuleThatALargerOneShadows() {
    assertEquals(
        List.of(
            "x.nft:5:1: warning: rule can never match: ip saddr 192.0.2.7 tcp dport 80 accept:"
                + " shadowed by ip saddr 192.0.2.0/24 drop (x.nft:4:1)"),
        warnings("ip saddr 192.0.2.0/24 drop", "ip saddr 192.0.2.7 tcp dport 80 accept"));
  }

  @Test
  void shouldWarnOfARuleThatSeveralShadowTogether() {
    assertEquals(
        List.of(
            "x.nft:6:1: warning: rule can never match: tcp dport 50-150 accept: shadowed by"
                + " tcp dport 1-100 drop (x.nft:4:1), tcp dport 101-200 accept (x.nft:5:1)"),
        warnings("tcp dport 1-100 drop", "tcp dport 101-200 accept", "tcp dport 50-150 accept"));
  }

  @Test
  void shouldWarnOfEverythingBehindACatchAll() {
    assertEquals(
        List.of(
            "x.nft:5:1: warning: rule can never match: tcp dport 80 accept:"
                + " shadowed by counter drop (x.nft:4:1)",
            "x.nft:6:1: warning: rule can never match: udp dport 53 limit rate 5/second accept:"
                + " shadowed by counter drop (x.nft:4:1)"),
        warnings("counter drop", "tcp dport 80 accept", "udp dport 53 limit rate 5/second accept"));
  }

  @Test
  void shouldWarnOfContradictions() {
    assertEquals(
        List.of(
            "x.nft:4:1: warning: rule can never match: ip saddr 192.0.2.1 ip saddr 192.0.2.2 drop",
            "x.nft:5:1: warning: rule can never match: tcp dport < 0 accept",
            "x.nft:6:1: warning: rule can never match: tcp flags syn / fin,rst accept"),
        warnings(
            "ip saddr 192.0.2.1 ip saddr 192.0.2.2 drop",
            "tcp dport < 0 accept",
            "tcp flags syn / fin,rst accept"));
  }

  @Test
  void shouldWarnOfDuplicates() {
    assertEquals(
        List.of(
            "x.nft:5:1: warning: rule is a duplicate of the one at x.nft:4:1:"
                + " tcp dport { 80, 443 } accept"),
        warnings("tcp dport { 80, 443 } accept", "tcp dport { 443, 80 } accept"));
  }

  @Test
  void shouldSayNothingWhenItIsNotCertain() {
    assertEquals(
        List.of(),
        warnings(
            // What is within a limit only.
            "tcp dport 80 limit rate 10/second accept",
            "tcp dport 80 drop",
            // A chain may return.
            "meta mark 5 accept",
            "meta mark set 5",
            "meta mark 5 accept",
            // A packet without the header matches neither.
            "udp dport != 53 drop",
            "udp dport 53 accept",
            "ip saddr . tcp dport { 192.0.2.1 . 1, 192.0.2.2 . 2 } drop",
            "ip saddr 192.0.2.1 tcp dport 2 drop"));
  }

  @Test
  void shouldNotCarryAcceptToAnotherBaseChain() {
    assertEquals(
        List.of(),
        lint(
            """
            table inet t {
              chain first {
                type filter hook prerouting priority -10; policy accept;
                tcp dport 80 accept
              }
              chain second {
                type filter hook prerouting priority 0; policy accept;
                tcp dport 80 drop
              }
            }
            """));
  }

  @Test
  void shouldWarnOfSetsAndChainsThatNothingUses() {
    assertEquals(
        List.of(
            "x.nft:2:7: warning: set a is never used",
            "x.nft:5:7: warning: map m is never used",
            "x.nft:8:9: warning: chain x is never reached: no base chain leads to it"),
        lint(
            """
            table inet t {
              set a {
                type ipv4_addr
              }
              map m {
                type ipv4_addr : mark
              }
              chain x {
                accept
              }
              chain y {
                accept
              }
              chain c {
                type filter hook prerouting priority 0; policy accept;
                tcp dport vmap { 80 : jump y }
              }
            }
            """));
  }

  @Test
  void shouldNotTrustASetThatRulesChange() {
    assertEquals(
        List.of(),
        lint(
            """
            table inet t {
              set a {
                type ipv4_addr
                elements = { 192.0.2.1 }
              }
              chain c {
                type filter hook prerouting priority 0; policy accept;
                ip saddr @a drop
                ip saddr 192.0.2.1 accept
                delete @a { ip saddr }
              }
            }
            """));
  }
}
