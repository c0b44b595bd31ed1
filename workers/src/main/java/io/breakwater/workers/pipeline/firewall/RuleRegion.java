package io.breakwater.workers.pipeline.firewall;

import io.breakwater.config.firewall.Elements;
import io.breakwater.config.firewall.Field;
import io.breakwater.config.firewall.Field.Base;
import io.breakwater.config.firewall.Field.Meta;
import io.breakwater.config.firewall.Field.Payload;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Intervals;
import io.breakwater.config.firewall.Key;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.firewall.Step;
import io.breakwater.config.firewall.Step.Match;
import io.breakwater.config.firewall.TableFamily;
import io.breakwater.config.firewall.Values;
import io.breakwater.workers.firewall.RuleTree;

/**
 * Which packets of one version of IP a rule can match, as far as {@link RuleTree} can see: for each
 * dimension the values that its first matches allow.
 *
 * <p>If it {@link #isExact}, these matches are true for exactly these packets. If not, there are
 * others among them, and the matches must be looked at.
 */
final class RuleRegion {

  private static final long WORD_MAX = 0xffff_ffffL;
  private static final long PROTOCOL_MAX = 255;
  private static final long PORT_MAX = 65_535;

  /** More intervals than that are a set, which is looked up. */
  private static final int INTERVALS_MAX = 64;

  private static final int NFPROTO_IPV4 = 2;
  private static final int NFPROTO_IPV6 = 10;
  private static final int NFPROTO_NETDEV = 5;

  private static final Payload IPV4_PROTOCOL = new Payload(Base.NETWORK, 72, 8);
  private static final Payload IPV4_SOURCE = new Payload(Base.NETWORK, 96, 32);
  private static final Payload IPV4_DESTINATION = new Payload(Base.NETWORK, 128, 32);
  private static final Payload IPV6_SOURCE = new Payload(Base.NETWORK, 64, 128);
  private static final Payload IPV6_DESTINATION = new Payload(Base.NETWORK, 192, 128);
  private static final Payload VERSION = new Payload(Base.NETWORK, 0, 4);
  private static final Payload SOURCE_PORT = new Payload(Base.TRANSPORT, 0, 16);
  private static final Payload DESTINATION_PORT = new Payload(Base.TRANSPORT, 16, 16);
  private static final Payload TYPE = new Payload(Base.TRANSPORT, 0, 8);

  private final boolean ipv6;
  private final TableFamily family;
  private final Firewall firewall;

  /** By dimension; null where all values are allowed, also "none". */
  private final Spans[] allowed = new Spans[RuleTree.DIMENSIONS];

  private boolean exact = true;
  private boolean never;

  private RuleRegion(boolean ipv6, TableFamily family, Firewall firewall) {
    this.ipv6 = ipv6;
    this.family = family;
    this.firewall = firewall;
  }

  static RuleRegion of(Rule rule, boolean ipv6, TableFamily family, Firewall firewall) {
    RuleRegion region = new RuleRegion(ipv6, family, firewall);
    for (Step step : rule.steps()) {
      if (!(step instanceof Match match)) {
        break;
      }
      region.add(match);
    }
    return region;
  }

  /** The values of a dimension; null where all are allowed. */
  Spans allowed(int dimension) {
    return allowed[dimension];
  }

  boolean isExact() {
    return exact;
  }

  /** Whether no packet of this version can match. */
  boolean isNever() {
    return never;
  }

