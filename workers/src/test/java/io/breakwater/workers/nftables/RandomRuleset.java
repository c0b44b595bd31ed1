package io.breakwater.workers.nftables;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A ruleset that nft takes: tables of every family, base chains at every hook, chains that are
 * jumped to, and rules as {@link RandomRule} makes them, one on each line.
 *
 * <p>Left out is what depends on time: limits and timeouts.
 */
final class RandomRuleset {

  private final boolean transports;
  private final Draw draw;
  private final Constants constants;
  private final StringBuilder text = new StringBuilder();
  private boolean ingress;

  /**
   * @param transports whether rules may look at transport headers
   */
  RandomRuleset(Random random, Constants constants, boolean transports) {
    this.transports = transports;
    this.draw = new Draw(random);
    this.constants = constants;
    if (draw.chance(8)) {
      longTable();
    }
    for (int tables = draw.weighted(60, 30, 10), i = 0; i < tables || text.isEmpty(); i++) {
      table("t" + i);
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }

  /** Whether a chain sees frames before the kernel has cut off what pads them. */
  boolean hasIngress() {
    return ingress;
  }

  /** Many rules in one chain that tell flows apart, as those of a real firewall do. */
  private void longTable() {
    RandomSets sets = new RandomSets(draw, constants, null);
    RandomRule rules = new RandomRule(draw, "inet", transports, constants, sets);
    StringBuilder chain = new StringBuilder("  chain b {\n    %s\n".formatted(base("ip")));
    rules(chain, draw.between(30, 120), rules::ofFlow);
    write("inet flows", sets, chain.append("  }\n"));
  }

  private void table(String name) {
    String family = draw.of("inet", "inet", "inet", "inet", "inet", "inet", "ip", "ip6", "netdev");
    List<String> regular = new ArrayList<>();
    for (int count = draw.below(4); count > 0; count--) {
      regular.add("r" + regular.size());
    }
    RandomSets sets = new RandomSets(draw, constants, regular.isEmpty() ? null : regular.getLast());
    RandomRule rules = new RandomRule(draw, family, transports, constants, sets);
    StringBuilder chains = new StringBuilder();
    // What is jumped to stands further down: chains of higher numbers, so there is no circle.
    for (int i = 0; i < regular.size(); i++) {
      List<String> targets = regular.subList(i + 1, regular.size());
      chains.append("  chain %s {\n".formatted(regular.get(i)));
      rules(
          chains,
          draw.between(1, 5),
          () -> targets.isEmpty() ? rules.ofLeaf() : rules.next(targets));
      chains.append("  }\n");
    }
    for (int count = draw.between(1, 3), i = 0; i < count; i++) {
      chains.append("  chain b%d {\n    %s\n".formatted(i, base(family)));
      // Most of what is jumped to is jumped to by something that matches.
      for (String target : regular) {
        chains.append(draw.chance(60) ? "    %s\n".formatted(rules.jump(target)) : "");
      }
      rules(chains, draw.between(2, 9), () -> rules.next(regular));
      chains.append("  }\n");
    }
    StringBuilder commands = new StringBuilder();
    for (int count = draw.chance(15) ? 3 : 0; count > 0; count--) {
      String command = draw.of("add", "insert");
      commands.append(
          "%s rule %s %s b0 %s\n".formatted(command, family, name, rules.next(regular)));
    }
    write(family + " " + name, sets, chains);
    text.append(commands);
  }

  private void write(String table, RandomSets sets, StringBuilder chains) {
    text.append("table %s {\n".formatted(table));
    sets.declarations().forEach(line -> text.append("  ").append(line).append('\n'));
    text.append(chains).append("}\n");
  }

  private interface Source {
    String rule();
  }

  private static void rules(StringBuilder chain, int count, Source source) {
    for (int i = 0; i < count; i++) {
      chain.append("    ").append(source.rule()).append('\n');
    }
  }

  private String base(String family) {
    String policy = draw.chance(10) ? "drop" : "accept";
    String hook = draw.of("prerouting", "prerouting", "forward");
    if (family.equals("netdev") || family.equals("inet") && draw.chance(6)) {
      hook = "ingress device \"uplink\"";
      ingress = true;
    }
    int priority = draw.of(-300, -150, -100, 0, 0, 10, 50);
    return "type filter hook %s priority %d; policy %s;".formatted(hook, priority, policy);
  }
}
