package io.breakwater.workers.pipeline.firewall;

import io.breakwater.config.firewall.ElementMap;
import io.breakwater.config.firewall.ElementSet;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Firewall.BaseChain;
import io.breakwater.config.firewall.Hook;
import io.breakwater.config.firewall.Place;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.firewall.TableFamily;
import io.breakwater.config.firewall.Verdict;
import io.breakwater.workers.firewall.FirewallProgram.Chains;
import io.breakwater.workers.firewall.FirewallProgram.Tables;
import io.breakwater.workers.firewall.RuleTree;
import io.breakwater.workers.pipeline.firewall.RuleAssembler.Assembled;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compiles one tenant's firewall.
 *
 * <p>Used by one thread at a time; keeps nothing.
 */
final class FirewallCompiler {

  /** Nodes of a firewall's trees, for each rule and beside that. */
  private static final int NODES_PER_RULE = 8;

  private static final int NODES_MIN = 1_024;

  private final Firewall firewall;
  private final boolean withTrees;
  private final CodeBuffer code = new CodeBuffer();
  private final NodeBuffer nodes = new NodeBuffer();
  private final StateCompiler state;
  private final TableCompiler tables;

  /** Of each chain, in the order of its rules. */
  private final List<List<Assembled>> assembled = new ArrayList<>();

  FirewallCompiler(Firewall firewall) {
    this(firewall, true);
  }

  /**
   * @param withTrees whether chains are cut up; if not, each is one list
   */
  FirewallCompiler(Firewall firewall, boolean withTrees) {
    this.firewall = firewall;
    this.withTrees = withTrees;
    state = new StateCompiler(firewall);
    tables = new TableCompiler(firewall);
    // Position 0 ends lists.
    code.add(0);
  }

  /** Slots that its rules and named counters take. */
  static int ruleSlots(Firewall firewall) {
    return firewall.chains().stream().mapToInt(chain -> chain.rules().size()).sum()
        + firewall.counters().size();
  }

  /**
   * @throws FirewallRefused if it would be beyond any bounds
   */
  FirewallCode compile() {
    var assembler = new RuleAssembler(firewall, tables, state, code);
    for (Firewall.Chain chain : firewall.chains()) {
      List<Assembled> rules = new ArrayList<>();
      for (Rule rule : chain.rules()) {
        String owner = chain.name() + " " + rule.text();
        rules.add(assembler.add(rule, chain.name().family(), owner));
      }
      assembled.add(rules);
    }
    Chains ipv4 = chains(false);
    Chains ipv6 = chains(true);
    int[] words = code.toArray();
    int[] lists = nodes.lists();
    long[] trees = nodes.nodes();
    Tables built = tables.build();
    StateRecipe recipe = state.build();
    long bytes =
        tables.bytes() + recipe.bytes() + 4L * (words.length + lists.length) + 16L * trees.length;
    return new FirewallCode(
        ruleSlots(firewall),
        words,
        lists,
        trees,
        nodes.count(),
        ipv4,
        ipv6,
        built,
        recipe,
        cost(
            bytes,
            new CycleEstimate(words, lists, trees, built, ipv4),
            new CycleEstimate(words, lists, trees, built, ipv6)));
  }

  private FirewallCost cost(long bytes, CycleEstimate ipv4, CycleEstimate ipv6) {
    CycleEstimate worst = ipv6.total() > ipv4.total() ? ipv6 : ipv4;
    long elements = 0;
    long most = 0;
    Optional<Place> largest = Optional.empty();
    for (ElementSet set : firewall.sets()) {
      long count = SetCompiler.isDynamic(set) ? SetCompiler.sizeMax(set) : set.elements().count();
      elements += count;
      if (count > most) {
        most = count;
        largest = Optional.of(set.name().place());
      }
    }
    for (ElementMap map : firewall.maps()) {
      elements += map.keys().count();
      if (map.keys().count() > most) {
        most = map.keys().count();
        largest = Optional.of(map.name().place());
      }
    }
    return new FirewallCost(
        firewall.rules().size(),
        elements,
        bytes,
        worst.total(),
        ruleAt(worst.dearestRule()).map(Rule::place),
        largest);
  }

  /** The rule that has this position in the code. */
  private Optional<Rule> ruleAt(int position) {
    for (int chain = 0; chain < assembled.size(); chain++) {
      List<Assembled> rules = assembled.get(chain);
      for (int i = 0; i < rules.size(); i++) {
        if (position != 0
            && (rules.get(i).start() == position || rules.get(i).actions() == position)) {
          return Optional.of(firewall.chains().get(chain).rules().get(i));
        }
      }
    }
    return Optional.empty();
  }

  private Chains chains(boolean ipv6) {
    List<BaseChain> base =
        firewall.baseChains().stream().filter(chain -> sees(chain.chain(), ipv6)).toList();
    int[] roots = new int[firewall.chains().size()];
    for (int chain = 0; chain < roots.length; chain++) {
      if (sees(chain, ipv6)) {
        roots[chain] = tree(chain, endKind(chain, base), ipv6);
      }
    }
    int[] indices = new int[base.size()];
    boolean[] dropsByDefault = new boolean[base.size()];
    boolean[] forward = new boolean[base.size()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = base.get(i).chain();
      dropsByDefault[i] = base.get(i).dropsByDefault();
      forward[i] = base.get(i).hook() == Hook.FORWARD;
    }
    return new Chains(roots, indices, dropsByDefault, forward);
  }

  private boolean sees(int chain, boolean ipv6) {
    return firewall.chains().get(chain).name().family().sees(ipv6 ? 6 : 4);
  }

  private static int endKind(int chain, List<BaseChain> base) {
    for (BaseChain each : base) {
      if (each.chain() == chain) {
        return each.dropsByDefault() ? RuleTree.DROP : RuleTree.ACCEPT;
      }
    }
    return 0;
  }

  private int tree(int chain, int endKind, boolean ipv6) {
    List<Rule> rules = firewall.chains().get(chain).rules();
    TableFamily family = firewall.chains().get(chain).name().family();
    List<ChainRule> seen = new ArrayList<>(rules.size());
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      Assembled code = assembled.get(chain).get(i);
      seen.add(
          new ChainRule(
              RuleRegion.of(rule, ipv6, family, firewall),
              code.start(),
              code.actions(),
              leafKind(code.verdict()),
              1 + rule.index(),
              code.isFinal()));
    }
    int nodesMax = withTrees ? NODES_MIN + NODES_PER_RULE * rules.size() : 0;
    return new TreeBuilder(seen, endKind, ipv6, nodes, nodesMax).build();
  }

  private static int leafKind(Verdict.Simple verdict) {
    if (verdict == null) {
      return 0;
    }
    return verdict == Verdict.Simple.ACCEPT ? RuleTree.ACCEPT : RuleTree.DROP;
  }
}
