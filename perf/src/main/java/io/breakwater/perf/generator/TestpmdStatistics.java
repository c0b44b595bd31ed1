package io.breakwater.perf.generator;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code show port stats all} says of testpmd's one port. */
record TestpmdStatistics(long sent, long received) {

  private static final Pattern RECEIVED = Pattern.compile("RX-packets: (\\d+)");
  private static final Pattern SENT = Pattern.compile("TX-packets: (\\d+)");

  /**
   * @throws GeneratorLostException if the counters are not there
   */
  static TestpmdStatistics parse(List<String> lines) {
    String text = String.join("\n", lines);
    return new TestpmdStatistics(number(SENT, text), number(RECEIVED, text));
  }

  private static long number(Pattern counter, String text) {
    Matcher matcher = counter.matcher(text);
    if (!matcher.find()) {
      throw new GeneratorLostException(
          "testpmd did not tell its counters: missing=%s it said: %s".formatted(counter, text));
    }
    return Long.parseLong(matcher.group(1));
  }
}
