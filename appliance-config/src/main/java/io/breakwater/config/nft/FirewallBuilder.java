package io.breakwater.config.nft;

import io.breakwater.config.firewall.Declaration;
import io.breakwater.config.firewall.ElementMap;
import io.breakwater.config.firewall.ElementSet;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Firewall.BaseChain;
import io.breakwater.config.firewall.Firewall.NamedCounter;
import io.breakwater.config.firewall.Firewall.NamedLimit;
import io.breakwater.config.firewall.Firewall.NamedQuota;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.nft.Draft.Added;
import io.breakwater.config.nft.Draft.Chain;
import io.breakwater.config.nft.Draft.Collection;
import io.breakwater.config.nft.Draft.Table;
import io.breakwater.config.text.Problems;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes the model of a draft: looks up names, gives values their types, orders the base chains. */
final class FirewallBuilder {

  private final Draft draft;
  private final Problems problems;
  private final Map<Table, RulesetNames> names = new LinkedHashMap<>();
  private final RulesetNames.Indices indices = new RulesetNames.Indices();
  private final List<Firewall.Chain> chains = new ArrayList<>();

  /** By the order in which they were added, the last one first. */
  private final SortedMap<Integer, BaseChain> baseChains = new TreeMap<>(Comparator.reverseOrder());

  FirewallBuilder(Draft draft, Problems problems) {
    this.draft = draft;
    this.problems = problems;
    draft.tables.values().forEach(table -> names.put(table, new RulesetNames(table, indices)));
  }

  /** The model of what is right; what is wrong is left out, and a problem says so. */
  Firewall build() {
    List<ElementMap> maps = new ArrayList<>();
    names.forEach(
        (table, names) -> table.chains.values().forEach(chain -> chain(chain, table, names)));
    // Rules come first: they make a set dynamic.
    List<ElementSet> sets = new ArrayList<>();
    names.forEach((table, names) -> {
      for (Collection collection : table.collections.values()) {
        if (collection.refused) {
          continue;
        }
        if (collection.map) {
          maps.add(map(collection, names));
        } else {
          sets.add(set(collection, names));
        }
      }
    });
    sets.addAll(indices.meters);
    // nf_hook_entries_grow() of the kernel puts a chain before those that have its priority
    // already.
    List<BaseChain> inOrder = new ArrayList<>(baseChains.values());
    inOrder.sort(Comparator.comparing(BaseChain::hook).thenComparingInt(BaseChain::priority));
    Firewall firewall =
        new Firewall(tables(), chains, inOrder, sets, maps, counters(), limits(), quotas());
    new JumpRules(firewall, problems, this::position).check();
    return firewall;
  }

  private final Map<Integer, Token> rulePlaces = new LinkedHashMap<>();

  private io.breakwater.config.text.Position position(Rule rule) {
    Token first = rulePlaces.get(rule.index());
    return first.source().position(first.offset());
  }

  private void chain(Chain chain, Table table, RulesetNames names) {
    if (chain.dropsByDefault.isPresent() && chain.base.isEmpty() && !chain.baseRefused) {
      report(
          new Refusal(
              chain.policyAt, "policy needs type, hook and priority: only a base chain has one"));
    }
    List<Rule> rules = new ArrayList<>();
    for (Draft.Rule rule : chain.rules) {
      rulePlaces.put(rule.index, rule.first);
      reporting(() -> new RuleBuilder(rule, table.key.family(), names).build())
          .ifPresent(rules::add);
    }
    chains.add(new Firewall.Chain(names.objectName(chain.name), rules));
    chain.base.ifPresent(base ->
        baseChains.put(
            chain.sequence,
            new BaseChain(
                names.chainIndex(chain),
                base.hook(),
                base.priority(),
                chain.dropsByDefault.orElse(false))));
  }

  private ElementSet set(Collection set, RulesetNames names) {
    ElementBuilder builder = elements(set, null);
    ElementBuilder.Result built = built(set, builder);
    return new ElementSet(
        names.objectName(set.name),
        set.key.stream().map(DataType::bits).toList(),
        set.interval,
        set.dynamic,
        built.elements(),
        built.expiries(),
        set.timeout
            .map(time -> OptionalLong.of(TimeText.parseNs(time)))
            .orElse(OptionalLong.empty()),
        set.size.map(size -> OptionalInt.of((int) Numbers.parse(size))).orElse(OptionalInt.empty()),
        declaration(set));
  }

