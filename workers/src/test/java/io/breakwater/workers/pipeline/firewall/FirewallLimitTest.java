package io.breakwater.workers.pipeline.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.firewall.Limit;
import io.breakwater.config.firewall.Limit.Unit;
import io.breakwater.workers.firewall.TokenLimit;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code limit} against a straight port of nft_limit.c, on a clock of the test's: packets and
 * bytes, with bursts, over and until.
 */
class FirewallLimitTest {

  private static final long[] PERIODS_S = {1, 60, 3_600, 86_400, 604_800};
  private static final long START_NS = 5_000_000_000L;

  /** net/netfilter/nft_limit.c: nft_limit_init(), nft_limit_eval(). */
  private static final class KernelLimit {

    private final Limit limit;
    private final long nsecs;
    private final long tokensMax;
    private long tokens;
    private long last = START_NS;

    KernelLimit(Limit limit) {
      this.limit = limit;
      nsecs = limit.periodSeconds() * 1_000_000_000L;
      tokensMax =
          limit.unit() == Unit.PACKETS
              ? nsecs / limit.rate() * limit.burst()
              : nsecs * (limit.rate() + limit.burst()) / limit.rate();
      tokens = tokensMax;
    }

    /** Whether the rule goes on: the kernel's function says whether it breaks. */
    boolean passes(long now, int bytes) {
      long cost =
          limit.unit() == Unit.PACKETS ? nsecs / limit.rate() : nsecs * bytes / limit.rate();
      long found = Math.min(tokens + now - last, tokensMax);
      last = now;
      long delta = found - cost;
      if (delta >= 0) {
        tokens = delta;
        return !limit.over();
      }
      tokens = found;
      return limit.over();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void shouldDecideAsTheKernelDoes(long seed) {
    Random random = new Random(seed);
    int[] decided = new int[2];
    for (int n = 0; n < 400; n++) {
      boolean bytes = random.nextBoolean();
      long period = PERIODS_S[random.nextInt(PERIODS_S.length)];
      // nsecs * (rate + burst) and nsecs * bytes stay within 64 bits, as the kernel asks.
      long rateMax =
          bytes ? Math.min(100_000, Long.MAX_VALUE / 4 / (period * 1_000_000_000L)) : 100_000;
      long rate = 1 + random.nextLong(Math.max(1, rateMax));
      long burst = bytes ? random.nextLong(Math.max(1, rateMax)) : 1 + random.nextInt(50);
      Limit limit =
          new Limit(rate, bytes ? Unit.BYTES : Unit.PACKETS, period, burst, random.nextBoolean());
      var kernel = new KernelLimit(limit);
      var ours = new TokenLimit(StateCompiler.rate(limit));
      long now = START_NS;
      long typical = Math.max(1, period * 1_000_000_000L / rate);
      for (int p = 0; p < 300; p++) {
        int length = 20 + random.nextInt(1_481);
        boolean expected = kernel.passes(now, length);
        int packet = p;
        assertEquals(
            expected,
            ours.passes(now, length),
            () -> "seed=" + seed + " limit=" + limit + " packet=" + packet);
        decided[expected ? 1 : 0]++;
        now +=
            switch (random.nextInt(5)) {
              case 0 -> 0;
              case 1 -> typical;
              case 2 -> random.nextLong(typical * 2 + 1);
              case 3 -> bytes ? typical * 700 : typical - 1;
              default -> random.nextInt(1_000);
            };
        if (random.nextInt(50) == 0) {
          now += typical * (bytes ? 5_000 : 60);
        }
      }
    }
    assertTrue(decided[0] > 20_000 && decided[1] > 20_000, decided[0] + " " + decided[1]);
  }

  @Test
  void shouldLetBySoManyAtOnceAndThenOneEachTenthOfASecond() {
    var bench = new FirewallBench();
    bench.publish(
        Map.of("a", FirewallBench.ruleset("", "limit rate over 10/second burst 3 packets drop")));
    byte[] packet = FirewallBench.from("10.0.0.1");

    for (int i = 0; i < 3; i++) {
      assertTrue(bench.passes("a", packet), "packet " + i);
    }
    assertEquals(false, bench.passes("a", packet));
    bench.nowNs += 99_999_999;
    assertEquals(false, bench.passes("a", packet));
    bench.nowNs += 1;
    assertEquals(true, bench.passes("a", packet));
    assertEquals(false, bench.passes("a", packet));
    assertEquals(3, bench.packets("a", 0), "what is over the limit is counted");
  }

  /** A named limit is one bucket, whoever names it. */
  @Test
  void shouldShareANamedLimit() {
    var bench = new FirewallBench();
    bench.publish(
        Map.of(
            "a",
            FirewallBench.ruleset(
                "limit l { rate 1/second burst 2 packets; }",
                "ip saddr 10.0.0.1 limit name l accept",
                "ip saddr 10.0.0.2 limit name l accept",
                "drop")));

    assertTrue(bench.passes("a", FirewallBench.from("10.0.0.1")));
    assertTrue(bench.passes("a", FirewallBench.from("10.0.0.2")));
    assertEquals(false, bench.passes("a", FirewallBench.from("10.0.0.1")));
  }

  /** nft_quota.c: what uses it up is still within. */
  @Test
  void shouldCountAQuotaDown() {
    var bench = new FirewallBench();
    bench.publish(
        Map.of(
            "a",
            FirewallBench.ruleset("", "quota until 100 bytes accept", "drop"),
            "b",
            FirewallBench.ruleset("", "quota over 100 bytes drop")));
    byte[] packet = FirewallBench.packet("10.0.0.1", 50);

    for (String tenant : new String[] {"a", "b"}) {
      assertTrue(bench.passes(tenant, packet), tenant);
      assertTrue(bench.passes(tenant, packet), tenant);
      assertEquals(false, bench.passes(tenant, packet), tenant);
      bench.nowNs += 1_000_000_000_000L;
      assertEquals(false, bench.passes(tenant, packet), "it is never refilled: " + tenant);
    }
  }
}
