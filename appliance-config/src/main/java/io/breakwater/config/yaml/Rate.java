package io.breakwater.config.yaml;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A rate with its unit: {@code 5000/second}. */
final class Rate {

  /** Of what is handed to the kernel. */
  private static final int HOST_MAX = 9_999_999;

  /** Of packets: more than any port receives. */
  private static final int PACKETS_MAX = 1_000_000_000;

  private static final Pattern PATTERN = Pattern.compile("([1-9][0-9]{0,9})/second");

  private Rate() {}

  /**
   * @return events a second, 1..9999999
   * @throws IllegalArgumentException if it is not such a rate
   */
  static int parse(String text) {
    return parse(text, HOST_MAX);
  }

  /** Packets a second, 1..10^9; a number alone is a problem of its own. */
  static Optional<Integer> packets(YamlValue value) {
    return value.isText()
        ? value.parsed(text -> parse(text, PACKETS_MAX))
        : value.wrongType("a rate with its unit, such as 5000/second");
  }

  private static int parse(String text, int max) {
    Matcher matcher = PATTERN.matcher(text);
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) > max) {
      throw new IllegalArgumentException(
          "must be an integer in 1.." + max + " with /second, such as 5000/second: " + text);
    }
    return Integer.parseInt(matcher.group(1));
  }
}
