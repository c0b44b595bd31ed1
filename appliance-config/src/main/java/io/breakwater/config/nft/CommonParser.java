package io.breakwater.config.nft;

import io.breakwater.config.nft.Token.Kind;
import io.breakwater.config.text.Problems;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What may stand anywhere between statements: {@code define}, {@code include}, empty lines. */
final class CommonParser {

  /** As nft has it. */
  private static final int INCLUDE_DEPTH_MAX = 16;

  private static final int COMMENT_MAX = 128;

  private final Tokens tokens;
  private final SourceFiles files;
  private final Problems problems;

  CommonParser(Tokens tokens, SourceFiles files, Problems problems) {
    this.tokens = tokens;
    this.files = files;
    this.problems = problems;
  }

  /** Takes one such statement with its separator, if one begins here. */
  boolean accept(Scope scope) {
    Token at = tokens.peek();
    if (at.isSeparator()) {
      tokens.next();
      return true;
    }
    switch (at.kind() == Kind.WORD ? at.text() : "") {
      case "define", "redefine" -> {
        tokens.next();
        Token name = variableName();
        tokens.expect("=");
        Expression value = new ExpressionParser(tokens, scope).initializer();
        if (at.is("define")) {
          scope.define(name, value);
        } else {
          scope.redefine(name, value);
        }
        tokens.expectSeparator();
      }
      case "undefine" -> {
        tokens.next();
        scope.undefine(variableName());
        tokens.expectSeparator();
      }
      case "include" -> {
        tokens.next();
        include(at, tokens.expect(Kind.QUOTED, "the name of a file in quotes"));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private Token variableName() {
    Token name = tokens.expect(Kind.WORD, "the name of a variable");
    Names.check(name);
    return name;
  }

  private void include(Token at, Token name) {
    tokens.expectSeparator();
    if (tokens.includeDepth() >= INCLUDE_DEPTH_MAX) {
      throw new Refusal(at, "included too deep: at most " + INCLUDE_DEPTH_MAX + " levels");
    }
    try {
      List<Path> included = files.included(at.source().file(), name.text());
      // The last one is put in first: the first one's tokens come next.
      for (Path file : included.reversed()) {
        read(file, name).ifPresent(tokens::include);
      }
    } catch (SourceFiles.Unreadable e) {
      report(name, name.shown() + ": " + e.getMessage());
    }
  }

  private Optional<Source> read(Path file, Token name) {
    try {
      return Optional.of(files.read(file));
    } catch (SourceFiles.Unreadable e) {
      report(name, file + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Not thrown: the separator is behind us, and what comes next is another statement. */
  private void report(Token at, String message) {
    problems.add(at.source().position(at.offset()), "include: " + message);
  }

  /** The text of a comment. */
  Token text(Scope scope) {
    Token text = new ExpressionParser(tokens, scope).text();
    if (text.text().length() > COMMENT_MAX) {
      throw new Refusal(text, "comment is too long: at most " + COMMENT_MAX + " characters");
    }
    return text;
  }
}
