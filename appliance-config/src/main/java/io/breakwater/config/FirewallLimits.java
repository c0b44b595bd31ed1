package io.breakwater.config;

/**
 * What one tenant's firewall may cost at most, so that it takes neither another's memory nor time.
 * It is reckoned before a firewall goes live; one that costs more is refused.
 *
 * @param rules of all its chains
 * @param elements of all its sets and maps; of sets that rules change, as many as they may hold
 * @param memoryBytes of what it is compiled to
 * @param cycles of a worker that the worst packet takes, as the compiler reckons them
 */
public record FirewallLimits(int rules, int elements, long memoryBytes, int cycles) {

  public static final FirewallLimits DEFAULT =
      new FirewallLimits(10_000, 4_000_000, 512L << 20, 100_000);

  @Override
  public String toString() {
    return "rules=%d elements=%d memory=%d cycles=%d"
        .formatted(rules, elements, memoryBytes, cycles);
  }
}
