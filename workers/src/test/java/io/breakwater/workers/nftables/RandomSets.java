package io.breakwater.workers.nftables;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The named sets, maps, counters and quotas of a table: each is made when a rule first wants it.
 */
final class RandomSets {

  private static final int PER_TYPE = 2;
  private static final int BIG = 35_000;

  private final Draw draw;
  private final Intervals intervals;
  private final String leaf;
  private final Map<String, String> declarations = new LinkedHashMap<>();

  /**
   * @param leaf a chain that jumps nowhere, for verdict maps; null: there is none
   */
  RandomSets(Draw draw, Constants constants, String leaf) {
    this.draw = draw;
    this.intervals = new Intervals(draw, constants);
    this.leaf = leaf;
  }

  /** All that were asked for, as they stand in the table. */
  List<String> declarations() {
    return List.copyOf(declarations.values());
  }

  /** A set for one field. */
  String ofType(RuleField field) {
    if (field == RuleField.IPV4_SOURCE && draw.below(3_000) == 0) {
      declarations.computeIfAbsent("big", n -> big());
      return "@big";
    }
    String name = name(List.of(field), "s");
    boolean ranges = field.isWholeBytes() && draw.chance(60);
    declarations.computeIfAbsent(
        name,
        n -> {
          boolean merged = ranges && draw.chance(60);
          List<String> elements =
              merged ? intervals.several(field, true) : intervals.disjoint(field, ranges);
          return "set %s { type %s;%s%s elements = %s }"
              .formatted(
                  n,
                  field.type(),
                  ranges ? " flags interval;" : "",
                  merged ? " auto-merge;" : "",
                  RandomMatch.braces(elements));
        });
    return "@" + name;
  }

  /** So many addresses that they get a table of their own kind. */
  private String big() {
    StringBuilder elements = new StringBuilder();
    for (int i = 0; i < BIG; i++) {
      // Every second one of a network of sources, and where no packet comes from.
      int address = i < 128 ? 0x0a01_0000 + 2 * i : 0x0b00_0000 + 5 * i;
      elements.append(i == 0 ? "" : ", ").append(RuleField.IPV4_SOURCE.show(address));
      elements.append(i % 3 == 0 && i >= 128 ? "/31" : "");
    }
    return "set big { type ipv4_addr; flags interval; auto-merge; elements = { %s } }"
        .formatted(elements);
  }

  /** A set for a concatenation. */
  String ofTypes(List<RuleField> fields) {
    String name = name(fields, "t");
    declarations.computeIfAbsent(
        name,
        n -> {
          boolean ranges = draw.chance(60);
          return "set %s { type %s;%s elements = %s }"
              .formatted(
                  n,
                  types(fields),
                  ranges ? " flags interval;" : "",
                  RandomMatch.braces(tuples(fields, ranges)));
        });
    return "@" + name;
  }

  /** Elements of a concatenation that don't overlap: their first fields don't. */
  List<String> tuples(List<RuleField> fields, boolean ranges) {
    List<String> tuples = new ArrayList<>();
    for (String first : intervals.disjoint(fields.getFirst(), ranges)) {
      StringBuilder tuple = new StringBuilder(first);
      for (RuleField field : fields.subList(1, fields.size())) {
        tuple.append(" . ").append(ranges ? intervals.any(field) : intervals.single(field));
      }
      tuples.add(tuple.toString());
    }
    return tuples;
  }

  /** A verdict map, named or in the rule. */
  String verdicts(List<RuleField> fields) {
    boolean ranges = draw.chance(50);
    if (draw.chance(50)) {
      return RandomMatch.braces(withVerdicts(fields, ranges));
    }
    String name = name(fields, "v");
    declarations.computeIfAbsent(
        name,
        n ->
            "map %s { type %s : verdict;%s elements = %s }"
                .formatted(
                    n,
                    types(fields),
                    ranges ? " flags interval;" : "",
                    RandomMatch.braces(withVerdicts(fields, ranges))));
    return "@" + name;
  }

  private List<String> withVerdicts(List<RuleField> fields, boolean ranges) {
    return tuples(fields, ranges).stream().map(key -> key + " : " + verdict()).toList();
  }

  private String verdict() {
    return leaf == null
        ? draw.of("accept", "drop", "continue", "return")
        : draw.of("accept", "drop", "continue", "return", "jump " + leaf, "goto " + leaf);
  }

  /** A map to marks, named or in the rule. */
  String marks(List<RuleField> fields) {
    boolean ranges = draw.chance(50);
    if (draw.chance(50)) {
      return RandomMatch.braces(withMarks(fields, ranges));
    }
    String name = name(fields, "m");
    declarations.computeIfAbsent(
        name,
        n ->
            "map %s { type %s : mark;%s elements = %s }"
                .formatted(
                    n,
                    types(fields),
                    ranges ? " flags interval;" : "",
                    RandomMatch.braces(withMarks(fields, ranges))));
    return "@" + name;
  }

  private List<String> withMarks(List<RuleField> fields, boolean ranges) {
    return tuples(fields, ranges).stream()
        .map(key -> key + " : " + intervals.single(RuleField.MARK))
        .toList();
  }

  /**
   * A set that rules change.
   *
   * @param kind of one kind and key there are a few
   */
  String dynamic(List<RuleField> fields, String kind, int size) {
    String name = name(fields, kind);
    declarations.computeIfAbsent(
        name, n -> "set %s { type %s; flags dynamic; size %d; }".formatted(n, types(fields), size));
    return "@" + name;
  }

  String counter() {
    String name = "c" + draw.below(2);
    declarations.computeIfAbsent(name, n -> "counter %s { }".formatted(n));
    return name;
  }

  String quota() {
    String name = "q" + draw.below(2);
    String over = draw.of("over ", "");
    int bytes = draw.between(0, 8_000);
    declarations.computeIfAbsent(name, n -> "quota %s { %s%d bytes }".formatted(n, over, bytes));
    return name;
  }

  private String name(List<RuleField> fields, String kind) {
    String types = types(fields).replace(" . ", "_");
    boolean source = fields.getFirst().slot().name().endsWith("SOURCE");
    return kind + "_" + types + (source ? "_s" : "") + draw.below(PER_TYPE);
  }

  private static String types(List<RuleField> fields) {
    return fields.stream().map(RuleField::type).collect(Collectors.joining(" . "));
  }
}
