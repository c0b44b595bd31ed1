package io.breakwater.appliance.explain.packet;

import io.breakwater.config.text.NearestKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of a packet's description, one after the other, with the columns they stand in. */
final class PacketWords {

  /** {@code >} is a word of its own, with or without blanks around it. */
  private static final Pattern WORD = Pattern.compile(">|[^\\s>]+");

  private static final int SHOWN_MAX = 40;

  private record Word(String text, int column) {}

  private final List<Word> words = new ArrayList<>();
  private final int endColumn;
  private int next;

  PacketWords(String text) {
    Matcher matcher = WORD.matcher(text);
    while (matcher.find()) {
      words.add(new Word(matcher.group(), matcher.start() + 1));
    }
    endColumn = text.stripTrailing().length() + 1;
  }

  boolean atEnd() {
    return next == words.size();
  }

  /** The next word, which stays the next; empty at the end. */
  String peek() {
    return atEnd() ? "" : words.get(next).text;
  }

  /** Goes behind the next word if it is this one. */
  boolean accept(String word) {
    boolean accepted = peek().equals(word);
    next += accepted ? 1 : 0;
    return accepted;
  }

  String next(String expected) throws PacketSyntaxException {
    if (atEnd()) {
      throw new PacketSyntaxException(endColumn, "expected " + expected + ", and the text ends");
    }
    return words.get(next++).text;
  }

  /** An integer, in decimal or with {@code 0x}. */
  long number(String what, long min, long max) throws PacketSyntaxException {
    String word = next(what);
    try {
      long value = Long.decode(word.matches("0\\d+") ? word.replaceFirst("^0+(?=.)", "") : word);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw wrong("%s must be an integer in %d..%d".formatted(what, min, max));
  }

  /** An integer or one of some names. */
  int named(String what, Map<String, Integer> names, int max) throws PacketSyntaxException {
    String word = peek();
    if (!word.isEmpty() && Character.isDigit(word.charAt(0))) {
      return (int) number(what, 0, max);
    }
    next(what);
    Integer value = names.get(word);
    if (value == null) {
      throw wrong(
          "expected " + what + ", a name or an integer in 0.." + max + near(names.keySet()));
    }
    return value;
  }

  /** What is wrong with the word that was taken last. */
  PacketSyntaxException wrong(String message) {
    Word last = words.get(next - 1);
    String text =
        last.text.length() > SHOWN_MAX ? last.text.substring(0, SHOWN_MAX) + "..." : last.text;
    return new PacketSyntaxException(last.column, message + ": " + text);
  }

  /** What the last word may have been meant to be. */
  String near(Collection<String> known) {
    return NearestKey.of(words.get(next - 1).text, known)
        .map(nearest -> " (did you mean " + nearest + "?)")
        .orElse("");
  }
}
