package io.breakwater.config.source;

import io.breakwater.config.protection.Amplification;
import io.breakwater.config.protection.Protection;
import io.breakwater.config.protection.Reaction;
import io.breakwater.config.protection.StaticChecks;
import io.breakwater.config.protection.SynFlood;
import io.breakwater.config.protection.SynFlood.PortRange;
import io.breakwater.config.protection.TcpState;
import io.breakwater.config.protection.TrafficRates;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What changed in a tenant's protection, in the words of its configuration. A protection that is
 * new is told by what is not as by default.
 */
final class ProtectionChanges {

  private static final String ON = "on";

  private final Difference difference;

  private ProtectionChanges(Difference difference) {
    this.difference = difference;
  }

  static void add(Difference difference, Optional<Protection> before, Optional<Protection> after) {
    difference.value("protection", before.map(some -> ON), after.map(some -> ON));
    after.ifPresent(
        now -> new ProtectionChanges(difference).add(before.orElse(Protection.DEFAULT), now));
  }

  private void add(Protection before, Protection after) {
    add(before.synFlood(), after.synFlood());
    add(before.tcpState(), after.tcpState());
    add(before.checks(), after.checks());
    add(before.amplification(), after.amplification());
    add(before.rates(), after.rates());
    value("automatic", word(before.automatic()), word(after.automatic()));
  }

  private void add(SynFlood before, SynFlood after) {
    value("syn-flood mode", word(before.mode()), word(after.mode()));
    value("syn-flood when", word(before.when()), word(after.when()));
    rate("syn-flood threshold", before.thresholdPerSecond(), after.thresholdPerSecond());
    rate(
        "syn-flood destination-threshold",
        before.destinationThresholdPerSecond(),
        after.destinationThresholdPerSecond());
    value(
        "syn-flood completion", before.completionPercent() + "%", after.completionPercent() + "%");
    value("syn-flood hold", before.holdSeconds() + "s", after.holdSeconds() + "s");
    difference.items(
        "protection syn-flood exceptions",
        before.exceptions().stream().map(ProtectionChanges::text).toList(),
        after.exceptions().stream().map(ProtectionChanges::text).toList());
  }

  /** {@code 203.0.113.0/24 port 25,6667-6669: reset}. */
  private static String text(SynFlood.Exception exception) {
    String prefix = exception.prefix().map(Object::toString).orElse("");
    String ports =
        exception.ports().isEmpty()
            ? ""
            : "port "
                + exception.ports().stream()
                    .map(ProtectionChanges::text)
                    .collect(Collectors.joining(","));
    return (prefix + " " + ports).strip() + ": " + word(exception.mode());
  }

  private static String text(PortRange range) {
    return range.first() == range.last() ? "" + range.first() : range.first() + "-" + range.last();
  }

  private void add(TcpState before, TcpState after) {
    value("tcp-state mode", word(before.mode()), word(after.mode()));
    value("tcp-state when", word(before.when()), word(after.when()));
  }

  private void add(StaticChecks before, StaticChecks after) {
    value("checks tcp-flags", word(before.tcpFlags()), word(after.tcpFlags()));
    value("checks tiny-fragments", word(before.tinyFragments()), word(after.tinyFragments()));
    value(
        "checks overlapping-fragments",
        word(before.overlappingFragments()),
        word(after.overlappingFragments()));
    value("checks source-port-zero", word(before.sourcePortZero()), word(after.sourcePortZero()));
    value("checks own-source", word(before.ownSource()), word(after.ownSource()));
  }

  private void add(Amplification before, Amplification after) {
    value("amplification default", word(before.byDefault()), word(after.byDefault()));
    Set<String> names = new TreeSet<>(before.bySignature().keySet());
    names.addAll(after.bySignature().keySet());
    for (String name : names) {
      value("amplification " + name, reaction(before, name), reaction(after, name));
    }
    rate("amplification limit", before.limitPerSecond(), after.limitPerSecond());
  }

  private static String reaction(Amplification amplification, String name) {
    Reaction written = amplification.bySignature().get(name);
    return written == null ? "default" : word(written);
  }

  private void add(TrafficRates before, TrafficRates after) {
    rate("rates syn", before.syn(), after.syn());
    rate("rates tcp", before.tcp(), after.tcp());
    rate("rates udp", before.udp(), after.udp());
    rate("rates icmp", before.icmp(), after.icmp());
    rate("rates fragments", before.fragments(), after.fragments());
    rate("rates other", before.other(), after.other());
    rate("rates source", before.source(), after.source());
  }

  private void rate(String what, OptionalInt before, OptionalInt after) {
    value(what, rate(before), rate(after));
  }

  private static String rate(OptionalInt perSecond) {
    return perSecond.isPresent() ? perSecond.getAsInt() + "/second" : "any";
  }

  private void rate(String what, int before, int after) {
    value(what, before + "/second", after + "/second");
  }

  private void value(String what, String before, String after) {
    difference.value("protection " + what, before, after);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