  private void add(Match match) {
    Key key = match.key();
    if (!key.isSingle() || !key.parts().getFirst().isWhole()) {
      exact = false;
      return;
    }
    Elements elements = elements(match.values());
    if (!(elements instanceof Intervals intervals) || intervals.count() > INTERVALS_MAX) {
      exact = false;
      return;
    }
    Field field = key.parts().getFirst().field();
    if (field == Meta.NFPROTO) {
      int number =
          family == TableFamily.NETDEV ? NFPROTO_NETDEV : ipv6 ? NFPROTO_IPV6 : NFPROTO_IPV4;
      decide(intervals, number, match.negated());
    } else if (field == Meta.PROTOCOL) {
      decide(intervals, ipv6 ? 0x86dd : 0x0800, match.negated());
    } else if (field.equals(VERSION)) {
      decide(intervals, ipv6 ? 6 : 4, match.negated());
    } else if (field == Meta.L4PROTO || !ipv6 && field.equals(IPV4_PROTOCOL)) {
      restrict(RuleTree.PROTOCOL, intervals, PROTOCOL_MAX, match.negated());
    } else if (!ipv6 && field.equals(IPV4_SOURCE)) {
      restrict(RuleTree.SOURCE, intervals, WORD_MAX, match.negated());
    } else if (!ipv6 && field.equals(IPV4_DESTINATION)) {
      restrict(RuleTree.DESTINATION, intervals, WORD_MAX, match.negated());
    } else if (ipv6 && field.equals(IPV6_SOURCE)) {
      restrictAddress(RuleTree.SOURCE, intervals, match.negated());
    } else if (ipv6 && field.equals(IPV6_DESTINATION)) {
      restrictAddress(RuleTree.DESTINATION, intervals, match.negated());
    } else if (field.equals(SOURCE_PORT)) {
      restrict(RuleTree.SOURCE_PORT, intervals, PORT_MAX, match.negated());
    } else if (field.equals(DESTINATION_PORT)) {
      restrict(RuleTree.DESTINATION_PORT, intervals, PORT_MAX, match.negated());
    } else if (field.equals(TYPE) && hasWholeHeader() && !match.negated()) {
      restrictType(intervals);
    } else {
      exact = false;
    }
  }

  /** Null for a set that rules change, or whose elements go by themselves. */
  private Elements elements(Values values) {
    return switch (values) {
      case Elements elements -> elements;
      case Values.SetReference(int set) ->
          SetCompiler.isDynamic(firewall.sets().get(set))
                  || SetCompiler.isTimed(firewall.sets().get(set))
              ? null
              : firewall.sets().get(set).elements();
    };
  }

  /** The field has the same value in all packets of this version. */
  private void decide(Intervals intervals, int value, boolean negated) {
    never |= intervals.indexOf(0, value) >= 0 == negated;
  }

  private void restrict(int dimension, Intervals intervals, long max, boolean negated) {
    long[] ends = new long[2 * intervals.count()];
    for (int i = 0; i < intervals.count(); i++) {
      ends[2 * i] = intervals.firstLow(i);
      ends[2 * i + 1] = intervals.lastLow(i);
    }
    Spans spans = new Spans(ends);
    restrict(dimension, negated ? spans.complement(max) : spans);
  }

  private void restrict(int dimension, Spans spans) {
    Spans both = allowed[dimension] == null ? spans : allowed[dimension].intersection(spans);
    allowed[dimension] = both;
    never |= both.isEmpty();
  }

  /** An interval of addresses is a product of intervals of words if it is a prefix. */
  private void restrictAddress(int dimension, Intervals intervals, boolean negated) {
    if (negated || intervals.count() != 1) {
      exact = false;
      return;
    }
    boolean equal = true;
    for (int word = 0; word < 4; word++) {
      long first = word(intervals.firstHigh(0), intervals.firstLow(0), word);
      long last = word(intervals.lastHigh(0), intervals.lastLow(0), word);
      if (equal) {
        restrict(dimension + word, Spans.of(first, last));
        equal = first == last;
      } else {
        exact &= first == 0 && last == WORD_MAX;
      }
    }
  }

  private static long word(long high, long low, int word) {
    return (word < 2 ? high : low) >>> (word & 1 ^ 1) * 32 & WORD_MAX;
  }

  /** Whether validation has seen to it that both words of "ports" are there, if anything is. */
  private boolean hasWholeHeader() {
    Spans protocol = allowed[RuleTree.PROTOCOL];
    if (protocol == null || protocol.isEmpty()) {
      return false;
    }
    boolean whole = protocol.count() == 1 && protocol.first() == protocol.last();
    return whole
        && (protocol.contains(1)
            || protocol.contains(6)
            || protocol.contains(17)
            || protocol.contains(58));
  }

  /** The first byte of the transport header is the upper half of the "source port". */
  private void restrictType(Intervals intervals) {
    long[] ends = new long[2 * intervals.count()];
    for (int i = 0; i < intervals.count(); i++) {
      ends[2 * i] = intervals.firstLow(i) << 8;
      ends[2 * i + 1] = intervals.lastLow(i) << 8 | 0xff;
    }
    restrict(RuleTree.SOURCE_PORT, new Spans(ends));
  }
}
