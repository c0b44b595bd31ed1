package io.breakwater.config.nft;

import io.breakwater.config.nft.Token.Kind;
import java.util.List;
import java.util.Map;

/**
 * Cuts a text into tokens as nft's scanner does (src/scanner.l): the longest match wins, so {@code
 * fe80::1} is an address though it begins like a word, and {@code ssh-http} is one word.
 *
 * <p>Blanks and comments are skipped, {@code \} at the end of a line joins it with the next one.
 */
final class Lexer {

  private static final String SIGNS_OF_TWO = "== != <= >= << >> && ||";
  private static final String SIGNS = ",.:;{}[]()=<>&|^!/-+*@$";

  /** The only words that begin with a digit. */
  private static final List<String> TAG_NAMES = List.of("8021ad", "8021q");

  /** Operators that may be written as words. */
  private static final Map<String, String> OPERATOR_WORDS =
      Map.ofEntries(
          Map.entry("eq", "=="),
          Map.entry("ne", "!="),
          Map.entry("lt", "<"),
          Map.entry("gt", ">"),
          Map.entry("le", "<="),
          Map.entry("ge", ">="),
          Map.entry("and", "&"),
          Map.entry("or", "|"),
          Map.entry("xor", "^"),
          Map.entry("not", "!"),
          Map.entry("lshift", "<<"),
          Map.entry("rshift", ">>"));

  private final Source source;
  private final String text;
  private int offset;

  Lexer(Source source, int offset) {
    this.source = source;
    this.text = source.text();
    this.offset = offset;
  }

  /** The next token; {@code END} again and again at the end. */
  Token next() {
    skipBlanks();
    int start = offset;
    if (start >= text.length()) {
      return new Token(Kind.END, "", source, text.length());
    }
    char c = text.charAt(start);
    if (c == '\n') {
      return token(Kind.NEWLINE, start + 1);
    }
    if (c == '"') {
      return quoted(start);
    }
    int address = AddressScan.end(text, start);
    if (isDigit(c)) {
      return numeric(start, address);
    }
    if (isWordStart(c, start)) {
      int end = wordEnd(start);
      return address > end ? token(Kind.ADDRESS, address) : word(start, end);
    }
    if (address > start) {
      return token(Kind.ADDRESS, address);
    }
    return sign(start, c);
  }

  private void skipBlanks() {
    while (offset < text.length()) {
      char c = text.charAt(offset);
      if (c == ' ' || c == '\t') {
        offset++;
      } else if (c == '\r' && offset + 1 < text.length() && text.charAt(offset + 1) == '\n') {
        offset++;
      } else if (c == '\\' && offset + 1 < text.length() && text.charAt(offset + 1) == '\n') {
        offset += 2;
      } else if (c == '#') {
        int end = text.indexOf('\n', offset);
        offset = end < 0 ? text.length() : end;
      } else {
        return;
      }
    }
  }

  private Token quoted(int start) {
    int end = text.indexOf('"', start + 1);
    if (end < 0) {
      return token(Kind.JUNK, start + 1);
    }
    offset = end + 1;
    return new Token(Kind.QUOTED, text.substring(start + 1, end), source, start);
  }

  private Token numeric(int start, int address) {
    for (String tag : TAG_NAMES) {
      if (text.startsWith(tag, start)) {
        return token(Kind.WORD, start + tag.length());
      }
    }
    int number = numberEnd(start);
    int time = timeEnd(start);
    if (address > Math.max(number, time)) {
      return token(Kind.ADDRESS, address);
    }
    return time > number ? token(Kind.WORD, time) : token(Kind.NUMBER, number);
  }

  private int numberEnd(int start) {
    boolean hexadecimal = text.startsWith("0x", start) || text.startsWith("0X", start);
    int end = hexadecimal ? start + 2 : start;
    while (end < text.length()
        && (hexadecimal ? isHexDigit(text.charAt(end)) : isDigit(text.charAt(end)))) {
      end++;
    }
    return hexadecimal && end == start + 2 ? start + 1 : end;
  }

  /** The end of {@code 1d2h3m4s5ms}, any part of which may be missing, or {@code start}. */
  private int timeEnd(int start) {
    int end = start;
    for (String unit : new String[] {"d", "h", "m", "s", "ms"}) {
      int digits = end;
      while (digits < text.length() && isDigit(text.charAt(digits))) {
        digits++;
      }
      boolean millisecond = unit.equals("m") && text.startsWith("ms", digits);
      if (digits > end && text.startsWith(unit, digits) && !millisecond) {
        end = digits + unit.length();
      }
    }
    return end;
  }

  private boolean isWordStart(char c, int start) {
    return isLetter(c)
        || c == '_'
        || c == '.' && start + 1 < text.length() && isWordPart(text.charAt(start + 1));
  }

  private int wordEnd(int start) {
    int end = start + 1;
    while (end < text.length() && isWordPart(text.charAt(end))) {
      end++;
    }
    return end < text.length() && text.charAt(end) == '*' ? end + 1 : end;
  }

  private Token word(int start, int end) {
    String word = text.substring(start, end);
    offset = end;
    String operator = OPERATOR_WORDS.get(word);
    return operator == null
        ? new Token(Kind.WORD, word, source, start)
        : new Token(Kind.SIGN, operator, source, start);
  }

  private Token sign(int start, char c) {
    if (start + 1 < text.length()) {
      String two = text.substring(start, start + 2);
      if (SIGNS_OF_TWO.contains(two) && !two.contains(" ")) {
        return token(Kind.SIGN, start + 2);
      }
    }
    if (SIGNS.indexOf(c) >= 0) {
      return token(Kind.SIGN, start + 1);
    }
    return token(Kind.JUNK, start + Character.charCount(text.codePointAt(start)));
  }

  private Token token(Kind kind, int end) {
    int start = offset;
    offset = end;
    return new Token(kind, text.substring(start, end), source, start);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isHexDigit(char c) {
    return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  private static boolean isWordPart(char c) {
    return isLetter(c) || isDigit(c) || c == '/' || c == '-' || c == '_' || c == '.';
  }
}
