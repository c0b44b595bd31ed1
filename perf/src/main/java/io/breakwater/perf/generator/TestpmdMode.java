package io.breakwater.perf.generator;

import java.util.Set;

/** testpmd's forwarding modes that make packets. */
enum TestpmdMode {
  /**
   * Copies of one UDP packet from and to port 9, to one address; with {@code --txonly-multi-flow}
   * from up to 256 addresses. It does not receive.
   */
  TXONLY("txonly", Set.of()),
  /**
   * UDP packets from 10.254.0.0 port 1000 to 10.253.0.0 and the addresses after it, port 1001, with
   * Ethernet addresses that cannot be chosen either: frames of 60 bytes, or what {@code --txpkts}
   * says less 4.
   */
  FLOWGEN("flowgen", Set.of(Generator.Ability.RECEIVE));

  private final String label;
  private final Set<Generator.Ability> abilities;

  TestpmdMode(String label, Set<Generator.Ability> abilities) {
    this.label = label;
    this.abilities = abilities;
  }

  String label() {
    return label;
  }

  Set<Generator.Ability> abilities() {
    return abilities;
  }
}
