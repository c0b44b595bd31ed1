package io.breakwater.config.nft;

import io.breakwater.config.nft.Token.Kind;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The tokens of a ruleset one by one, those of included files in their place.
 *
 * <p>Counts the braces that are open, so that reading can go on behind a mistake.
 */
final class Tokens {

  private final Deque<Lexer> lexers = new ArrayDeque<>();
  private Token ahead;
  private int depth;

  Tokens(Source source, int offset) {
    lexers.push(new Lexer(source, offset));
  }

  /**
   * Puts a file's tokens before what follows. Called behind a separator, when nothing is looked at
   * ahead.
   */
  void include(Source source) {
    if (ahead != null) {
      throw new IllegalStateException("include with a token ahead: " + ahead);
    }
    lexers.push(new Lexer(source, 0));
  }

  /** How many files include one another here. */
  int includeDepth() {
    return lexers.size() - 1;
  }

  /** How many braces are open. */
  int depth() {
    return depth;
  }

  Token peek() {
    if (ahead == null) {
      ahead = read();
    }
    return ahead;
  }

  /** The end of an included file ends its last line too. */
  private Token read() {
    Token token = lexers.peek().next();
    if (token.kind() == Kind.END && lexers.size() > 1) {
      lexers.pop();
      return new Token(Kind.NEWLINE, "", token.source(), token.offset());
    }
    return token;
  }

  Token next() {
    Token token = peek();
    if (token.kind() != Kind.END) {
      ahead = null;
    }
    if (token.is("{")) {
      depth++;
    } else if (token.is("}")) {
      depth--;
    }
    return token;
  }

  boolean at(String expected) {
    return peek().is(expected);
  }

  boolean at(Kind kind) {
    return peek().kind() == kind;
  }

  /** Takes the token if it is this one. */
  boolean accept(String expected) {
    boolean is = at(expected);
    if (is) {
      next();
    }
    return is;
  }

  Token expect(String expected) {
    if (!at(expected)) {
      throw Refusal.unexpected(peek(), expected);
    }
    return next();
  }

  Token expect(Kind kind, String expected) {
    if (!at(kind)) {
      throw Refusal.unexpected(peek(), expected);
    }
    return next();
  }

  void skipNewlines() {
    while (at(Kind.NEWLINE)) {
      next();
    }
  }

  /** The end of a statement: a newline, a semicolon, or the end of the file. */
  void expectSeparator() {
    if (peek().isSeparator()) {
      next();
    } else if (!at(Kind.END)) {
      throw Refusal.unexpected(peek(), "a newline or ;");
    }
  }

  /**
   * Goes on behind a mistake: to the next separator, or before the closing brace, of the block that
   * is {@code blockDepth} deep.
   */
  void recover(int blockDepth) {
    while (!at(Kind.END)) {
      if (depth <= blockDepth) {
        if (peek().isSeparator()) {
          next();
          return;
        }
        if (at("}")) {
          return;
        }
      }
      next();
    }
  }
}
