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
@JsonPropertyOrder({"stats", "tenants", "drops", "stages", "ports", "neighbours"})
public record Snapshot(
    Stats stats,
    List<TenantRow> tenants,
    List<DropRow> drops,
    List<StageRow> stages,
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
