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
  "neighbours"
})
public record Snapshot(
    Stats stats,
    List<TenantRow> tenants,
    List<TunnelRow> tunnels,
    List<DropRow> drops,
    List<StageRow> stages,
    List<WorkerRow> workers,
    List<PortRow> ports,
    List<NeighbourRow> neighbours) {

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
    "rx-bytes"
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
      @JsonProperty("rx-bytes") long rxBytes) {}

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

  /** A port, with the counters of its driver. */
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
    "rx-no-buffer"
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
      @JsonProperty("rx-no-buffer") long rxNoBuffer) {}

  /** A neighbour of the configuration; {@code mac} is empty while it is not known. */
  @JsonPropertyOrder({"port", "address", "mac", "state"})
  public record NeighbourRow(String port, String address, String mac, String state) {}
}
