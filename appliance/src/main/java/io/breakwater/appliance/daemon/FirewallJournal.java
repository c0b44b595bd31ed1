package io.breakwater.appliance.daemon;

import io.breakwater.appliance.journal.JournalEvent.FirewallLogged;
import io.breakwater.config.IpAddress;
import io.breakwater.config.firewall.Place;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.firewall.Step;
import io.breakwater.workers.pipeline.firewall.FirewallRegistry;
import io.breakwater.workers.worker.LoggedPacket;
import java.util.function.Consumer;

/**
 * Tells journal and log of packets that tenants' firewalls log: which rule it was, and of whom.
 * Control thread only.
 */
final class FirewallJournal implements Consumer<LoggedPacket> {

  private final FirewallRegistry firewalls;
  private final EventLog events;

  FirewallJournal(FirewallRegistry firewalls, EventLog events) {
    this.firewalls = firewalls;
    this.events = events;
  }

  @Override
  public void accept(LoggedPacket packet) {
    firewalls
        .rule(packet.ruleSlot())
        .ifPresent(owned -> events.record(event(owned.tenant(), owned.rule(), packet)));
  }

  private static FirewallLogged event(String tenant, Rule rule, LoggedPacket packet) {
    Place place = rule.place();
    return new FirewallLogged(
        tenant,
        place.source() + ":" + place.line(),
        prefix(rule),
        address(packet.ipv6(), packet.sourceHigh(), packet.sourceLow()),
        address(packet.ipv6(), packet.destinationHigh(), packet.destinationLow()),
        protocol(packet.protocol()),
        packet.sourcePort(),
        packet.destinationPort(),
        packet.lengthBytes(),
        packet.leftOut());
  }

  /** Of the first one, if a rule logs more than once. */
  private static String prefix(Rule rule) {
    for (Step step : rule.steps()) {
      if (step instanceof Step.Log(String prefix)) {
        return prefix;
      }
    }
    return "";
  }

  private static String address(boolean ipv6, long high, long low) {
    return (ipv6 ? IpAddress.ipv6(high, low) : IpAddress.ipv4((int) low)).toString();
  }

  /** As nftables prints it, for those that one meets. */
  private static String protocol(int protocol) {
    return switch (protocol) {
      case LoggedPacket.NO_PROTOCOL -> "";
      case 1 -> "icmp";
      case 6 -> "tcp";
      case 17 -> "udp";
      case 47 -> "gre";
      case 50 -> "esp";
      case 58 -> "ipv6-icmp";
      case 132 -> "sctp";
      default -> Integer.toString(protocol);
    };
  }
}
