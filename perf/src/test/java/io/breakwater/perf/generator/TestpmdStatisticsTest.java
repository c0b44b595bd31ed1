package io.breakwater.perf.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On what DPDK 22.11's testpmd has said. */
class TestpmdStatisticsTest {

  @Test
  void shouldReadSentAndReceived() throws IOException {
    assertEquals(new TestpmdStatistics(22_656, 22_650), TestpmdStatistics.parse(recorded()));
  }

  /** Cut off anywhere: counters, or a generator that is lost. */
  @Test
  void shouldTellMissingCounters() throws IOException {
    List<String> lines = recorded();
    int sent =
        lines.stream().filter(line -> line.contains("TX-packets")).mapToInt(lines::indexOf).sum();
    for (int length = 0; length <= sent; length++) {
      List<String> start = lines.subList(0, length);

      assertThrows(GeneratorLostException.class, () -> TestpmdStatistics.parse(start));
    }
  }

  private static List<String> recorded() throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                TestpmdStatisticsTest.class.getResourceAsStream("testpmd-22.11-port-stats.txt"),
                StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    }
  }
}
