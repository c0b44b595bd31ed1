package io.breakwater.perf.ruleset;

import io.breakwater.config.firewall.Firewall;
import io.breakwater.perf.traffic.Flow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the tenants' firewalls are in a benchmark, and the flows that are to meet them: the same for
 * Java and for the C reference, and made from a seed.
 */
public interface Filtering {

  /** The flows to the tenants, in random order; the first of more are the same ones. */
  List<Flow> flows(int count);

  /** Whether the rules let a flow pass: found without any structure, rule after rule. */
  boolean accepts(Flow flow);

  /** A tenant's firewall, as the product reads it. */
  Optional<Firewall> firewall(int tenant);

  /**
   * Writes what the C reference reads, into the folder of the workload's files.
   *
   * @param dropped how many of the frames are to be dropped
   */
  void write(Path folder, int dropped) throws IOException;

  /** The same flows without any firewall. */
  default Filtering withoutFirewalls() {
    Filtering with = this;
    return new Filtering() {
      @Override
      public List<Flow> flows(int count) {
        return with.flows(count);
      }

      @Override
      public boolean accepts(Flow flow) {
        return true;
      }

      @Override
      public Optional<Firewall> firewall(int tenant) {
        return Optional.empty();
      }

      @Override
      public void write(Path folder, int dropped) {}
    };
  }
}
