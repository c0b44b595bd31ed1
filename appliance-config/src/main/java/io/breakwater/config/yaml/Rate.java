package io.breakwater.config.yaml;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A rate with its unit: {@code 5000/second}. */
final class Rate {

  private static final Pattern PATTERN = Pattern.compile("([1-9][0-9]{0,6})/second");

  private Rate() {}

  /**
   * @return events a second, 1..9999999
   * @throws IllegalArgumentException if it is not such a rate
   */
  static int parse(String text) {
    Matcher matcher = PATTERN.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "must be an integer in 1..9999999 with /second, such as 5000/second: " + text);
    }
    return Integer.parseInt(matcher.group(1));
  }
}
