package io.breakwater.perf.ruleset;

import io.breakwater.config.firewall.Firewall;
import io.breakwater.perf.traffic.Flow;
import io.breakwater.perf.traffic.FrameWriter;
import io.breakwater.perf.traffic.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A ruleset of its own for each tenant ({@link RulesetGenerator}), and flows that meet rules all
 * over it.
 *
 * <p>A flow is drawn within a rule that is drawn evenly; the first rule that matches it, which may
 * be another, decides. Of a hundred flows {@value #DROPPED_PERCENT} are drawn such that they are
 * dropped, by a rule or by the policy; the others are accepted.
 */
public final class TenantRules implements Filtering {

  static final int DROPPED_PERCENT = 5;

  private static final int ATTEMPTS_MAX = 100_000;
  private static final int PORTS_MIN = 1_024;

  private final List<List<AddressBlock>> prefixes;
  private final List<List<FilterRule>> rulesets = new ArrayList<>();
  private final long seed;

  private TenantRules(List<List<AddressBlock>> prefixes, int rules, long seed) {
    this.prefixes = prefixes;
    this.seed = seed;
    for (int tenant = 0; tenant < prefixes.size(); tenant++) {
      Random random = new Random(seed + 1_000L * tenant);
      rulesets.add(RulesetGenerator.rules(prefixes.get(tenant), rules, random));
    }
  }

  /**
   * @param rules of each tenant
   */
  public static TenantRules of(Workload workload, int rules) {
    List<List<AddressBlock>> prefixes = new ArrayList<>();
    for (Workload.Prefix prefix : workload.prefixes()) {
      while (prefixes.size() <= prefix.tenant()) {
        prefixes.add(new ArrayList<>());
      }
      prefixes.get(prefix.tenant()).add(new AddressBlock(prefix.address(), prefix.length()));
    }
    return new TenantRules(prefixes, rules, workload.seed() + 4);
  }

  List<FilterRule> rules(int tenant) {
    return rulesets.get(tenant);
  }

  /** A tenant's ruleset in the language of nftables. */
  public String text(int tenant) {
    return NftText.of(rulesets.get(tenant));
  }

  /** A tenant's rules as a file of ClassBench's. */
  public String classBenchRules(int tenant) {
    return ClassBenchText.rules(rulesets.get(tenant));
  }

  /** Flows as a trace of ClassBench's. */
  public static String classBenchTrace(List<Flow> flows) {
    return ClassBenchText.trace(flows);
  }

  @Override
  public Optional<Firewall> firewall(int tenant) {
    return Optional.of(NftText.read(text(tenant)));
  }

  @Override
  public boolean accepts(Flow flow) {
    for (FilterRule rule : rulesets.get(flow.tenant())) {
      if (rule.matches(flow)) {
        return rule.accepts();
      }
    }
    return false;
  }

  @Override
  public List<Flow> flows(int count) {
    Random random = new Random(seed + 1);
    List<Flow> flows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int tenant = random.nextInt(rulesets.size());
      boolean accepted = random.nextInt(100) >= DROPPED_PERCENT;
      flows.add(flow(tenant, accepted, random));
    }
    return flows;
  }

  private Flow flow(int tenant, boolean accepted, Random random) {
    List<FilterRule> rules = rulesets.get(tenant);
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      boolean within = accepted || random.nextBoolean();
      FilterRule rule = within ? rules.get(random.nextInt(rules.size())) : null;
      Flow flow = rule == null ? anyFlow(tenant, random) : flowWithin(tenant, rule, random);
      if ((rule == null || rule.matches(flow)) && accepts(flow) == accepted) {
        return flow;
      }
    }
    throw new IllegalStateException(
        "no flow has this verdict: tenant=%d accepted=%b".formatted(tenant, accepted));
  }

  /** It does not match a rule for ICMP. */
  private Flow flowWithin(int tenant, FilterRule rule, Random random) {
    Flow any = anyFlow(tenant, random);
    return new Flow(
        tenant,
        rule.source().length() == 0 ? any.source() : rule.source().any(random),
        rule.destination().length() == 0 ? any.destination() : rule.destination().any(random),
        rule.sourcePorts().isAny() ? any.sourcePort() : rule.sourcePorts().any(random),
        rule.destinationPorts().isAny()
            ? any.destinationPort()
            : rule.destinationPorts().any(random),
        rule.protocol() == FrameWriter.TCP || rule.protocol() != FrameWriter.UDP && any.tcp());
  }

  private Flow anyFlow(int tenant, Random random) {
    List<AddressBlock> mine = prefixes.get(tenant);
    return new Flow(
        tenant,
        Workload.outsider(random),
        mine.get(random.nextInt(mine.size())).any(random),
        PORTS_MIN + random.nextInt(65_536 - PORTS_MIN),
        1 + random.nextInt(65_535),
        random.nextBoolean());
  }

  /** {@code firewall.txt}: the counts, then a line for each rule. */
  @Override
  public void write(Path folder, int dropped) throws IOException {
    try (PrintWriter out =
        new PrintWriter(Files.newBufferedWriter(folder.resolve("firewall.txt")))) {
      out.printf("%d %d%n", rulesets.stream().mapToInt(List::size).sum(), dropped);
      for (int tenant = 0; tenant < rulesets.size(); tenant++) {
        for (FilterRule rule : rulesets.get(tenant)) {
          out.println(
              tenant
                  + " %08x ".formatted(rule.source().address())
                  + rule.source().length()
                  + " %08x ".formatted(rule.destination().address())
                  + rule.destination().length()
                  + " "
                  + rule.sourcePorts().first()
                  + " "
                  + rule.sourcePorts().last()
                  + " "
                  + rule.destinationPorts().first()
                  + " "
                  + rule.destinationPorts().last()
                  + " "
                  + rule.protocol()
                  + " "
                  + (rule.accepts() ? 1 : 0));
        }
      }
    }
  }
}
