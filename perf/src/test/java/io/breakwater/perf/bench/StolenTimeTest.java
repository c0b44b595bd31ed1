package io.breakwater.perf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class StolenTimeTest {

  private static final List<String> LINES =
      List.of(
          "cpu  20 0 0 0 0 0 0 111 0 0",
          "cpu0 10 0 0 0 0 0 0 1 0 0",
          "cpu1 10 0 0 0 0 0 0 10 0 0",
          "cpu10 10 0 0 0 0 0 0 100 0 0",
          "intr 7 1 2 3 4 5 6 7 8");

  @Test
  void shouldAddUpTheCpusAskedForAndNoOther() {
    assertEquals(10, StolenTime.ticks(LINES, List.of(1)));
    assertEquals(101, StolenTime.ticks(LINES, List.of(0, 10)));
    assertEquals(0, StolenTime.ticks(List.of("cpu1 10 0 0"), List.of(1)));
  }

  @Test
  void shouldBeAShareOfTheTimeOfAllCpus() {
    StolenTime before = new StolenTime(List.of(0, 1), 5, 0);
    StolenTime after = new StolenTime(List.of(0, 1), 25, 2_000_000_000L);
    assertEquals(0.05, before.shareUntil(after), 1e-12);
  }

  @Test
  void shouldReadThisMachine() {
    StolenTime now = StolenTime.read(List.of(0));
    assertTrue(now.shareUntil(StolenTime.read(List.of(0))) >= 0);
  }
}
