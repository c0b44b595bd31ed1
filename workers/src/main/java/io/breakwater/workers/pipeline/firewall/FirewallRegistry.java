package io.breakwater.workers.pipeline.firewall;

import io.breakwater.config.Tenant;
import io.breakwater.config.TenantChange;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Rule;
import io.breakwater.workers.firewall.FirewallProgram;
import io.breakwater.workers.firewall.FirewallProgram.Chains;
import io.breakwater.workers.firewall.FirewallTable;
import io.breakwater.workers.firewall.RuleCounters;
import io.breakwater.workers.firewall.RuleTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * All tenants' firewalls, over reloads: a ruleset that did not change is the same program, and one
 * that did keeps the counters and state of what did not.
 *
 * <p>Used by the control thread only, beside {@link #count}, which reads what workers count.
 */
public final class FirewallRegistry {

  private static final int NODES_FIRST = 4_096;

  private final Map<String, LiveFirewall> live = new HashMap<>();

  /** Whose counters' slots begin where: of live and retired programs. */
  private final TreeMap<Integer, SlotOwner> owners = new TreeMap<>();

  /** Those that have taken over from another since the last {@link #retain}, in this order. */
  private final List<LiveFirewall> unsettled = new ArrayList<>();

  /** Programs that tables before may still lead to. */
  private final List<LiveFirewall> retired = new ArrayList<>();

  private final PreparedFirewalls prepared;

  private final List<RuleCounters> counters = new ArrayList<>();
  private final RangeAllocator ruleSlots;
  private final RangeAllocator nodeRanges =
      new RangeAllocator(FirewallTable.FIXED_NODES, NODES_FIRST);
  private final int ruleSlotsMax;
  private long[] nodes = new long[NODES_FIRST];

  /**
   * @param rulesMax most rules and named counters of all tenants together; there is room for twice
   *     as many, for a reload that exchanges them all
   */
  public FirewallRegistry(int rulesMax) {
    this(rulesMax, new PreparedFirewalls());
  }

  /**
   * @param prepared what was compiled already
   */
  public FirewallRegistry(int rulesMax, PreparedFirewalls prepared) {
    this.prepared = prepared;
    ruleSlotsMax = 1 + 2 * rulesMax;
    ruleSlots = new RangeAllocator(1, ruleSlotsMax);
    FirewallTable.writeFixed(nodes);
  }

  /** The counters of one more worker. */
  public RuleCounters newCounters() {
    RuleCounters added = new RuleCounters(ruleSlotsMax);
    counters.add(added);
    return added;
  }

  /**
   * Reckons what a firewall will cost. What was compiled for it is kept for the next {@link
   * #compile}.
   *
   * @throws FirewallRefused if it can't be compiled within any bounds
   */
  public FirewallCost cost(Firewall firewall) {
    return prepared.cost(firewall);
  }

  /** What was compiled to be judged, and refused, is not wanted any more. */
  public void forgetPrepared() {
    prepared.clear();
  }

  /**
   * Compiles what changed since the last time.
   *
   * @param slots of tenants, below {@code tenantBound}
   * @throws FirewallRefused if a tenant's ruleset is beyond its budget
   */
  public FirewallTable compile(
      Collection<Tenant> tenants, ToIntFunction<String> slots, int tenantBound, long nowNs) {
    int[] ipv4Roots = new int[tenantBound];
    int[] ipv6Roots = new int[tenantBound];
    FirewallProgram[] programs = new FirewallProgram[tenantBound];
    Set<String> gone = new HashSet<>(live.keySet());
    for (Tenant tenant : tenants) {
      if (tenant.firewall().isPresent()) {
        gone.remove(tenant.name());
        LiveFirewall entry = current(tenant.name(), tenant.firewall().get(), nowNs);
        int slot = slots.applyAsInt(tenant.name());
        programs[slot] = entry.program();
        ipv4Roots[slot] = root(entry, entry.program().ipv4());
        ipv6Roots[slot] = root(entry, entry.program().ipv6());
      }
    }
    gone.forEach(this::retire);
    prepared.clear();
    return new FirewallTable(nodes, ipv4Roots, ipv6Roots, programs, live.isEmpty());
  }

  /**
   * The table compiled last with what some tenants changed. It costs what these do, and a copy of
   * the arrays by tenant.
   *
   * @param before made by the last call, after which all went well
   */
  public FirewallTable compile(
      FirewallTable before,
      Collection<TenantChange> changes,
      ToIntFunction<String> slots,
      long nowNs) {
    int[] ipv4Roots = before.ipv4Roots().clone();
    int[] ipv6Roots = before.ipv6Roots().clone();
    FirewallProgram[] programs = before.programs().clone();
    for (TenantChange change : changes) {
      int slot = slots.applyAsInt(change.name());
      if (change.after() == null || change.after().firewall().isEmpty()) {
        retire(change.name());
        programs[slot] = null;
        ipv4Roots[slot] = FirewallTable.NO_FIREWALL;
        ipv6Roots[slot] = FirewallTable.NO_FIREWALL;
      } else {
        LiveFirewall entry = current(change.name(), change.after().firewall().get(), nowNs);
        programs[slot] = entry.program();
        ipv4Roots[slot] = root(entry, entry.program().ipv4());
        ipv6Roots[slot] = root(entry, entry.program().ipv6());
      }
    }
    prepared.clear();
    return new FirewallTable(nodes, ipv4Roots, ipv6Roots, programs, live.isEmpty());
  }

  /** Where a packet begins: at the tree of the only base chain, or with the program. */
  private static int root(LiveFirewall entry, Chains chains) {
    if (chains.base().length == 0) {
      return FirewallTable.NO_FIREWALL;
    }
    return chains.base().length == 1
        ? entry.firstNode() + chains.roots()[chains.base()[0]]
        : FirewallTable.WHOLE_PROGRAM;
  }

  private LiveFirewall current(String tenant, Firewall firewall, long nowNs) {
    LiveFirewall before = live.get(tenant);
    if (before != null && before.model().equals(firewall)) {
      return before;
    }
    int slots = FirewallCompiler.ruleSlots(firewall);
    int ruleBase = ruleSlots.allocate(slots);
    if (ruleBase < 0) {
      throw new FirewallRefused(
          "tenant %s: no room is left for %d rules of all tenants' together (%d at most)"
              .formatted(tenant, slots, ruleSlotsMax / 2));
    }
    FirewallCode code;
    try {
      code = prepared.take(firewall);
    } catch (FirewallRefused e) {
      ruleSlots.release(ruleBase, slots);
      throw new FirewallRefused("tenant " + tenant + ": " + e.getMessage());
    }
    Map<String, Object> kept = new HashMap<>();
    FirewallProgram program =
        code.link(ruleBase, before == null ? Map.of() : before.kept(), kept, nowNs);
    int firstNode = install(program.nodes(), program.treeNodes());
    var entry =
        new LiveFirewall(firewall, program, firstNode, kept, before, baseline(ruleBase, slots));
    live.put(tenant, entry);
    if (slots > 0) {
      owners.put(ruleBase, new SlotOwner(tenant, firewall));
    }
    if (before != null) {
      unsettled.add(entry);
      retired.add(before);
    }
    return entry;
  }

  private void retire(String tenant) {
    LiveFirewall before = live.remove(tenant);
    if (before != null) {
      retired.add(before);
    }
  }

  /** Writes nodes where no tables lead. What is in buckets names no positions. */
  private int install(long[] program, int treeNodes) {
    int first = nodeRanges.allocate(program.length);
    if (first < 0) {
      int old = nodes.length;
      int wanted = Math.max(2 * old, old + program.length);
      nodes = Arrays.copyOf(nodes, Math.min(wanted, RuleTree.NODES_MAX));
      nodeRanges.add(old, nodes.length);
      first = nodeRanges.allocate(program.length);
    }
    if (first < 0) {
      throw new FirewallRefused("no room is left for the trees of all tenants' rules");
    }
    for (int i = 0; i < treeNodes; i++) {
      nodes[first + i] = RuleTree.moved(program[i], first);
    }
    System.arraycopy(program, treeNodes, nodes, first + treeNodes, program.length - treeNodes);
    return first;
  }

  /** What the slots have counted for others. */
  private long[] baseline(int ruleBase, int slots) {
    long[] baseline = new long[2 * slots];
    for (int i = 0; i < slots; i++) {
      baseline[2 * i] = packets(ruleBase + i);
      baseline[2 * i + 1] = bytes(ruleBase + i);
    }
    return baseline;
  }

  private long packets(int slot) {
    long sum = 0;
    for (RuleCounters each : counters) {
      sum += each.packets(slot);
    }
    return sum;
  }

  private long bytes(int slot) {
    long sum = 0;
    for (RuleCounters each : counters) {
      sum += each.bytes(slot);
    }
    return sum;
  }

  /**
   * Gives up what no tables lead to any more; to be called when all workers run on the tables
   * compiled last.
   */
  public void retain() {
    unsettled.forEach(entry -> entry.settle(this::packets, this::bytes));
    unsettled.clear();
    for (LiveFirewall entry : retired) {
      if (entry.program().ruleCount() > 0) {
        owners.remove(entry.program().ruleBase());
      }
      ruleSlots.release(entry.program().ruleBase(), entry.program().ruleCount());
      nodeRanges.release(entry.firstNode(), entry.program().nodes().length);
    }
    retired.clear();
  }

  private record SlotOwner(String tenant, Firewall firewall) {}

  /** A rule and whose it is. */
  public record TenantRule(String tenant, Rule rule) {}

  /**
   * Which rule has the slot of a counter: of the tables compiled last, or of any that workers may
   * have run on since the last {@link #retain}. Empty if it is none's any more.
   */
  public Optional<TenantRule> rule(int slot) {
    Map.Entry<Integer, SlotOwner> owner = owners.floorEntry(slot);
    if (owner == null) {
      return Optional.empty();
    }
    List<Rule> rules = owner.getValue().firewall().rules();
    int index = slot - owner.getKey();
    return index < rules.size()
        ? Optional.of(new TenantRule(owner.getValue().tenant(), rules.get(index)))
        : Optional.empty();
  }

  /** What was counted. */
  public record Count(long packets, long bytes) {}

  /**
   * What a rule has counted, over all workers and since it first was there in this form.
   *
   * @param index of the rule; named counters come behind the rules
   */
  public Count count(String tenant, int index) {
    LiveFirewall entry = live.get(tenant);
    return entry == null ? new Count(0, 0) : entry.count(index, this::packets, this::bytes);
  }
}
