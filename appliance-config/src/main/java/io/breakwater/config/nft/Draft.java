package io.breakwater.config.nft;

import io.breakwater.config.firewall.Hook;
import io.breakwater.config.firewall.Limit;
import io.breakwater.config.firewall.Quota;
import io.breakwater.config.firewall.TableFamily;
import io.breakwater.config.nft.Expression.SetLiteral;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A ruleset as it was written, before names are looked up.
 *
 * <p>As in the kernel a name must be there before it is used. {@code sequence} counts declarations:
 * a rule sees those up to its own command, or up to the end of the table's block that it stands in.
 */
final class Draft {

  /** A table's family and name. */
  record TableKey(TableFamily family, String name) {}

  final Map<TableKey, Table> tables = new LinkedHashMap<>();
  private int sequence;
  private int ruleCount;

  int nextSequence() {
    return sequence++;
  }

  int sequence() {
    return sequence;
  }

  int nextRuleIndex() {
    return ruleCount++;
  }

  int ruleCount() {
    return ruleCount;
  }

  /** What a table holds; each kind of thing has names of its own, sets and maps share theirs. */
  static final class Table {

    final TableKey key;
    final Map<String, Chain> chains = new LinkedHashMap<>();
    final Map<String, Collection> collections = new LinkedHashMap<>();
    final Map<String, Declared<long[]>> counters = new LinkedHashMap<>();
    final Map<String, Declared<Limit>> limits = new LinkedHashMap<>();
    final Map<String, Declared<Quota>> quotas = new LinkedHashMap<>();

    Table(TableKey key) {
      this.key = key;
    }

    boolean isEmpty() {
      return chains.isEmpty()
          && collections.isEmpty()
          && counters.isEmpty()
          && limits.isEmpty()
          && quotas.isEmpty();
    }
  }

  /** A named counter, limit or quota. */
  record Declared<T>(Token name, int sequence, T value) {}

  static final class Chain {

    final Token name;
    final int sequence;
    Optional<Base> base = Optional.empty();

    /** Whether what makes it a base chain was refused: then its policy is not told as well. */
    boolean baseRefused;

    Optional<Boolean> dropsByDefault = Optional.empty();
    Token policyAt;
    final List<Rule> rules = new ArrayList<>();

    Chain(Token name, int sequence) {
      this.name = name;
      this.sequence = sequence;
    }
  }

  /**
   * @param at {@code type}
   */
  record Base(Token at, Hook hook, int priority) {}

  static final class Rule {

    final int index;
    final Token first;
    final List<Statement> statements;
    final Optional<Token> comment;
    int visible;

    Rule(int index, Token first, List<Statement> statements, Optional<Token> comment, int visible) {
      this.index = index;
      this.first = first;
      this.statements = List.copyOf(statements);
      this.comment = comment;
      this.visible = visible;
    }
  }

  /** A set or a map. */
  static final class Collection {

    final Token name;
    final boolean map;
    final int sequence;
    List<DataType> key = List.of();
    Optional<DataType> data = Optional.empty();
    boolean verdicts;
    boolean interval;
    boolean constant;
    boolean timeouts;
    boolean dynamic;
    boolean autoMerge;

    /** Whether something in its declaration was refused: then what uses it is not told. */
    boolean refused;

    Optional<Token> timeout = Optional.empty();
    Optional<Token> size = Optional.empty();
    final List<Added> elements = new ArrayList<>();

    Collection(Token name, boolean map, int sequence) {
      this.name = name;
      this.map = map;
      this.sequence = sequence;
    }
  }

  /**
   * Elements of a set or a map.
   *
   * @param visible what a verdict map's jumps see
   */
  record Added(SetLiteral literal, int visible) {}
}
