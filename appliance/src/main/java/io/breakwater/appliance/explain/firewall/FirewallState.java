package io.breakwater.appliance.explain.firewall;

import io.breakwater.config.firewall.ElementSet;
import io.breakwater.config.firewall.Limit;
import io.breakwater.config.firewall.Quota;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What rules keep from packet to packet, as the first packet finds it: buckets are full, quotas are
 * where the ruleset says that they start, sets hold what stands in the ruleset. One packet's walk
 * sees what its own rules have changed.
 */
final class FirewallState {

  /** nft's, of a set that rules change and that says no size. */
  private static final int SIZE_DEFAULT = 65_535;

  private static final long NS_PER_SECOND = 1_000_000_000;

  /** The values of a key. */
  record Element(List<Reading> key) {}

  /** What stands in a rule, by the rule's index and the step's. */
  record OfRule(int rule, int step) {}

  /** What has a name, by its index. */
  record Named(int index) {}

  /** What an element keeps for itself. */
  record OfElement(int set, List<Reading> key) {}

  private final Map<Object, BigInteger> spentNs = new HashMap<>();
  private final Map<Object, Long> usedBytes = new HashMap<>();
  private final Map<Integer, Set<Element>> added = new HashMap<>();
  private final Map<Integer, Set<Element>> deleted = new HashMap<>();

  /**
   * Whether a rule goes on for a packet of so many bytes; no time passes in a walk.
   *
   * @param bucket whose it is
   */
  boolean passes(Object bucket, Limit limit, int bytes) {
    BigInteger period = BigInteger.valueOf(limit.periodSeconds() * NS_PER_SECOND);
    BigInteger rate = BigInteger.valueOf(limit.rate());
    BigInteger burst = BigInteger.valueOf(limit.burst());
    boolean packets = limit.unit() == Limit.Unit.PACKETS;
    BigInteger cost =
        packets
            ? period.divide(rate).max(BigInteger.ONE)
            : period.multiply(BigInteger.valueOf(bytes)).divide(rate);
    BigInteger full =
        packets ? cost.multiply(burst) : period.multiply(rate.add(burst)).divide(rate);
    BigInteger spent = spentNs.getOrDefault(bucket, BigInteger.ZERO).add(cost);
    if (spent.compareTo(full) > 0) {
      return limit.over();
    }
    spentNs.put(bucket, spent);
    return !limit.over();
  }

  /** The same of a quota. */
  boolean passes(Object owner, Quota quota, int bytes) {
    long used = usedBytes.merge(owner, quota.usedBytes() + bytes, (before, _) -> before + bytes);
    return used > quota.bytes() == quota.over();
  }

  /** Whether rules of this walk have added the key, and not deleted it. */
  boolean isAdded(int set, List<Reading> key) {
    return added.getOrDefault(set, Set.of()).contains(new Element(key));
  }

  boolean isDeleted(int set, List<Reading> key) {
    return deleted.getOrDefault(set, Set.of()).contains(new Element(key));
  }

  /** Adds a key that is not in the set; returns whether there was room. */
  boolean add(int set, ElementSet model, List<Reading> key) {
    int present =
        model.elements().count()
            + added.getOrDefault(set, Set.of()).size()
            - deleted.getOrDefault(set, Set.of()).size();
    if (present >= model.sizeMax().orElse(SIZE_DEFAULT)) {
      return false;
    }
    deleted.computeIfAbsent(set, _ -> new HashSet<>()).remove(new Element(key));
    added.computeIfAbsent(set, _ -> new HashSet<>()).add(new Element(key));
    return true;
  }

  void delete(int set, List<Reading> key) {
    if (!added.computeIfAbsent(set, _ -> new HashSet<>()).remove(new Element(key))) {
      deleted.computeIfAbsent(set, _ -> new HashSet<>()).add(new Element(key));
    }
  }
}
