package io.breakwater.perf.ruleset;

import java.util.Random;

/** Ports from the first to the last, both of them included. */
record PortRange(int first, int last) {

  static final PortRange ANY = new PortRange(0, 65_535);

  /** All that no service is bound to: ClassBench's "HI". */
  static final PortRange HIGH = new PortRange(1_024, 65_535);

  static PortRange of(int port) {
    return new PortRange(port, port);
  }

  boolean contains(int port) {
    return port >= first && port <= last;
  }

  boolean isAny() {
    return equals(ANY);
  }

  int count() {
    return last - first + 1;
  }

  int any(Random random) {
    return first + random.nextInt(count());
  }

  /** As nftables has it. */
  @Override
  public String toString() {
    return first == last ? Integer.toString(first) : first + "-" + last;
  }
}
