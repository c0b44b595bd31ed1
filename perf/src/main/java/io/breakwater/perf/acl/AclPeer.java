package io.breakwater.perf.acl;

import io.breakwater.appliance.CommandException;
import io.breakwater.perf.ruleset.TenantRules;
import io.breakwater.perf.traffic.Flow;
import io.breakwater.perf.traffic.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The peer of a firewall profile: {@code dpdk-test-acl} with the rules and the flows of the
 * profile's first tenant, once in each round. What fails is told in the place of its result.
 */
public final class AclPeer implements AutoCloseable {

  /** What the appliance's target is set against; our own bursts are of 64. */
  private static final int BATCH = 32;

  /** So that a round takes about half a second. */
  private static final int LOOKUPS = 10_000_000;

  private final String profile;
  private final int rules;
  private final int flows;
  private final Path folder;
  private final Path rulesFile;
  private final Path traceFile;
  private final int iterations;
  private final List<Double> cycles = new ArrayList<>();
  private String notMeasured;

  /**
   * @param all flows of the profile
   */
  public AclPeer(String profile, Workload workload, int rules, int all) {
    this.profile = profile;
    this.rules = rules;
    TenantRules tenants = TenantRules.of(workload, rules);
    List<Flow> mine = tenants.flows(all).stream().filter(flow -> flow.tenant() == 0).toList();
    flows = mine.size();
    // As many copies as make every batch full.
    List<Flow> trace = Collections.nCopies(BATCH, mine).stream().flatMap(List::stream).toList();
    iterations = Math.max(1, LOOKUPS / trace.size());
    try {
      folder = Files.createTempDirectory("breakwater-acl");
      rulesFile = Files.writeString(folder.resolve("rules"), tenants.classBenchRules(0));
      traceFile = Files.writeString(folder.resolve("trace"), TenantRules.classBenchTrace(trace));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Measures once.
   *
   * @param hugepages whether the others had them
   */
  public void round(int core, boolean hugepages) throws InterruptedException {
    if (notMeasured != null) {
      return;
    }
    Optional<AclProgram> program = AclProgram.find(System.getenv().getOrDefault("PATH", ""));
    if (program.isEmpty()) {
      notMeasured = "dpdk-test-acl is not on the PATH; run `apt-get install dpdk-dev`";
      return;
    }
    try {
      cycles.add(program.get().measure(rulesFile, traceFile, BATCH, iterations, core, hugepages));
    } catch (CommandException e) {
      notMeasured = e.getMessage().strip();
    }
  }

  /** What was found so far. */
  public AclReport.Row row() {
    return new AclReport.Row(profile, rules, flows, BATCH, cycles, notMeasured);
  }

  @Override
  public void close() {
    try {
      Workload.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
