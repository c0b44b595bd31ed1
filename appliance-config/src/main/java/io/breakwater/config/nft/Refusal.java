package io.breakwater.config.nft;

/**
 * Why a statement, a rule or a set cannot be read: thrown inside the reader, caught where reading
 * goes on with the next one, and never seen outside.
 */
final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Token at;

  Refusal(Token at, String message) {
    super(message, null, false, false);
    this.at = at;
  }

  /** A token that is not what the grammar has here. */
  static Refusal unexpected(Token token, String expected) {
    return new Refusal(token, "unexpected " + token.shown() + ": expected " + expected);
  }

  /** What cannot be read only because of something that was refused before. */
  static Refusal consequence(Token token) {
    return new Refusal(token, "");
  }

  boolean isConsequence() {
    return getMessage().isEmpty();
  }

  Token at() {
    return at;
  }
}
