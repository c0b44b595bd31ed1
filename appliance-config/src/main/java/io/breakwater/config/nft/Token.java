package io.breakwater.config.nft;

import io.breakwater.config.firewall.Place;
import io.breakwater.config.text.Shown;

/**
 * A word of the language.
 *
 * @param text of a quoted text what is between the quotes; of an operator its sign, also if it was
 *     written as a word ({@code ne})
 */
record Token(Kind kind, String text, Source source, int offset) {

  /** What a token may be. */
  enum Kind {
    /** A keyword, a name or a symbol. */
    WORD,
    /** Decimal, octal or hexadecimal digits. */
    NUMBER,
    /** An IPv4, IPv6 or Ethernet address. */
    ADDRESS,
    QUOTED,
    /** Punctuation or an operator. */
    SIGN,
    /** The end of a line; {@code ;} is a sign. */
    NEWLINE,
    /** The end of everything. */
    END,
    /** A character that the language does not know, or a quote without an end. */
    JUNK
  }

  boolean is(String expected) {
    return (kind == Kind.WORD || kind == Kind.SIGN) && text.equals(expected);
  }

  boolean isSeparator() {
    return kind == Kind.NEWLINE || kind == Kind.SIGN && text.equals(";");
  }

  Place place() {
    return source.place(offset);
  }

  /** How messages name it. */
  String shown() {
    return switch (kind) {
      case NEWLINE -> "the end of the line";
      case END -> "the end of the file";
      case QUOTED -> "\"" + Shown.value(text) + "\"";
      case JUNK -> "'" + Shown.value(text) + "'";
      default -> Shown.value(text);
    };
  }
}
