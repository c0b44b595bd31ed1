package io.breakwater.config.nft;

import io.breakwater.config.nft.Expression.Atom;
import io.breakwater.config.nft.Expression.Bits;
import io.breakwater.config.nft.Expression.Listing;
import io.breakwater.config.nft.Expression.SetLiteral;
import io.breakwater.config.nft.Statement.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code tcp flags syn tcp window 5}: nft 1.0.6 merges two matches of neighbouring fields, wherever
 * they stand in the rule, into one comparison (its src/rule.c, {@code stmt_reduce}), and the flags,
 * of which any would do alone, are compared for equality then. The kernel gets it so, and its
 * verdicts are ours.
 */
final class MergedFlags {

  private static final FieldSpec FLAGS = Fields.TCP.get("flags");
  private static final FieldSpec WINDOW = Fields.TCP.get("window");

  private MergedFlags() {}

  /** The statements, in which such flags have the operator {@code ==}. */
  static List<Statement> of(List<Statement> statements) {
    if (statements.stream().noneMatch(statement -> isEqual(statement, WINDOW))) {
      return statements;
    }
    List<Statement> result = new ArrayList<>(statements);
    result.replaceAll(
        statement -> isEqual(statement, FLAGS) ? equal((Relation) statement) : statement);
    return result;
  }

  private static boolean isEqual(Statement statement, FieldSpec field) {
    return statement instanceof Relation relation
        && relation.left().isSingle()
        && relation.left().parts().getFirst().field().equals(field)
        && relation.left().parts().getFirst().operations().isEmpty()
        && relation.flagMask().isEmpty()
        && relation.operator().map(operator -> operator.is("==")).orElse(true)
        && isValue(relation.right());
  }

  private static boolean isValue(Expression right) {
    return switch (right) {
      case Atom atom -> true;
      case Bits bits -> true;
      case Listing listing -> true;
      case SetLiteral set when set.elements().count() == 1 -> {
        boolean[] value = {false};
        set.elements().forEach(element -> value[0] = isValue(element.key()));
        yield value[0];
      }
      default -> false;
    };
  }

  private static Relation equal(Relation flags) {
    Token equals = new Token(Token.Kind.SIGN, "==", flags.at().source(), flags.at().offset());
    return new Relation(
        flags.at(), flags.left(), Optional.of(equals), flags.right(), Optional.empty());
  }
}
