package io.breakwater.appliance.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * A running appliance at one moment: what its control socket hands out and {@code show} prints.
 *
 * <p>Counters are since the start. They are read while the workers count, so that sums may differ
 * by packets of the same moment.
 */
@JsonPropertyOrder({
  "stats",
  "tenants",
  "tunnels",
  "drops",
  "stages",
  "workers",
  "ports",
  "neighbours",
  "rss",
  "host"
})
public record Snapshot(
    Stats stats,
    List<TenantRow> tenants,
    List<TunnelRow> tunnels,
    List<DropRow> drops,
    List<StageRow> stages,
    List<WorkerRow> workers,
    List<PortRow> ports,
    List<NeighbourRow> neighbours,
    List<RssRow> rss,
    List<HostClassRow> host) {

  /** The whole. */
  @JsonPropertyOrder({
    "appliance",
    "version",
    "uptime-seconds",
    "workers",
    "generation",
    "received",
    "delivered",
    "answered",
    "consumed",
    "host",
    "dropped",
    "missed",
    "buffers-in-use",
    "buffers"
  })
  public record Stats(
      String appliance,
      String version,
      @JsonProperty("uptime-seconds") long uptimeSeconds,
      int workers,
      long generation,
      long received,
      long delivered,
      long answered,
      long consumed,
      long host,
      long dropped,
      long missed,
      @JsonProperty("buffers-in-use") int buffersInUse,
      int buffers) {}

  /** Packets of a tenant. */
  @JsonPropertyOrder({"tenant", "received", "delivered", "answered", "consumed", "host", "dropped"})
  public record TenantRow(
      String tenant,
      long received,
      long delivered,
      long answered,
      long consumed,
      long host,
      long dropped) {}

  /**
   * A tunnel: its health by the probes of the last five minutes, the part of its tenant's flows
   * that it is chosen for, and what it carried.
   *
   * @param state {@code not-probed} is taken for healthy
   * @param effectivePriority the configured one and the penalty for its state: the lowest is used
   * @param rttUs smoothed; 0 before the first answer
   */
  @JsonPropertyOrder({
    "tenant",
    "tunnel",
    "state",
    "priority",
    "effective-priority",
    "weight",
    "share-percent",
    "loss-percent",
    "rtt-us",
    "probes",
    "probes-lost",
    "tx-packets",
    "tx-bytes",
    "rx-packets",
    "rx-bytes",
    "rx-dropped",
    "icmp-errors"
  })
  public record TunnelRow(
      String tenant,
      String tunnel,
      String state,
      int priority,
      @JsonProperty("effective-priority") int effectivePriority,
      int weight,
      @JsonProperty("share-percent") double sharePercent,
      @JsonProperty("loss-percent") double lossPercent,
      @JsonProperty("rtt-us") long rttUs,
      int probes,
      @JsonProperty("probes-lost") int probesLost,
      @JsonProperty("tx-packets") long txPackets,
      @JsonProperty("tx-bytes") long txBytes,
      @JsonProperty("rx-packets") long rxPackets,
      @JsonProperty("rx-bytes") long rxBytes,
      @JsonProperty("rx-dropped") long rxDropped,
      @JsonProperty("icmp-errors") long icmpErrors) {}

  /** Packets dropped for one reason; those that did not occur are left out. */
  @JsonPropertyOrder({"reason", "packets", "severity", "meaning"})
  public record DropRow(String reason, long packets, String severity, String meaning) {}

  /** A stage of one worker. */
  @JsonPropertyOrder({"worker", "stage", "packets", "drops", "cycles-per-packet"})
  public record StageRow(
      int worker,
      String stage,
      long packets,
      long drops,
      @JsonProperty("cycles-per-packet") double cyclesPerPacket) {}

  /**
   * The time between two turns of a worker, in microseconds: percentiles of all turns, the longest
   * gap and when it was (ISO 8601, empty before the first turn), and how many were too long for the
   * packets that came meanwhile.
   */
  @JsonPropertyOrder({
    "worker",
    "core",
    "turns",
    "gap-p50-us",
    "gap-p99-us",
    "gap-p99.99-us",
    "gap-p99.9999-us",
    "gap-longest-us",
    "gap-longest-at",
    "gaps-over-100-us"
  })
  public record WorkerRow(
      int worker,
      int core,
      long turns,
      @JsonProperty("gap-p50-us") double gapP50Us,
      @JsonProperty("gap-p99-us") double gapP99Us,
      @JsonProperty("gap-p99.99-us") double gapP9999Us,
      @JsonProperty("gap-p99.9999-us") double gapP999999Us,
      @JsonProperty("gap-longest-us") double gapLongestUs,
      @JsonProperty("gap-longest-at") String gapLongestAt,
      @JsonProperty("gaps-over-100-us") long gapsOver100Us) {}

  /**
   * A port, with the counters of its driver; and the kernel's side of it: what the kernel was
   * given, what of it left by the port, and what was lost on either way.
   */
  @JsonPropertyOrder({
    "port",
    "device",
    "mac",
    "link",
    "speed-mbps",
    "rx-packets",
    "tx-packets",
    "rx-missed",
    "rx-errors",
    "tx-errors",
    "rx-no-buffer",
    "host-interface",
    "host-received",
    "host-sent",
    "host-lost"
  })
  public record PortRow(
      String port,
      String device,
      String mac,
      String link,
      @JsonProperty("speed-mbps") long speedMbps,
      @JsonProperty("rx-packets") long rxPackets,
      @JsonProperty("tx-packets") long txPackets,
      @JsonProperty("rx-missed") long rxMissed,
      @JsonProperty("rx-errors") long rxErrors,
      @JsonProperty("tx-errors") long txErrors,
      @JsonProperty("rx-no-buffer") long rxNoBuffer,
      @JsonProperty("host-interface") String hostInterface,
      @JsonProperty("host-received") long hostReceived,
      @JsonProperty("host-sent") long hostSent,
      @JsonProperty("host-lost") long hostLost) {}

  /**
   * How a port's packets get to the workers: what its hardware was found to do ({@code verified},
   * {@code unsupported}, {@code disagrees (n of m)}, {@code measuring (n of m)}), on how many
   * packets, how many of these carried a hash, and who spreads them.
   */
  @JsonPropertyOrder({
    "port",
    "driver",
    "rx-queues",
    "hardware",
    "compared",
    "hashed",
    "spread-by",
    "note"
  })
  public record RssRow(
      String port,
      String driver,
      @JsonProperty("rx-queues") int rxQueues,
      String hardware,
      int compared,
      int hashed,
      @JsonProperty("spread-by") String spreadBy,
      String note) {}

  /** A neighbour of the configuration; {@code mac} is empty while it is not known. */
  @JsonPropertyOrder({"port", "address", "mac", "state"})
  public record NeighbourRow(String port, String address, String mac, String state) {}

  /** Packets of a class that the kernel was to be given, and those over its rate. */
  @JsonPropertyOrder({"class", "rate", "packets", "limited"})
  public record HostClassRow(
      @JsonProperty("class") String hostClass,
      @JsonProperty("rate") int packetsPerSecond,
      long packets,
      long limited) {}
}
