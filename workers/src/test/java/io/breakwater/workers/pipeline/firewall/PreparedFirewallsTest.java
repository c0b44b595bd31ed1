package io.breakwater.workers.pipeline.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.config.Tenant;
import io.breakwater.config.firewall.Firewall;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is compiled to be judged is what goes live. */
class PreparedFirewallsTest {

  private final PreparedFirewalls prepared = new PreparedFirewalls();
  private final Firewall firewall =
      FirewallBench.read(FirewallBench.ruleset("", "udp dport 53 counter", "ip ttl 1 drop"));

  @Test
  void shouldReckonWhatTheCompilerReckons() {
    assertEquals(FirewallCost.of(firewall), prepared.cost(firewall));
    assertEquals(1, prepared.count());
  }

  @Test
  void shouldBeTakenByTheRegistry() {
    prepared.cost(firewall);
    var registry = new FirewallRegistry(FirewallBench.RULES_MAX, prepared);
    FirewallCode code = prepared.take(firewall);
    prepared.cost(firewall);
    Tenant tenant = new Tenant("a", List.of(), List.of(), false, Optional.of(firewall));
    var table = registry.compile(List.of(tenant), name -> 1, 2, 0);

    assertEquals(0, prepared.count());
    assertEquals(code.cost().rules(), table.programs()[1].ruleCount());
  }

  @Test
  void shouldForgetWhatDoesNotGoLive() {
    var registry = new FirewallRegistry(FirewallBench.RULES_MAX, prepared);
    registry.cost(firewall);
    registry.forgetPrepared();

    assertEquals(0, prepared.count());
  }
}
