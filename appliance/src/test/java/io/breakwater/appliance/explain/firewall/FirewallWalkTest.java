package io.breakwater.appliance.explain.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.appliance.explain.packet.PacketSyntaxException;
import io.breakwater.appliance.explain.packet.PacketText;
import io.breakwater.appliance.explain.packet.PacketView;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.nft.FirewallReader;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirewallWalkTest {

  private static final String SEED =
      """
      table inet filter {
        set office { type ipv4_addr; flags interval; elements = { 192.0.2.0/25, 198.51.100.7 } }
        chain prerouting {
          type filter hook prerouting priority 0; policy accept;
          ip saddr @office accept
          ip daddr 203.0.113.100 tcp dport 20-21 accept
          ip daddr 203.0.113.100 drop
        }
      }
      """;

  private static final String JUMPS =
      """
      table inet filter {
        map where { type inet_service : verdict; elements = { 80 : jump web, 443 : goto web } }
        chain web {
          ip ttl < 5 return
          tcp flags syn limit rate 10/second accept
          counter
        }
        chain first {
          type filter hook prerouting priority -5; policy accept;
          tcp dport vmap @where
          tcp dport 80 meta mark set 7
          udp dport 53 reject
        }
        chain second {
          type filter hook forward priority 0; policy drop;
          meta mark 7 ip ttl 63 accept
          tcp option maxseg size > 1000 accept
        }
      }
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "198.51.100.7:1 > 203.0.113.100:22 tcp | accept | t.nft:5 accept",
        "198.51.100.9:1 > 203.0.113.100:21 tcp | accept | t.nft:6 accept",
        "198.51.100.9:1 > 203.0.113.100:22 tcp | drop | t.nft:7 drop",
        "198.51.100.9:1 > 203.0.113.101:22 tcp | accept | policy accept",
        "2001:db8::1 > 2001:db8::2 tcp | accept | policy accept",
      })
  void shouldDecideAsTheSeedsRulesSay(String packet, String verdict, String end) throws Exception {
    FirewallWay way = walk(SEED, packet);

    assertEquals(verdict, way.verdict());
    assertEquals(end, way.chains().getFirst().by() + " " + way.chains().getFirst().verdict());
  }

  @Test
  void shouldSayWhyRulesDidNotMatch() throws Exception {
    assertEquals(
        """
        t.nft:5 ip saddr @office: the packet has 198.51.100.9
        t.nft:6 tcp dport 20-21: the packet has 22
        t.nft:7 drop\
        """,
        text(walk(SEED, "198.51.100.9:1 > 203.0.113.100:22 tcp")));
    assertEquals(
        """
        t.nft:5 meta nfproto ipv4: the packet has ipv6
        t.nft:6 meta nfproto ipv4: the packet has ipv6
        t.nft:7 meta nfproto ipv4: the packet has ipv6\
        """,
        text(walk(SEED, "[2001:db8::1]:1 > [2001:db8::2]:2 tcp")));
    assertEquals(
        """
        t.nft:5 ip saddr @office: the packet has 198.51.100.9
        t.nft:6 tcp dport 20-21: the packet is a fragment without a transport header
        t.nft:7 drop\
        """,
        text(walk(SEED, "198.51.100.9 > 203.0.113.100 tcp frag 8")));
  }

  @Test
  void shouldFollowJumpsGotosAndMarks() throws Exception {
    // The jump comes back, the mark is set, and the second chain sees the hop less by one.
    assertEquals(
        """
        t.nft:10 jump web
          t.nft:4 ip ttl 0-4: the packet has 64
          t.nft:5 tcp flags syn: the packet has ack
          t.nft:6 matched
        t.nft:11 matched
        t.nft:12 meta l4proto udp: the packet has tcp
        --
        t.nft:16 accept\
        """,
        text(walk(JUMPS, "10.0.0.1:1 > 10.0.0.2:80 tcp ack")));
    // The goto does not come back, and the policy ends the first chain.
    assertEquals(
        """
        t.nft:10 goto web
        t.nft:4 return
        --
        t.nft:16 meta mark 0x00000007: the packet has 0x00000000
        t.nft:17 tcp option maxseg size 1001-65535: the packet has no such option\
        """,
        text(walk(JUMPS, "10.0.0.1:1 > 10.0.0.2:443 tcp ack ttl 4")));
  }

  @Test
  void shouldRejectAndNotReachForwardHookAtTheEndOfTtl() throws Exception {
    assertEquals("reject", walk(JUMPS, "10.0.0.1:1 > 10.0.0.2:53 udp").verdict());
    FirewallWay expiring = walk(JUMPS, "10.0.0.1:1 > 10.0.0.2:22 tcp ttl 1");
    assertEquals("accept", expiring.verdict());
    assertEquals(1, expiring.chains().size());
  }

  @Test
  void shouldTakeStateAsFirstPacketFindsIt() throws Exception {
    String rules =
        """
        table ip t {
          set seen { type ipv4_addr; size 1; flags dynamic; }
          chain c {
            type filter hook prerouting priority 0; policy accept;
            ip saddr @seen drop
            add @seen { ip saddr }
            ip saddr @seen counter
            update @seen { ip daddr } drop
            limit rate over 1/second drop
            limit rate 10 bytes/second burst 9 bytes drop
            quota over 1 mbytes drop
            quota 20 bytes drop
            delete @seen { ip saddr }
            ip saddr @seen drop
          }
        }
        """;
    FirewallWay way = walk(rules, "10.0.0.1 > 10.0.0.2");

    assertEquals("accept", way.verdict());
    assertEquals(
        List.of(false, true, true, false, false, false, false, false, true, false),
        way.chains().getFirst().rules().stream().map(FirewallWay.RuleStep::matched).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "198.51.100.9:1 > 203.0.113.100:22 tcp"
            + " | accepted if the rule at t.nft:7 were absent: ip daddr 203.0.113.100 drop"
            + " | accepted if ip daddr of the packet were 203.0.113.99 and not 203.0.113.100:"
            + " see the rule at t.nft:7"
            + " | accepted if the rule at t.nft:5 matched the packet in ip saddr:"
            + " ip saddr @office: the packet has 198.51.100.9",
        "198.51.100.9:1 > 203.0.113.100:21 tcp"
            + " | dropped if the rule at t.nft:6 were absent:"
            + " ip daddr 203.0.113.100 tcp dport 20-21 accept"
            + " | dropped if tcp dport of the packet were 22 and not 21: see the rule at t.nft:6"
            + " | ",
        "198.51.100.9:1 > 203.0.113.101:22 tcp"
            + " | dropped if ip daddr of the packet were 203.0.113.100 and not 203.0.113.101:"
            + " see the rule at t.nft:7"
            + " | dropped if the rule at t.nft:7 matched the packet in ip daddr:"
            + " ip daddr 203.0.113.100: the packet has 203.0.113.101"
            + " | dropped if the policy of chain inet filter prerouting were drop",
      })
  void shouldFindSmallestChange(String packet, String first, String second, String third)
      throws Exception {
    List<String> flips = SmallestChange.of(read(SEED), packet(packet));

    assertEquals(
        java.util.stream.Stream.of(first, second, third).filter(s -> s != null).toList(), flips);
  }

  @Test
  void shouldSayThatNothingSingleFlipsVerdict() throws Exception {
    String rules =
        """
        table ip t {
          chain a { type filter hook prerouting priority 0; policy drop; }
          chain b { type filter hook prerouting priority 1; policy drop; }
        }
        """;

    assertEquals(
        List.of("no change of one rule, match, policy or field of the packet flips the verdict"),
        SmallestChange.of(read(rules), packet("10.0.0.1 > 10.0.0.2")));
  }

  private static String text(FirewallWay way) {
    return way.chains().stream()
        .map(chain ->
            chain.rules().stream().map(FirewallWalkTest::text).collect(Collectors.joining("\n")))
        .collect(Collectors.joining("\n--\n"));
  }

  private static String text(FirewallWay.RuleStep step) {
    String end =
        step.why() != null ? step.why() : step.verdict() != null ? step.verdict() : "matched";
    return "  ".repeat(step.depth()) + step.place() + " " + end;
  }

  private static FirewallWay walk(String ruleset, String packet) throws PacketSyntaxException {
    return FirewallWalk.of(read(ruleset), packet(packet));
  }

  static Firewall read(String ruleset) {
    Problems problems = new Problems();
    return FirewallReader.read(ruleset, Position.startOf(Path.of("t.nft")), problems)
        .orElseThrow(() -> new AssertionError(problems.all().toString()));
  }

  static PacketView packet(String text) throws PacketSyntaxException {
    byte[] packet = PacketText.bytes(text);
    byte[] frame =
        ByteBuffer.allocate(14 + packet.length)
            .put(new byte[12])
            .putShort((short) (packet[0] >>> 4 == 4 ? 0x0800 : 0x86dd))
            .put(packet)
            .array();
    return PacketView.inFrame(frame);
  }
}
