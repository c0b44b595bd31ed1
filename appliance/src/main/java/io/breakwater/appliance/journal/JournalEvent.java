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
