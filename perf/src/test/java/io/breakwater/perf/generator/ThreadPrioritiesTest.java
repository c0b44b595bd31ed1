package io.breakwater.perf.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ThreadPrioritiesTest {

  @Test
  void shouldReadNiceBehindANameWithSpacesAndParentheses() {
    String stat =
        "42 (a) b (c) S 1 42 42 0 -1 4194560 1 0 0 0 5 6 0 0 29 9 1 0 1234 8192 100 18446744";

    assertEquals(9, ThreadPriorities.nice(stat));
  }

  /** Beside {@code nice}, which prints the same number. */
  @Test
  void shouldReadOurOwnNice() throws Exception {
    Process nice = new ProcessBuilder("nice").start();
    String printed = new String(nice.getInputStream().readAllBytes());

    assertEquals(
        Integer.parseInt(printed.strip()),
        ThreadPriorities.nice(Files.readString(Path.of("/proc/self/stat"))));
  }
}
