package io.breakwater.workers.firewall;

/**
 * All tenants' firewalls, by the tenant's slot: for each version of IP where its tree begins among
 * the nodes of all trees, and its program.
 *
 * <p>Trees stand in one array so that a batch for many tenants takes its steps together. The array
 * may be shared with tables before and after: who makes them writes only where no published table
 * leads.
 *
 * @param nodes of all trees: at 0 the leaf of a tenant without a firewall, at 1 that of one whose
 *     program has to be run from its beginning
 * @param ipv4Roots by tenant
 * @param ipv6Roots by tenant
 * @param ipv4Fixed by tenant: the {@link RuleTree#answer} of one whose tree is a single leaf, which
 *     all its flows get; else {@link FlowAnswers#NONE}
 * @param programs by tenant, null where there is none
 * @param hasFrontSets whether a program has a {@link FrontSet}
 * @param isEmpty whether no tenant has a firewall
 */
public record FirewallTable(
    long[] nodes,
    int[] ipv4Roots,
    int[] ipv6Roots,
    int[] ipv4Fixed,
    FirewallProgram[] programs,
    boolean hasFrontSets,
    boolean isEmpty) {

  /** Finds out the rest. */
  public FirewallTable(
      long[] nodes, int[] ipv4Roots, int[] ipv6Roots, FirewallProgram[] programs, boolean isEmpty) {
    this(
        nodes,
        ipv4Roots,
        ipv6Roots,
        fixed(nodes, ipv4Roots),
        programs,
        hasFrontSets(programs),
        isEmpty);
  }

  private static boolean hasFrontSets(FirewallProgram[] programs) {
    for (FirewallProgram program : programs) {
      if (program != null && program.front() != null) {
        return true;
      }
    }
    return false;
  }

  private static int[] fixed(long[] nodes, int[] roots) {
    int[] fixed = new int[roots.length];
    for (int tenant = 0; tenant < roots.length; tenant++) {
      long root = nodes[roots[tenant]];
      boolean leads = !RuleTree.isLeaf(root) || RuleTree.kind(root) == RuleTree.BUCKET;
      fixed[tenant] = leads ? FlowAnswers.NONE : RuleTree.answer(root);
    }
    return fixed;
  }

  /** Where the leaf of a tenant without a firewall is. */
  public static final int NO_FIREWALL = 0;

  /** Where the leaf is that runs the program from its beginning. */
  public static final int WHOLE_PROGRAM = 1;

  /** Nodes that are there without any tree. */
  public static final int FIXED_NODES = 2;

  /** Writes the leaves that every table has. */
  public static void writeFixed(long[] nodes) {
    nodes[NO_FIREWALL] = RuleTree.leaf(NO_FIREWALL, RuleTree.ACCEPT, 0);
    nodes[WHOLE_PROGRAM] = RuleTree.leaf(WHOLE_PROGRAM, RuleTree.LIST, 0);
  }

  /** The table of an appliance whose tenants have no firewalls. */
  public static FirewallTable none(int tenantSlots) {
    long[] nodes = new long[FIXED_NODES];
    writeFixed(nodes);
    return new FirewallTable(
        nodes, new int[tenantSlots], new int[tenantSlots], new FirewallProgram[tenantSlots], true);
  }
}
