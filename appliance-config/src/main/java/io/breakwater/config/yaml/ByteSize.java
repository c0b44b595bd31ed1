package io.breakwater.config.yaml;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount of bytes with its unit, such as {@code 256MiB}; units are powers of 1,024. */
final class ByteSize {

  private static final Pattern PATTERN = Pattern.compile("([1-9][0-9]{0,5})(KiB|MiB|GiB|TiB)");

  private ByteSize() {}

  /**
   * @throws IllegalArgumentException if it is not an amount, or outside {@code [min, max]}
   */
  static long parse(String text, long min, long max) {
    Matcher matcher = PATTERN.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "must be an integer with KiB, MiB, GiB or TiB, such as 256MiB: " + text);
    }
    int shift =
        switch (matcher.group(2)) {
          case "KiB" -> 10;
          case "MiB" -> 20;
          case "GiB" -> 30;
          default -> 40;
        };
    long bytes = Long.parseLong(matcher.group(1)) << shift;
    if (bytes < min || bytes > max) {
      throw new IllegalArgumentException(
          "must be in " + format(min) + ".." + format(max) + ": " + text);
    }
    return bytes;
  }

  private static String format(long bytes) {
    return bytes >= 1L << 40 ? (bytes >> 40) + "TiB" : (bytes >> 20) + "MiB";
  }
}
