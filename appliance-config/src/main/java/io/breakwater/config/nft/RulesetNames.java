package io.breakwater.config.nft;

import io.breakwater.config.firewall.Boxes;
import io.breakwater.config.firewall.ElementSet;
import io.breakwater.config.firewall.Elements;
import io.breakwater.config.firewall.Intervals;
import io.breakwater.config.firewall.ObjectName;
import io.breakwater.config.firewall.Verdict;
import io.breakwater.config.nft.Draft.Chain;
import io.breakwater.config.nft.Draft.Collection;
import io.breakwater.config.nft.Draft.Declared;
import io.breakwater.config.nft.Draft.Table;
import io.breakwater.config.nft.Expression.VerdictSyntax;
import io.breakwater.config.text.NearestKey;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Looks up the names of one table, and gives each thing its index in the model. */
final class RulesetNames {

  /** nft's own default. */
  static final int METER_SIZE_DEFAULT = 65_535;

  /** Of shorter names every other one is near. */
  private static final int ADVICE_LENGTH_MIN = 3;

  /** The indices of everything, over all tables. */
  static final class Indices {
    final Map<Object, Integer> byObject = new IdentityHashMap<>();
    final List<ElementSet> meters = new ArrayList<>();
    int chains;
    int sets;
    int maps;
    int counters;
    int limits;
    int quotas;
  }

  private final Table table;
  private final Indices indices;
  private final Map<String, Token> meters = new java.util.HashMap<>();

  RulesetNames(Table table, Indices indices) {
    this.table = table;
    this.indices = indices;
    table.chains.values().forEach(chain -> indices.byObject.put(chain, indices.chains++));
    for (Collection collection : table.collections.values()) {
      indices.byObject.put(collection, collection.map ? indices.maps++ : indices.sets++);
    }
    table.counters.values().forEach(counter -> indices.byObject.put(counter, indices.counters++));
    table.limits.values().forEach(limit -> indices.byObject.put(limit, indices.limits++));
    table.quotas.values().forEach(quota -> indices.byObject.put(quota, indices.quotas++));
  }

  /** The name of something in this table. */
  ObjectName objectName(Token name) {
    return new ObjectName(table.key.family(), table.key.name(), name.text(), name.place());
  }

  int chainIndex(Chain chain) {
    return indices.byObject.get(chain);
  }

  int setIndex(Collection set) {
    return indices.byObject.get(set);
  }

  int mapIndex(Collection map) {
    return indices.byObject.get(map);
  }

  Collection set(Token name, int visible) {
    return collection(name, visible, false);
  }

  Collection map(Token name, int visible) {
    return collection(name, visible, true);
  }

  private Collection collection(Token name, int visible, boolean map) {
    Collection collection = table.collections.get(name.text());
    if (collection == null || collection.sequence >= visible) {
      throw missing(map ? "map" : "set", name, table.collections);
    }
    if (collection.refused) {
      throw Refusal.consequence(name);
    }
    if (collection.map != map) {
      throw new Refusal(
          name, name.shown() + (map ? " is a set: expected a map" : " is a map: expected a set"));
    }
    return collection;
  }

  int counter(Token name, int visible) {
    return index("counter", name, visible, table.counters);
  }

  int limit(Token name, int visible) {
    return index("limit", name, visible, table.limits);
  }

  int quota(Token name, int visible) {
    return index("quota", name, visible, table.quotas);
  }

  private <T> int index(String what, Token name, int visible, Map<String, Declared<T>> declared) {
    Declared<T> found = declared.get(name.text());
    if (found == null || found.sequence() >= visible) {
      throw missing(what, name, declared);
    }
    return indices.byObject.get(found);
  }

  Verdict verdict(VerdictSyntax syntax, int visible) {
    return switch (syntax.at().text()) {
      case "accept" -> Verdict.Simple.ACCEPT;
      case "drop" -> Verdict.Simple.DROP;
      case "continue" -> Verdict.Simple.CONTINUE;
      case "return" -> Verdict.Simple.RETURN;
      case "jump" -> new Verdict.Jump(target(syntax, visible));
      default -> new Verdict.Goto(target(syntax, visible));
    };
  }

  private int target(VerdictSyntax syntax, int visible) {
    Token name = syntax.chain().orElseThrow();
    Chain chain = table.chains.get(name.text());
    if (chain == null || chain.sequence >= visible) {
      throw missing("chain", name, table.chains);
    }
    if (chain.base.isPresent()) {
      throw new Refusal(
          name, "a base chain cannot be the target of " + syntax.at().text() + ": " + name.shown());
    }
    return chainIndex(chain);
  }

  private static Refusal missing(String what, Token name, Map<String, ?> known) {
    Object declared = known.get(name.text());
    String advice =
        declared != null
            ? ": it is declared further down"
            : NearestKey.of(name.text(), known.keySet())
                .filter(nearest -> nearest.length() >= ADVICE_LENGTH_MIN)
                .map(nearest -> ": did you mean " + nearest + "?")
                .orElse("");
    return new Refusal(name, "no such " + what + ": " + name.shown() + advice);
  }

  /** The set that a meter keeps; its index is behind those of all tables' sets. */
  int meter(Statement.Meter meter, List<DataType> types, int visible) {
    Token name = meter.name();
    Names.check(name);
    if (table.collections.containsKey(name.text()) || meters.put(name.text(), name) != null) {
      throw new Refusal(name, "set, map or meter exists already: " + name.shown());
    }
    int size =
        meter
            .size()
            .map(token -> (int) Numbers.parse(token, "size", 1, ElementList.COUNT_MAX))
            .orElse(METER_SIZE_DEFAULT);
    indices.meters.add(
        new ElementSet(
            objectName(name),
            types.stream().map(DataType::bits).toList(),
            false,
            true,
            none(types),
            List.of(),
            OptionalLong.empty(),
            OptionalInt.of(size)));
    return indices.sets + indices.meters.size() - 1;
  }

  private static Elements none(List<DataType> types) {
    if (types.size() == 1) {
      return Intervals.builder(types.getFirst().bits(), 0).build();
    }
    long[] nothing = {};
    return new Boxes(
        types.stream().map(type -> new Boxes.Column(null, nothing, null, nothing)).toList());
  }
}
