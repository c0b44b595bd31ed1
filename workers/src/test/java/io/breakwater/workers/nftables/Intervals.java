package io.breakwater.workers.nftables;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Values, ranges and prefixes of a field, as they are written, around its constants. */
record Intervals(Draw draw, Constants constants) {

  /** One value. */
  String single(RuleField field) {
    return field.show(constants.ofRule(field.slot()));
  }

  /** A range, or a prefix of an address. */
  String range(RuleField field) {
    long value = constants.ofRule(field.slot());
    if (field.isAddress() && draw.chance(60)) {
      int bits = field.bits();
      int length = draw.chance(70) ? bits - draw.below(bits / 4) : draw.between(1, bits);
      return field.show(value) + "/" + length;
    }
    if (field.isIpv6Address()) {
      return field.show(value & ~0xf) + "-" + field.show(value | 0xf);
    }
    long max = (1L << field.bits()) - 1;
    long last = Math.min(max, value + 1 + draw.below(draw.chance(50) ? 4 : 300));
    return last == value
        ? field.show(value - 1) + "-" + field.show(value)
        : field.show(value) + "-" + field.show(last);
  }

  /** One or the other. */
  String any(RuleField field) {
    return draw.chance(50) ? single(field) : range(field);
  }

  /** Several that may overlap: nft takes a set of one value for the value itself. */
  List<String> several(RuleField field, boolean ranges) {
    Set<String> values = new LinkedHashSet<>();
    for (int count = draw.between(2, 5); count > 0 || values.size() < 2; count--) {
      values.add(ranges || count < 0 ? any(field) : single(field));
    }
    return List.copyOf(values);
  }

  /** Several of which none overlaps another. */
  List<String> disjoint(RuleField field, boolean ranges) {
    TreeSet<Long> values = new TreeSet<>();
    for (int count = draw.between(1, 5); count > 0; count--) {
      values.add(constants.ofRule(field.slot()));
    }
    List<String> shown = new ArrayList<>();
    for (long value : values) {
      Long next = values.higher(value);
      long max = (1L << Math.min(field.bits(), 32)) - 1;
      long room = (next == null ? max : next - 1) - value;
      boolean range = ranges && room > 0 && !field.isIpv6Address() && draw.chance(50);
      long last = range ? value + 1 + draw.below((int) Math.min(room, 200)) : value;
      shown.add(last > value ? field.show(value) + "-" + field.show(last) : field.show(value));
    }
    return shown;
  }
}
