package io.breakwater.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoiseRuleTest {

  private static Measurement round(double coreShare, double cycles, double stolenShare) {
    return new Measurement(
        "p",
        1,
        1,
        coreShare,
        2_600 / cycles,
        cycles,
        30,
        0,
        0,
        true,
        Map.of(),
        stolenShare,
        null,
        null,
        null,
        0);
  }

  private static List<Measurement> rounds(String shares, String cycles, double stolen) {
    List<Measurement> rounds = new ArrayList<>();
    String[] share = shares.split(" ");
    String[] cycle = cycles.split(" ");
    for (int i = 0; i < share.length; i++) {
      rounds.add(round(Double.parseDouble(share[i]), Double.parseDouble(cycle[i]), stolen));
    }
    return rounds;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "quiet               | 1 1 1     | 150 150 150 | 1 1 1       | 100 101 102 | 0     | -",
        "one bad round       | 1 0.5 1   | 150 150 150 | 1 1 0.5     | 100 101 102 | 0     | -",
        "share at the limit  | .95 .95 1 | 150 150 150 | .95 .95 .95 | 100 101 102 | 0     | -",
        "Java had no core    | .9 .94 1  | 150 150 150 | 1 1 1       | 100 101 102 | 0     | Java's thread got 94% of its core, less than 95%",
        "C had no core       | 1 1 1     | 150 150 150 | .2 .5 .6    | 100 101 102 | 0     | C's thread got 50% of its core, less than 95%",
        "steal at the limit  | 1 1 1     | 150 150 150 | 1 1 1       | 100 101 102 | 0.02  | -",
        "steal               | 1 1 1     | 150 150 150 | 1 1 1       | 100 101 102 | 0.05  | the hypervisor took 5.0% of the CPU, more than 2%",
        "spread at the limit | 1 1 1     | 150 150 150 | 1 1 1       | 80 100 120  | 0     | -",
        "C wandered          | 1 1 1     | 150 150 150 | 1 1 1       | 80 100 130  | 0     | C's rounds are 50% of their median apart, more than 40%",
        "Java's own spread   | 1 1 1     | 100 150 300 | 1 1 1       | 100 101 102 | 0     | -",
        "two reasons         | .5 .5 .5  | 150 150 150 | 1 1 1       | 80 100 130  | 0     | Java's thread got 50% of its core, less than 95%; C's rounds are 50% of their median apart, more than 40%",
        "a single round      | 1         | 150         | 1           | 100         | 0     | -",
      })
  void shouldGiveNoNumberOnlyWhenTheMachineIsToBlame(
      String title,
      String javaShares,
      String javaCycles,
      String referenceShares,
      String referenceCycles,
      double stolen,
      String reason) {
    assertEquals(
        reason == null ? "" : "too noisy: " + reason,
        NoiseRule.broken(
                rounds(javaShares, javaCycles, stolen),
                rounds(referenceShares, referenceCycles, stolen))
            .orElse(""));
  }

  @ParameterizedTest
  @CsvSource({"3 1 2, 2", "4 1 3 2, 2.5", "7, 7"})
  void shouldTakeTheMiddleOrTheMeanOfTheTwo(String values, double median) {
    double[] numbers = List.of(values.split(" ")).stream().mapToDouble(Double::valueOf).toArray();
    assertEquals(median, NoiseRule.median(numbers));
  }

  @ParameterizedTest
  @CsvSource({
    "50, ''",
    "60, 'too noisy: a worker did not take 5.7% of the packets in time, more than 5%'"
  })
  void shouldGiveNoNumberWhereAWorkerStoodStill(long refused, String reason) {
    Measurement java =
        new Measurement(
            "p",
            1_000,
            1,
            1,
            10,
            260,
            30,
            0,
            0,
            true,
            Map.of(),
            0,
            null,
            null,
            new Measurement.Handover(500, refused),
            0);
    assertEquals(reason, NoiseRule.broken(List.of(java), List.of(round(1, 100, 0))).orElse(""));
  }
}
