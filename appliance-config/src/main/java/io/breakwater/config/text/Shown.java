package io.breakwater.config.text;

/**
 * Text from a file as it may stand in a message: on one line, without control characters (a
 * terminal would obey them), not endless.
 */
public final class Shown {

  private static final int LENGTH_MAX = 64;
  private static final int LINE_MAX = 256;

  private Shown() {}

  /** A value, shortened to what helps to recognise it. */
  public static String value(String text) {
    String shown = cut(text, LENGTH_MAX);
    return shown.equals(shown.strip()) && !shown.isEmpty() ? shown : "'" + shown + "'";
  }

  public static String line(String text) {
    return cut(text, LINE_MAX);
  }

  private static String cut(String text, int lengthMax) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(lengthMax)
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
        .forEach(shown::appendCodePoint);
    return text.codePointCount(0, text.length()) > lengthMax ? shown + "..." : shown.toString();
  }
}
