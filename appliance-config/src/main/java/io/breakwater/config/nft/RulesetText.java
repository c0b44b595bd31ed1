package io.breakwater.config.nft;

import io.breakwater.config.firewall.Declaration;
import io.breakwater.config.firewall.ElementMap;
import io.breakwater.config.firewall.ElementSet;
import io.breakwater.config.firewall.Elements;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Firewall.BaseChain;
import io.breakwater.config.firewall.Firewall.Chain;
import io.breakwater.config.firewall.Firewall.Table;
import io.breakwater.config.firewall.ObjectName;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.firewall.Step;
import io.breakwater.config.firewall.Verdict;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.IntFunction;

/**
 * A whole ruleset as {@code nft list ruleset} prints it (1.0.6), with counts.
 *
 * <p>Rules without a counter of their own have their counts behind a {@code #}, where nft has none.
 * {@code typeof} is printed as types. Intervals that touch are one, and those of concatenations are
 * sorted, where nft keeps its order. Not printed are comments of tables, chains and sets, the
 * device of a chain at ingress, what is left of a timeout, what is used of a quota, what rules have
 * added to sets, and of a set that has more than {@link #ELEMENTS_MAX} elements the others.
 */
public final class RulesetText {

  static final int ELEMENTS_MAX = 1_000;

  /** How many elements nft puts into a line, by their type (its src/expression.c); else one. */
  private static final Map<String, Integer> PER_LINE =
      Map.of("ipv4_addr", 2, "inet_service", 5, "mark", 5, "tcp_flag", 5, "inet_proto", 5);

  private static final String ELEMENT_INDENT = "\n\t\t\t     ";

  /** What something has counted. */
  public record Count(long packets, long bytes) {

    @Override
    public String toString() {
      return "packets " + packets + " bytes " + bytes;
    }
  }

  private final Firewall firewall;
  private final IntFunction<Count> byRule;
  private final IntFunction<Count> byCounter;
  private final Map<Integer, BaseChain> baseByChain = new HashMap<>();
  private final StringBuilder text = new StringBuilder();

  private RulesetText(Firewall firewall, IntFunction<Count> byRule, IntFunction<Count> byCounter) {
    this.firewall = firewall;
    this.byRule = byRule;
    this.byCounter = byCounter;
    firewall.baseChains().forEach(base -> baseByChain.put(base.chain(), base));
  }

  /**
   * @param byRule by the rule's index
   * @param byCounter of named counters, by their index
   */
  public static String of(
      Firewall firewall, IntFunction<Count> byRule, IntFunction<Count> byCounter) {
    RulesetText ruleset = new RulesetText(firewall, byRule, byCounter);
    firewall.tables().forEach(ruleset::table);
    return ruleset.text.toString();
  }

  private void table(Table table) {
    text.append("table ").append(table.family()).append(' ').append(table.name()).append(" {\n");
    int start = text.length();
    for (int i = 0; i < firewall.counters().size(); i++) {
      if (in(table, firewall.counters().get(i).name())) {
        block("counter", firewall.counters().get(i).name(), byCounter.apply(i).toString());
      }
    }
    for (Firewall.NamedLimit limit : firewall.limits()) {
      if (in(table, limit.name())) {
        block("limit", limit.name(), LimitParser.show(limit.limit()).replaceFirst("limit ", ""));
      }
    }
    for (Firewall.NamedQuota quota : firewall.quotas()) {
      if (in(table, quota.name())) {
        block("quota", quota.name(), LimitParser.show(quota.quota()).replaceFirst("quota ", ""));
      }
    }
    for (ElementSet set : firewall.sets()) {
      if (in(table, set.name()) && !set.declaration().equals(Declaration.NONE)) {
        set(set);
      }
    }
    for (ElementMap map : firewall.maps()) {
      if (in(table, map.name())) {
        map(map);
      }
    }
    for (int i = 0; i < firewall.chains().size(); i++) {
      if (in(table, firewall.chains().get(i).name())) {
        chain(firewall.chains().get(i), baseByChain.get(i));
      }
    }
    if (text.length() > start) {
      // Between things there is an empty line, and none behind the last.
      text.setLength(text.length() - 1);
    }
    text.append("}\n");
  }

  private static boolean in(Table table, ObjectName name) {
    return table.equals(Table.of(name));
  }

  private void block(String kind, ObjectName name, String... lines) {
    open(kind, name);
    for (String line : lines) {
      line(line);
    }
    close();
  }

  private void open(String kind, ObjectName name) {
    text.append('\t').append(kind).append(' ').append(name.name()).append(" {\n");
  }

  private void line(String line) {
    text.append("\t\t").append(line).append('\n');
  }

  private void close() {
    text.append("\t}\n\n");
  }

  // ---------------------------------------------------------------- sets and maps

