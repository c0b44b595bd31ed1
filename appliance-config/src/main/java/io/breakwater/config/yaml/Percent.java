package io.breakwater.config.yaml;

import java.util.Optional;
import java.util.regex.Pattern;

/** A share with its unit: {@code 50%}. */
final class Percent {

  private static final Pattern PATTERN = Pattern.compile("(100|[1-9]?[0-9])%");

  private Percent() {}

  /** 0..100; a number alone is a problem of its own. */
  static Optional<Integer> read(YamlValue value) {
    return value.isText()
        ? value.parsed(Percent::parse)
        : value.wrongType("a share with its unit, such as 50%");
  }

  private static int parse(String text) {
    if (!PATTERN.matcher(text).matches()) {
      throw new IllegalArgumentException("must be in 0%..100%, such as 50%: " + text);
    }
    return Integer.parseInt(text.substring(0, text.length() - 1));
  }
}
