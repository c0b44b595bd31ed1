package io.breakwater.workers.pipeline;

import static io.breakwater.workers.pipeline.WayFrames.CLIENT;
import static io.breakwater.workers.pipeline.WayFrames.CLIENT6;
import static io.breakwater.workers.pipeline.WayFrames.fromUplink;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.config.Appliance;
import io.breakwater.config.Tenant;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.nft.FirewallReader;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import io.breakwater.workers.Frames;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Tenants' firewalls in the pipeline: verdicts, counters, and who is answered. */
class PipelineFirewallTest {

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

  private PipelineBench bench;

  static Firewall firewall(String text) {
    Problems problems = new Problems();
    Optional<Firewall> firewall =
        FirewallReader.read(text, Position.startOf(Path.of("acme.nft")), problems);
    return firewall.orElseThrow(() -> new AssertionError(problems.all().toString()));
  }

  /** The standard appliance with a firewall of acme's. */
  static Appliance withFirewall(String text) {
    Appliance standard = TestAppliance.standard();
    Map<String, Tenant> tenants = new TreeMap<>(standard.tenants());
    Tenant acme = tenants.get("acme");
    tenants.put(
        "acme",
        new Tenant(
            acme.name(),
            acme.prefixes(),
            acme.tunnels(),
            acme.egress(),
            Optional.of(firewall(text))));
    return TestAppliance.with(standard, new TreeMap<>(tenants));
  }

  private void start(String text) {
    bench = new PipelineBench(withFirewall(text), 32);
  }

  private List<String> fates(byte[]... frames) {
    bench.process(TestAppliance.UPLINK, frames);
    List<String> fates = new ArrayList<>();
    for (int i = 0; i < frames.length; i++) {
      fates.add(name(bench.packets.batch.fate(i)));
    }
    return fates;
  }

  private static String name(int code) {
    return code < DropReason.CODE_MIN
        ? Fate.values()[code - 1].name()
        : DropReason.ofCode(code).name();
  }

  private List<Long> counts(int rules) {
    List<Long> counts = new ArrayList<>();
    for (int i = 0; i < rules; i++) {
      counts.add(bench.slots.firewalls().count("acme", i).packets());
    }
    return counts;
  }

  private static byte[] tcp(String source, String destination, int port) {
    return fromUplink().ipv4(source, destination).tcp(4242, port, 2).payload(10).bytes();
  }

  @Test
  void shouldDoWhatTheSeedsRulesSay() {
    start(SEED);

    assertEquals(
        List.of("DELIVERED", "DELIVERED", "FIREWALL_DENY", "DELIVERED", "DELIVERED"),
        fates(
            tcp(CLIENT, "203.0.113.100", 21),
            tcp("192.0.2.9", "203.0.113.100", 99),
            tcp(CLIENT, "203.0.113.100", 22),
            tcp(CLIENT, "203.0.113.101", 22),
            tcp("192.0.2.200", "203.0.113.9", 22)));
    assertEquals(List.of(1L, 1L, 1L), counts(3));
    assertEquals(50, bench.slots.firewalls().count("acme", 1).bytes());
  }

  /** What the trees said is kept for the flow; what programs do is done again. */
  @Test
  void shouldGiveAFlowTheSameAnswerEachTime() {
    start(
        """
        table inet f {
          chain c {
            type filter hook prerouting priority 0; policy accept;
            tcp dport 22 drop
            tcp dport 23 meta length > 40 drop
            tcp dport 24 ip ttl 64 reject with tcp reset
            udp dport { 53, 123 } drop
          }
        }
        """);

    for (int time = 0; time < 3; time++) {
      assertEquals(
          List.of(
              "FIREWALL_DENY",
              "FIREWALL_DENY",
              "ANSWERED",
              "DELIVERED",
              "DELIVERED",
              "FIREWALL_DENY"),
          fates(
              tcp(CLIENT, "203.0.113.100", 22),
              tcp(CLIENT, "203.0.113.100", 23),
              tcp(CLIENT, "203.0.113.100", 24),
              tcp(CLIENT, "203.0.113.100", 53),
              fromUplink().ipv4(CLIENT, "203.0.113.100").udp(4242, 22).payload(9).bytes(),
              fromUplink().ipv4(CLIENT, "203.0.113.100").udp(4242, 53).payload(9).bytes()));
    }
    assertEquals(List.of(3L, 3L, 3L, 3L), counts(4));
  }

  @Test
  void shouldLeaveOtherTenantsAlone() {
    start("table inet f { chain c { type filter hook prerouting priority 0; policy drop; }; }");

    assertEquals(
        List.of("DELIVERED", "FIREWALL_DENY"),
        fates(
            fromUplink().ipv4(CLIENT, "100.64.1.2").udp(1, 2).payload(3).bytes(),
            fromUplink().ipv6(CLIENT6, "2001:db8:acc::9").udp(4000, 53).payload(9).bytes()));
  }

