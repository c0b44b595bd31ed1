package io.breakwater.workers.pipeline.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Tenant;
import io.breakwater.config.protection.Protection;
import io.breakwater.config.protection.TcpState;
import io.breakwater.config.protection.TcpState.Mode;
import io.breakwater.config.protection.When;
import io.breakwater.workers.protection.TcpStateTable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TcpStateCompilerTest {

  private final TcpStateCompiler compiler = new TcpStateCompiler();

  private static Tenant tenant(String name, Mode mode, When when) {
    Protection defaults = Protection.DEFAULT;
    Protection protection =
        new Protection(
            defaults.synFlood(),
            new TcpState(mode, when),
            defaults.checks(),
            defaults.amplification(),
            defaults.rates(),
            defaults.automatic());
    return new Tenant(name, List.of(), List.of(), false, Optional.empty(), Optional.of(protection));
  }

  /** Slots by the first letter: a is 1. */
  private TcpStateTable compile(Tenant... tenants) {
    return compiler.compile(Arrays.asList(tenants), name -> name.charAt(0) - 'a' + 1, 4);
  }

  @ParameterizedTest
  @CsvSource({
    "OFF, ALWAYS, 0",
    "OBSERVE, ALWAYS, 1",
    "OBSERVE, ATTACK, 1",
    "ENFORCE, NEVER, 1",
    "ENFORCE, ATTACK, 2",
    "ENFORCE, ALWAYS, 3"
  })
  void shouldTakeModesAsTheyAreMeant(Mode mode, When when, int expected) {
    TcpStateTable table = compile(tenant("b", Mode.OBSERVE, When.ATTACK), tenant("c", mode, when));
    assertEquals(TcpStateTable.OBSERVE, table.modes()[2]);
    assertEquals(expected, table.modes()[3]);
    assertEquals(20_000, table.thresholdsPerSecond()[2]);
    assertEquals(30_000_000_000L, table.holdsNs()[2]);
  }

  @Test
  void shouldBeEmptyWhenNobodyIsFollowed() {
    Tenant without = new Tenant("b", List.of(), List.of(), false);
    assertTrue(compile(tenant("a", Mode.OFF, When.ALWAYS), without).isEmpty());
  }

  @Test
  void shouldKeepAPeriodUntilATenantIsNotFollowedForOnce() {
    Tenant a = tenant("a", Mode.OBSERVE, When.ATTACK);
    Tenant b = tenant("b", Mode.OBSERVE, When.ATTACK);
    int[] first = compile(a, b).periods();
    assertNotEquals(0, first[1]);
    assertNotEquals(first[1], first[2]);
    int[] second = compile(a, tenant("b", Mode.ENFORCE, When.ALWAYS)).periods();
    assertEquals(first[1], second[1]);
    assertEquals(first[2], second[2]);
    compile(tenant("a", Mode.OFF, When.ATTACK), b);
    int[] fourth = compile(a, b).periods();
    assertNotEquals(first[1], fourth[1]);
    assertEquals(first[2], fourth[2]);
  }
}
