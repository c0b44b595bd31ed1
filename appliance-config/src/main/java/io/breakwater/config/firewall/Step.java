package io.breakwater.config.firewall;

import java.util.List;
import java.util.OptionalLong;

/**
 * One step of a rule. Steps are taken in the order of the rule: what stands behind a match happens
 * only to packets that it let by.
 *
 * <p>Three kinds: those that may end the rule ({@code Match}, {@code Limited}, {@code
 * QuotaLimited}, {@code UpdateSet}, both lookups), those that only do something ({@code Count},
 * {@code Log}, {@code SetMark}), and those that decide ({@code Decide}, {@code DecideByMap}, {@code
 * Reject}). Behind {@code Decide} and {@code Reject} nothing comes, unless the verdict is {@code
 * continue}.
 */
public sealed interface Step {

  /**
   * True if {@code values} hold the key, or, negated, if they don't; never true if a field of the
   * key is not there. All comparisons of one field are this: {@code < 5} is the interval 0..4.
   */
  record Match(Key key, Values values, boolean negated) implements Step {}

  /** A counter of this rule alone, and what it starts at. */
  record Count(long packets, long bytes) implements Step {}

  /** A counter that has a name: an index into {@code Firewall.counters}. */
  record CountNamed(int counter) implements Step {}

  /** A bucket of this rule alone. */
  record Limited(Limit limit) implements Step {}

  /** A bucket that has a name: an index into {@code Firewall.limits}. */
  record LimitedNamed(int limit) implements Step {}

  /** A quota of this rule alone. */
  record QuotaLimited(Quota quota) implements Step {}

  /** A quota that has a name: an index into {@code Firewall.quotas}. */
  record QuotaLimitedNamed(int quota) implements Step {}

  /**
   * Adds the key to a set (net/netfilter/nft_dynset.c). {@code ADD} leaves an element that is there
   * as it is, {@code UPDATE} renews its timeout, {@code DELETE} removes it.
   *
   * <p>Then {@code perElement} is done with the element's own counter and bucket; if its limit ends
   * the rule, the rule ends. If the set is full and the element not in it, the rule ends.
   *
   * @param set index into {@code Firewall.sets}
   * @param timeoutNs how long the element stays; empty: as the set says
   * @param perElement {@code Count}, {@code Limited} and {@code QuotaLimited} only
   */
  record UpdateSet(
      Operation operation, int set, Key key, OptionalLong timeoutNs, List<Step> perElement)
      implements Step {

    public UpdateSet {
      perElement = List.copyOf(perElement);
    }

    /** What is done to the element. */
    public enum Operation {
      ADD,
      UPDATE,
      DELETE
    }
  }

  /** A line in the journal. */
  record Log(String prefix) implements Step {}

  /** {@code meta mark set}. */
  record SetMark(MarkSource source) implements Step {}

  /** Where a new mark comes from. */
  sealed interface MarkSource {

    record Constant(int mark) implements MarkSource {}

    /** {@code mark & mask ^ flip} of the mark that the packet has. */
    record Changed(int mask, int flip) implements MarkSource {}

    /** From a map; if it has no such key the rule ends. */
    record FromMap(Key key, MapReference map) implements MarkSource {}
  }

  /** A verdict that stands in the rule. */
  record Decide(Verdict verdict) implements Step {}

  /** A verdict from a map; if it has no such key the rule ends. */
  record DecideByMap(Key key, MapReference map) implements Step {}

  /** A map of the firewall by its index, or one that is written in the rule. */
  sealed interface MapReference {

    /** An index into {@code Firewall.maps}. */
    record Named(int map) implements MapReference {}

    record Anonymous(Elements keys, ElementMap.Data data) implements MapReference {}
  }

  /**
   * Drops the packet and answers it. Where no answer can be given (a fragment, a broadcast, an ICMP
   * error, a TCP reset for a reset), it only drops.
   *
   * @param code of the ICMP message; of {@code ICMPX} as nft numbers them: 0 no-route, 1
   *     port-unreachable, 2 host-unreachable, 3 admin-prohibited; 0 for {@code TCP_RESET}
   */
  record Reject(With with, int code) implements Step {

    /** How a rejected packet is answered. */
    public enum With {
      /** RFC 792 type 3. */
      ICMP,
      /** RFC 4443 type 1. */
      ICMPV6,
      /** That of the packet's own family. */
      ICMPX,
      TCP_RESET
    }
  }
}