  private List<Firewall.Table> tables() {
    return draft.tables.keySet().stream()
        .map(key -> new Firewall.Table(key.family(), key.name()))
        .toList();
  }

  private static Declaration declaration(Collection collection) {
    List<String> types = new ArrayList<>();
    collection.key.forEach(type -> types.add(type.name()));
    if (collection.map) {
      types.add(collection.verdicts ? "verdict" : collection.data.orElseThrow().name());
    }
    List<String> flags = new ArrayList<>();
    if (collection.constant) {
      flags.add("constant");
    }
    if (collection.dynamic) {
      flags.add("dynamic");
    }
    if (collection.interval) {
      flags.add("interval");
    }
    if (collection.timeouts) {
      flags.add("timeout");
    }
    OptionalInt size =
        collection
            .size
            .map(token -> OptionalInt.of((int) Numbers.parse(token)))
            .orElse(OptionalInt.empty());
    return new Declaration(types, flags, collection.autoMerge, size);
  }

  private ElementMap map(Collection map, RulesetNames names) {
    VerdictTable verdicts = new VerdictTable(names, draft.sequence());
    ElementBuilder builder = elements(map, verdicts);
    ElementBuilder.Result built = built(map, builder);
    ElementMap.Data data =
        map.verdicts
            ? new ElementMap.Data.Verdicts(verdicts.verdicts(built.data()))
            : new ElementMap.Data.Marks(built.data());
    return new ElementMap(
        names.objectName(map.name),
        map.key.stream().map(DataType::bits).toList(),
        map.interval,
        built.elements(),
        data,
        declaration(map));
  }

  /** Of a list that has a wrong element those before it are kept. */
  private ElementBuilder elements(Collection collection, VerdictTable verdicts) {
    ElementBuilder builder =
        new ElementBuilder(
            collection.key,
            collection.map,
            collection.autoMerge ? ElementBuilder.Overlap.JOINED : ElementBuilder.Overlap.REFUSED);
    for (Added added : collection.elements) {
      reporting(() -> {
        builder.addAll(
            added.literal(),
            collection.interval,
            element -> collection.verdicts ? verdicts.number(element) : RuleBuilder.mark(element));
        return builder;
      });
    }
    collection
        .size
        .filter(size -> builder.count() > Numbers.parse(size))
        .ifPresent(size ->
            report(
                new Refusal(
                    size,
                    "size is less than the number of elements: elements=" + builder.count())));
    if (builder.hasExpiries() && !collection.timeouts && collection.timeout.isEmpty()) {
      report(
          new Refusal(
              collection.name,
              "elements with a timeout need flags timeout: " + collection.name.shown()));
    }
    return builder;
  }

  private ElementBuilder.Result built(Collection collection, ElementBuilder builder) {
    return reporting(builder::build)
        .orElseGet(() ->
            new ElementBuilder(collection.key, collection.map, ElementBuilder.Overlap.REFUSED)
                .build());
  }

  private List<NamedCounter> counters() {
    List<NamedCounter> counters = new ArrayList<>();
    names.forEach((table, names) ->
        table
            .counters
            .values()
            .forEach(counter ->
                counters.add(
                    new NamedCounter(
                        names.objectName(counter.name()),
                        counter.value()[0],
                        counter.value()[1]))));
    return counters;
  }

  private List<NamedLimit> limits() {
    List<NamedLimit> limits = new ArrayList<>();
    names.forEach((table, names) ->
        table
            .limits
            .values()
            .forEach(limit ->
                limits.add(new NamedLimit(names.objectName(limit.name()), limit.value()))));
    return limits;
  }

  private List<NamedQuota> quotas() {
    List<NamedQuota> quotas = new ArrayList<>();
    names.forEach((table, names) ->
        table
            .quotas
            .values()
            .forEach(quota ->
                quotas.add(new NamedQuota(names.objectName(quota.name()), quota.value()))));
    return quotas;
  }

  private <T> Optional<T> reporting(java.util.function.Supplier<T> build) {
    try {
      return Optional.of(build.get());
    } catch (Refusal refusal) {
      report(refusal);
      return Optional.empty();
    }
  }

  private void report(Refusal refusal) {
    Token at = refusal.at();
    if (!refusal.isConsequence()) {
      problems.add(at.source().position(at.offset()), refusal.getMessage());
    }
  }
}
