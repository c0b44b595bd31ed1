package io.breakwater.config.yaml;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A time with its unit, such as {@code 250ms} or {@code 2s}. */
final class Milliseconds {

  private static final Pattern PATTERN = Pattern.compile("([1-9][0-9]{0,5})(ms|s)");

  private Milliseconds() {}

  /**
   * @throws IllegalArgumentException if it is not a time, or outside {@code [min, max]}
   */
  static int parse(String text, int min, int max) {
    Matcher matcher = PATTERN.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("must be an integer with ms or s, such as 250ms: " + text);
    }
    int ms = Integer.parseInt(matcher.group(1)) * (matcher.group(2).equals("s") ? 1_000 : 1);
    if (ms < min || ms > max) {
      throw new IllegalArgumentException(
          "must be in " + format(min) + ".." + format(max) + ": " + text);
    }
    return ms;
  }

  private static String format(int ms) {
    return ms % 1_000 == 0 ? ms / 1_000 + "s" : ms + "ms";
  }
}
