package io.breakwater.perf.rfc2544;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.Test;

class RepeatedTest {

  @Test
  void shouldHaveMedianAndSpread() {
    Repeated odd = Repeated.of(List.of(5.0, 1.0, 2.0), List.of("why"));
    assertEquals(new Repeated(2.0, 1.0, 5.0, List.of(5.0, 1.0, 2.0), List.of("why")), odd);
    assertEquals(1.5, Repeated.of(List.of(1.0, 2.0), List.of()).median());
    assertEquals("2.0 (1.0 to 5.0)", odd.text("%.1f", 1));
  }

  @Test
  void shouldHaveNoResultWhenHalfOfTheRoundsFailed() {
    Repeated half = Repeated.of(List.of(5.0), List.of("why"));
    assertFalse(half.measured());
    assertEquals("not measured: why", half.text("%.1f", 1));
    assertEquals("not measured: a; b", Repeated.of(List.of(), List.of("a", "b", "a")).text("", 1));
  }
}
