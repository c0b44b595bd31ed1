package io.breakwater.appliance.journal;

import java.util.List;
import java.util.SortedMap;

/**
 * What the journal records: one record type for each kind of event.
 *
 * <p>The record's components are what is kept, {@link JournalFields} says under which names, and
 * {@code docs/events.md} is the user's page. A journal outlives the program that wrote it, so names
 * and meanings never change: fields are only added, and a reader that finds one missing takes an
 * empty value. An event of a type this program doesn't know is {@link Unrecognised}, not an error.
 */
public sealed interface JournalEvent {

  /** The appliance began: it has opened its journal and is about to open its ports. */
  record Started(String appliance, String version, long processId, String configuration)
      implements JournalEvent {}

  /** A port's link came up, or was up when the appliance started. */
  record PortUp(String port, String device, long speedMbps) implements JournalEvent {}

  /** A port's link went down. */
  record PortDown(String port, String device) implements JournalEvent {}

  /**
   * A configuration took effect.
   *
   * @param changes one line for each thing that differs from what ran before
   */
  record ConfigurationApplied(List<String> changes) implements JournalEvent {

    public ConfigurationApplied {
      changes = JournalFields.bounded(changes);
    }
  }

  /**
   * A configuration, or a tenant's part of it, was refused; what ran before goes on.
   *
   * @param problems {@code file:line:column: message}
   */
  record ConfigurationRejected(List<String> problems) implements JournalEvent {

    public ConfigurationRejected {
      problems = JournalFields.bounded(problems);
    }
  }

  /**
   * Packets showed that a port's hardware does not spread flows over the workers as its driver
   * said, and so the workers do it from here on.
   *
   * @param spreadBy who does it now
   * @param hardware what was found of it
   */
  record DistributionChanged(String port, String device, String spreadBy, String hardware)
      implements JournalEvent {}

  /** The Ethernet address of a neighbour became known. */
  record NeighbourResolved(String port, String address, String mac) implements JournalEvent {}

  /** A neighbour no longer answers. */
  record NeighbourLost(String port, String address) implements JournalEvent {}

  /**
   * A router on a tunnel's path said that packets are too big.
   *
   * @param mtuBytes the largest inner packet from here on
   */
  record TunnelMtuLowered(String tenant, String tunnel, long mtuBytes) implements JournalEvent {}

  /**
   * What was learned of a tunnel's path is too old to be kept.
   *
   * @param mtuBytes the largest inner packet from here on, as it is configured
   */
  record TunnelMtuRestored(String tenant, String tunnel, long mtuBytes) implements JournalEvent {}

  /**
   * A tunnel loses packets, or answers again after it was down: it is used only while none is
   * better.
   *
   * @param lost of the probes of the last five minutes
   * @param roundTripUs smoothed; 0 if it never answered
   */
  record TunnelDegraded(String tenant, String tunnel, long lost, long probes, long roundTripUs)
      implements JournalEvent {}

  /** A tunnel does not answer. */
  record TunnelDown(String tenant, String tunnel, long lost, long probes, long roundTripUs)
      implements JournalEvent {}

  /** A tunnel is healthy again. */
  record TunnelRecovered(String tenant, String tunnel, long lost, long probes, long roundTripUs)
      implements JournalEvent {}

  /**
   * A packet met a {@code log} statement of a tenant's firewall: a sample of those that do.
   *
   * @param rule its place: file and line
   * @param protocol a name or a number; empty where the packet's headers can't be read
   * @param sourcePort 0 where there are no ports
   * @param lengthBytes of the IP packet
   * @param leftOut packets of the tenant that were met and not recorded since the last that was
   */
  record FirewallLogged(
      String tenant,
      String rule,
      String prefix,
      String source,
      String destination,
      String protocol,
      long sourcePort,
      long destinationPort,
      long lengthBytes,
      long leftOut)
      implements JournalEvent {}

  /**
   * A class of a tenant's traffic is far beyond what is usual.
   *
   * @param id stable: the tenant's name, the time, and the class
   * @param traffic syn, tcp, udp, icmp, fragment or other
   * @param rate packets a second, as {@code usualRate} and {@code threshold}
   */
  record AttackStarted(
      String id, String tenant, String traffic, long rate, long usualRate, long threshold)
      implements JournalEvent {}

  /**
   * More is known of an attack, or a minute of it has passed.
   *
   * @param vector what it looks like, in nft's terms; the class where that is not known
   * @param sources seen in samples: a lower bound, with a standard error of 3.3%
   * @param done the rules against it: id, state, action
   */
  record AttackUpdated(
      String id,
      String tenant,
      String traffic,
      String vector,
      long rate,
      long peakRate,
      long sources,
      List<String> done)
      implements JournalEvent {

    public AttackUpdated {
      done = JournalFields.bounded(done);
    }
  }

  /**
   * The traffic has been back below the threshold's half for half a minute.
   *
   * @param packets of the class while it lasted
   */
  record AttackEnded(
      String id,
      String tenant,
      String traffic,
      String vector,
      long peakRate,
      long packets,
      long seconds,
      long sources,
      List<String> done)
      implements JournalEvent {

    public AttackEnded {
      done = JournalFields.bounded(done);
    }
  }

  /**
   * A rule against an attack is in effect.
   *
   * @param attack its id
   * @param action drop or observe
   * @param rule in nft's terms
   * @param coverage of the attack, estimated: {@code 98.4%}
   * @param collateral of the samples of what is usual of the class
   */
  record MitigationInstalled(
      String id,
      String attack,
      String tenant,
      String action,
      String rule,
      String coverage,
      String collateral)
      implements JournalEvent {}

  /** Nothing has fitted a rule for two minutes: it is gone. */
  record MitigationExpired(String id, String tenant, String rule, long packets)
      implements JournalEvent {}

  /** An operator wants a rule to drop until it is released. */
  record MitigationPinned(String id, String tenant, String rule) implements JournalEvent {}

  /** An operator has taken a rule away. */
  record MitigationReleased(String id, String tenant, String rule, long packets)
      implements JournalEvent {}

  /**
   * The appliance ended in good order.
   *
   * @param reason the signal, or the failure
   * @param mbufsOutstanding packet buffers that were not back in the pool: 0 unless there is a leak
   */
  record Stopped(String reason, long mbufsOutstanding, long receivedPackets, long sentPackets)
      implements JournalEvent {}

  /** An event of a newer version of the appliance. */
  record Unrecognised(String type, SortedMap<String, Object> fields) implements JournalEvent {}
}
