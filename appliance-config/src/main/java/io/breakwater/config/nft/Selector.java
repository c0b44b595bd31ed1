package io.breakwater.config.nft;

import java.util.List;

/** What stands on the left-hand side: a field, or several with dots between them. */
record Selector(List<Part> parts) {

  Selector {
    parts = List.copyOf(parts);
  }

  Token at() {
    return parts.getFirst().at();
  }

  boolean isSingle() {
    return parts.size() == 1;
  }

  /** A field, and what is done to its value before it is compared. */
  record Part(Token at, FieldSpec field, List<Operation> operations) {}

  /**
   * @param sign {@code &}, {@code |} or {@code ^}
   */
  record Operation(Token sign, Expression operand) {}
}