  private void set(ElementSet set) {
    open("set", set.name());
    line("type " + String.join(" . ", set.declaration().types()));
    declared(set.declaration(), set.timeoutNs());
    Map<Integer, Long> timeouts = new HashMap<>();
    set.expiries().forEach(expiry -> timeouts.put(expiry.element(), expiry.timeoutNs()));
    elements(
        set.declaration(),
        set.elements(),
        i -> timeouts.containsKey(i) ? " timeout " + TimeText.format(timeouts.get(i)) : "");
    close();
  }

  private void map(ElementMap map) {
    open("map", map.name());
    Declaration declaration = map.declaration();
    int last = declaration.types().size() - 1;
    line(
        "type "
            + String.join(" . ", declaration.types().subList(0, last))
            + " : "
            + declaration.types().get(last));
    declared(declaration, OptionalLong.empty());
    elements(declaration, map.keys(), i -> " : " + data(map.data(), i));
    close();
  }

  private void declared(Declaration declaration, OptionalLong timeoutNs) {
    declaration.sizeMax().ifPresent(size -> line("size " + size));
    if (!declaration.flags().isEmpty()) {
      line("flags " + String.join(",", declaration.flags()));
    }
    timeoutNs.ifPresent(ns -> line("timeout " + TimeText.format(ns)));
    if (declaration.autoMerge()) {
      line("auto-merge");
    }
  }

  private String data(ElementMap.Data data, int element) {
    return switch (data) {
      case ElementMap.Data.Marks(int[] marks) ->
          DataType.MARK.show(Bits128.of(marks[element] & 0xffff_ffffL));
      case ElementMap.Data.Verdicts(var verdicts) -> verdict(verdicts.get(element));
    };
  }

  private String verdict(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Simple simple -> simple.toString();
      case Verdict.Jump(int chain) -> "jump " + firewall.chains().get(chain).name().name();
      case Verdict.Goto(int chain) -> "goto " + firewall.chains().get(chain).name().name();
    };
  }

  private void elements(Declaration declaration, Elements elements, IntFunction<String> behind) {
    if (elements.count() == 0) {
      return;
    }
    ElementText text = new ElementText(declaration.types());
    int perLine = perLine(declaration, text.dimensions(elements));
    boolean singles = !declaration.flags().contains("interval");
    StringBuilder list = new StringBuilder("elements = { ");
    int shown = 0;
    long count = 0;
    for (int i = 0; i < elements.count(); i++) {
      // Values that follow each other are one interval of the model.
      long values = singles ? text.values(elements, i) : 1;
      for (long n = 0; n < values && shown < ELEMENTS_MAX; n++) {
        list.append(shown == 0 ? "" : shown % perLine == 0 ? "," + ELEMENT_INDENT : ", ")
            .append(singles ? text.value(elements, i, n) : text.of(elements, i))
            .append(behind.apply(i));
        shown++;
      }
      count += values;
    }
    line(list.append(" }").toString());
    if (shown < count) {
      line("# and " + (count - shown) + " elements more");
    }
  }

  private static int perLine(Declaration declaration, int dimensions) {
    return dimensions > 1 ? 1 : PER_LINE.getOrDefault(declaration.types().getFirst(), 1);
  }

  // ---------------------------------------------------------------- chains

  private void chain(Chain chain, BaseChain base) {
    open("chain", chain.name());
    if (base != null) {
      line(
          "type filter hook %s priority %s; policy %s;"
              .formatted(base.hook(), priority(base), base.dropsByDefault() ? "drop" : "accept"));
    }
    chain.rules().forEach(rule -> line(rule(rule)));
    close();
  }

  private String priority(BaseChain base) {
    return PriorityText.of(
        firewall.chains().get(base.chain()).name().family(), base.hook(), base.priority());
  }

  private String rule(Rule rule) {
    Count count = byRule.apply(rule.index());
    boolean counts = rule.steps().stream().anyMatch(step -> step instanceof Step.Count);
    String shown = counts ? withCounter(rule.text(), count) : rule.text();
    return shown
        + rule.comment().map(comment -> " comment \"" + comment + '"').orElse("")
        + (counts ? "" : " # " + count);
  }

  /** Puts the counts behind the word {@code counter} that is a statement. */
  static String withCounter(String rule, Count count) {
    int braces = 0;
    boolean quoted = false;
    for (int at = 0; at < rule.length(); at++) {
      char character = rule.charAt(at);
      quoted ^= character == '"';
      braces += quoted ? 0 : character == '{' ? 1 : character == '}' ? -1 : 0;
      if (!quoted && braces == 0 && isCounter(rule, at)) {
        int end = at + "counter".length();
        return rule.substring(0, end) + " " + count + rule.substring(end);
      }
    }
    return rule;
  }

  private static boolean isCounter(String rule, int at) {
    return rule.startsWith("counter", at)
        && (at == 0 || rule.charAt(at - 1) == ' ')
        && (at + 7 == rule.length() || rule.charAt(at + 7) == ' ')
        && !rule.startsWith("counter name ", at);
  }
}
