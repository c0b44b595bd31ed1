package io.breakwater.workers.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.workers.Frames;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's side of the differential test, held against what is known of the kernel. */
class KernelTest {

  @TempDir Path directory;

  @Test
  void shouldTellVerdictsAnswersAndCounters() {
    try (Kernel kernel = Kernel.startOrSkip(directory)) {
      String ruleset =
          """
          table inet t {
            counter c { }
            chain a {
              type filter hook prerouting priority 0; policy accept;
              udp dport 81 counter reject
              tcp dport 82 counter reject with tcp reset
              icmp type echo-request counter counter name "c" drop
            }
            chain b {
              type filter hook forward priority 0; policy accept;
              counter
              tcp dport 80 counter reject with icmpx admin-prohibited
            }
          }
          """;
      Outcome outcome =
          kernel.judge(
              ruleset,
              List.of(
                  ipv4(64).tcp(5, 80, 2).bytes(),
                  ipv4(64).udp(5, 80).payload(3).bytes(),
                  ipv4(1).udp(5, 80).bytes(),
                  ipv4(64).udp(5, 81).bytes(),
                  ipv4(64).tcp(5, 82, 2).bytes(),
                  ipv4(64).icmp(8, 0, 0).bytes(),
                  ipv6(64).tcp(5, 80, 2).bytes(),
                  ipv6(64).udp(5, 81).bytes(),
                  ipv6(1).udp(5, 80).bytes()));
      assertEquals(
          List.of(
              "icmp 3 13",
              "forwarded",
              "icmp 11 0",
              "icmp 3 3",
              "tcp 20",
              "dropped",
              "icmpv6 1 1",
              "icmpv6 1 4",
              "icmpv6 3 0"),
          outcome.verdicts());
      assertEquals(
          Map.of(
              "rule inet t a", List.of("2 76", "1 40", "1 28"),
              "rule inet t b", List.of("3 131", "2 100"),
              "counter inet t c", List.of("1 28")),
          outcome.counters());
    }
  }

  @Test
  void shouldBeginAnewWithEachRuleset() {
    try (Kernel kernel = Kernel.startOrSkip(directory)) {
      String drops =
          """
          table ip t {
            chain a {
              type filter hook prerouting priority 0; policy drop;
              counter
            }
          }
          """;
      List<byte[]> frames = List.of(ipv4(64).udp(1, 2).bytes());
      assertEquals(List.of("dropped"), kernel.judge(drops, frames).verdicts());
      assertEquals(List.of("1 28"), kernel.judge(drops, frames).rules());
      assertEquals(List.of("forwarded"), kernel.judge("", frames).verdicts());
    }
  }

  @Test
  void shouldTellWhyARulesetIsRefused() {
    try (Kernel kernel = Kernel.startOrSkip(directory)) {
      Outcome outcome = kernel.judge("table inet t {\n", List.of());
      assertEquals(true, outcome.isRefused());
      assertEquals(List.of(), kernel.judge("", List.of()).verdicts());
    }
  }

  private static Frames ipv4(int ttl) {
    return Frames.ethernet("02:00:00:00:00:02", "02:00:5e:00:00:01")
        .ipv4("10.1.0.1", "203.0.113.9")
        .ttl(ttl);
  }

  private static Frames ipv6(int hopLimit) {
    return Frames.ethernet("02:00:00:00:00:02", "02:00:5e:00:00:01")
        .ipv6("2600:1::1", "2001:db8:acc::9")
        .ttl(hopLimit);
  }
}