  @Test
  void shouldAnswerWhatIsRejected() {
    start(
        """
        table inet f {
          chain c {
            type filter hook prerouting priority 0; policy accept;
            tcp dport 22 reject with tcp reset
            udp dport 53 reject with icmpx admin-prohibited
            udp dport 54 reject
          }
        }
        """);

    assertEquals(
        List.of("ANSWERED", "ANSWERED", "FIREWALL_REJECT"),
        fates(
            tcp(CLIENT, "203.0.113.100", 22),
            fromUplink().ipv4(CLIENT, "203.0.113.9").udp(9, 53).payload(40).bytes(),
            fromUplink().ipv4(CLIENT, "203.0.113.9").udp(9, 54).payload(1).bytes()));
    assertEquals(
        Frames.hex(
            Frames.ethernet(TestAppliance.GATEWAY_MAC, TestAppliance.UPLINK_MAC)
                .ipv4("203.0.113.100", CLIENT)
                .id(0)
                .flagsAndOffset(WayFrames.DF)
                .tcp(22, 4242, 0x14)
                .bytes()),
        Frames.hex(normalised(bench.packets.frame(0))));
  }

  /** With sequence, acknowledgement, window and checksum as the test's frames have them. */
  private static byte[] normalised(byte[] frame) {
    byte[] expected =
        Frames.ethernet(TestAppliance.GATEWAY_MAC, TestAppliance.UPLINK_MAC)
            .ipv4("203.0.113.100", CLIENT)
            .id(0)
            .flagsAndOffset(WayFrames.DF)
            .tcp(22, 4242, 0x14)
            .bytes();
    byte[] result = frame.clone();
    System.arraycopy(expected, 38, result, 38, 8);
    System.arraycopy(expected, 48, result, 48, 4);
    return result;
  }

  @Test
  void shouldRunChainsMapsMarksAndLimits() {
    start(
        """
        table inet f {
          set seen { type ipv4_addr; size 100; flags dynamic; }
          map marks { type inet_service : mark; elements = { 80 : 1, 81 : 2 } }
          chain web {
            meta mark set tcp dport map @marks
            meta mark 1 accept
            return
          }
          chain c {
            type filter hook prerouting priority 0; policy drop;
            ip saddr @seen counter
            meta l4proto vmap { tcp : jump web, icmp : drop }
            add @seen { ip saddr } limit rate 1/second burst 1 packets accept
          }
        }
        """);

    assertEquals(
        List.of("DELIVERED", "DELIVERED", "FIREWALL_DENY", "FIREWALL_DENY"),
        fates(
            tcp(CLIENT, "203.0.113.100", 80),
            tcp(CLIENT, "203.0.113.100", 81),
            tcp(CLIENT, "203.0.113.100", 82),
            fromUplink().ipv4(CLIENT, "203.0.113.9").icmp(8, 0, 0).payload(8).bytes()));
    assertEquals(List.of(2L, 1L, 2L, 2L, 4L, 1L), counts(6));
  }

  /** So large that a batch looks into it for all its packets together. */
  @Test
  void shouldTestALargeSetAndGoOnBehindIt() {
    StringBuilder elements = new StringBuilder();
    for (int i = 0; i < 40_000; i++) {
      elements.append(i == 0 ? "" : ", ").append("7.%d.%d.0/25".formatted(i >> 8, i & 0xff));
    }
    start(
        """
        table inet f {
          set blocked { type ipv4_addr; flags interval; elements = { %s } }
          chain c {
            type filter hook prerouting priority 0; policy accept;
            ip saddr @blocked drop
            tcp dport 22 reject with tcp reset
            ip saddr 7.0.0.0/8 counter
          }
        }
        """
            .formatted(elements));

    for (int again = 1; again <= 2; again++) {
      assertEquals(
          List.of("FIREWALL_DENY", "DELIVERED", "ANSWERED", "FIREWALL_DENY", "DELIVERED"),
          fates(
              tcp("7.0.3.127", "203.0.113.1", 22),
              tcp("7.0.3.128", "203.0.113.1", 80),
              tcp("7.156.64.1", "203.0.113.1", 22),
              tcp("7.156.63.0", "203.0.113.1", 80),
              tcp(CLIENT, "203.0.113.1", 80)));
      assertEquals(List.of(2L * again, 1L * again, 1L * again), counts(3));
    }
    assertEquals(4 * 50, bench.slots.firewalls().count("acme", 0).bytes());
  }
}
