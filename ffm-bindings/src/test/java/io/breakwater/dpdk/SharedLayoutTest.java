package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SharedLayoutTest {
  private static int[] reportedByC() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment values = arena.allocate(JAVA_INT, 256);
      int count = Shim.layout(values, 256);
      return Arrays.copyOf(values.toArray(JAVA_INT), count);
    }
  }

  @Test
  void shouldAgreeWithTheShim() {
    SharedLayout.check(reportedByC());
  }

  @Test
  void shouldRefuseEveryDifferentSizeOrOffset() {
    int[] reported = reportedByC();
    for (int i = 0; i < reported.length; i++) {
      int[] changed = reported.clone();
      changed[i] += 4;
      DpdkException refused =
          assertThrows(DpdkException.class, () -> SharedLayout.check(changed), "value " + i);
      assertTrue(
          refused.getMessage().contains("c=" + changed[i] + " java=" + reported[i]),
          refused.getMessage());
    }
  }

  @Test
  void shouldNameWhatDiffersAndWhatToDo() {
    int[] changed = reportedByC();
    changed[4] = 16;

    assertEquals(
        "the C shim and the Java bindings differ: bw_packet.rest: c=16 java=12; build both from"
            + " the same source",
        assertThrows(DpdkException.class, () -> SharedLayout.check(changed)).getMessage());
  }

  @Test
  void shouldRefuseMoreOrFewerValues() {
    int[] reported = reportedByC();

    assertThrows(
        DpdkException.class,
        () -> SharedLayout.check(Arrays.copyOf(reported, reported.length - 1)));
    assertThrows(
        DpdkException.class,
        () -> SharedLayout.check(Arrays.copyOf(reported, reported.length + 1)));
  }
}
