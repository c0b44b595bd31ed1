package io.breakwater.config.firewall;

import java.util.Comparator;
import java.util.List;

/**
 * The ruleset of one tenant.
 *
 * <p>A packet runs through {@code baseChains} one after the other, as far as each one's family sees
 * it. {@code accept} ends a base chain and the packet goes on to the next one; {@code drop} and
 * {@code reject} are final; the end of a base chain is its policy. What no base chain drops is
 * accepted.
 *
 * <p>Bounded by the reader: jumps make no cycle and nest at most {@link #JUMP_DEPTH_MAX} deep, so
 * that no packet takes more steps than there are on one path through the chains.
 *
 * @param tables in the order in which they were first named, with those that hold nothing
 * @param chains all chains; {@code Verdict.Jump} and {@code BaseChain} name them by index
 * @param baseChains in the order in which a packet meets them: by hook, then by priority; of two
 *     that have the same, the one that was added last comes first, as in the kernel
 * @param sets named sets, and one for each meter
 * @param maps named maps and verdict maps
 */
public record Firewall(
    List<Table> tables,
    List<Chain> chains,
    List<BaseChain> baseChains,
    List<ElementSet> sets,
    List<ElementMap> maps,
    List<NamedCounter> counters,
    List<NamedLimit> limits,
    List<NamedQuota> quotas) {

  /** NFT_JUMP_STACK_SIZE of the kernel: a base chain and the chains that are jumped to. */
  public static final int JUMP_DEPTH_MAX = 16;

  public Firewall {
    tables = List.copyOf(tables);
    chains = List.copyOf(chains);
    baseChains = List.copyOf(baseChains);
    sets = List.copyOf(sets);
    maps = List.copyOf(maps);
    counters = List.copyOf(counters);
    limits = List.copyOf(limits);
    quotas = List.copyOf(quotas);
  }

  /** Of the tables that its chains are in. */
  public Firewall(
      List<Chain> chains,
      List<BaseChain> baseChains,
      List<ElementSet> sets,
      List<ElementMap> maps,
      List<NamedCounter> counters,
      List<NamedLimit> limits,
      List<NamedQuota> quotas) {
    this(
        chains.stream().map(chain -> Table.of(chain.name())).distinct().toList(),
        chains,
        baseChains,
        sets,
        maps,
        counters,
        limits,
        quotas);
  }

  /** All rules of all chains in the order of the tenant's file: {@code get(i).index()} is i. */
  public List<Rule> rules() {
    return chains.stream()
        .flatMap(chain -> chain.rules().stream())
        .sorted(Comparator.comparingInt(Rule::index))
        .toList();
  }

  /** A table by its family and name. */
  public record Table(TableFamily family, String name) {

    /** That of something with a name. */
    public static Table of(ObjectName name) {
      return new Table(name.family(), name.table());
    }
  }

  /**
   * @param rules in the order of evaluation, which {@code insert rule} makes another than the
   *     file's
   */
  public record Chain(ObjectName name, List<Rule> rules) {

    public Chain {
      rules = List.copyOf(rules);
    }
  }

  /**
   * A chain that packets come to by themselves.
   *
   * @param chain index into {@code chains}; its name has the family
   * @param priority of one hook, the smaller comes first
   * @param dropsByDefault the policy: {@code drop}, or {@code accept}
   */
  public record BaseChain(int chain, Hook hook, int priority, boolean dropsByDefault) {}

  /** A counter by name, and what it starts at. */
  public record NamedCounter(ObjectName name, long packets, long bytes) {}

  /** A limit by name: all rules that name it share one bucket. */
  public record NamedLimit(ObjectName name, Limit limit) {}

  /** A quota by name: all rules that name it share one count. */
  public record NamedQuota(ObjectName name, Quota quota) {}
}
