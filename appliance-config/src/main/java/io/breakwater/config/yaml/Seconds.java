package io.breakwater.config.yaml;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A time of whole seconds with its unit, such as {@code 30s} or {@code 5m}. */
final class Seconds {

  private static final Pattern PATTERN = Pattern.compile("([1-9][0-9]{0,3})([smh])");
  private static final int MAX = 3_600;

  private Seconds() {}

  /** 1..3600 seconds; a number alone is a problem of its own. */
  static Optional<Integer> read(YamlValue value) {
    return value.isText()
        ? value.parsed(Seconds::parse)
        : value.wrongType("a time with its unit, such as 30s");
  }

  private static int parse(String text) {
    Matcher matcher = PATTERN.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("must be an integer with s, m or h, such as 30s: " + text);
    }
    int unit =
        switch (matcher.group(2)) {
          case "s" -> 1;
          case "m" -> 60;
          default -> 3_600;
        };
    int seconds = Integer.parseInt(matcher.group(1)) * unit;
    if (seconds > MAX) {
      throw new IllegalArgumentException("must be in 1s..1h: " + text);
    }
    return seconds;
  }
}
