package io.breakwater.appliance.explain;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.breakwater.appliance.explain.firewall.FirewallWay;
import java.util.List;

/**
 * A packet's way, as data: what {@code explain --json} prints, and what the running appliance
 * answers. What does not apply is null and left out of the JSON.
 *
 * @param packet it in one line
 * @param frame its bytes in hexadecimal
 * @param port on which it arrives
 * @param whose tenant and prefix of its destination; null: nobody's
 * @param cameOutOf the tunnel that it came out of
 * @param stages those of the pipeline that it came through
 * @param firewall its way through the tenant's firewall; null: it came to none
 * @param tunnel that it was put into
 * @param fit how it was made to fit that tunnel
 * @param fate {@code delivered}, {@code answered}, {@code consumed}, {@code host}, {@code dropped}
 * @param drop why, if it was dropped
 * @param sent the frames that leave because of it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
  "packet",
  "frame",
  "port",
  "whose",
  "came-out-of",
  "stages",
  "firewall",
  "tunnel",
  "fit",
  "fate",
  "drop",
  "sent"
})
public record Explanation(
    String packet,
    String frame,
    String port,
    Whose whose,
    @JsonProperty("came-out-of") String cameOutOf,
    List<StageStep> stages,
    FirewallWay firewall,
    TunnelChoice tunnel,
    Fit fit,
    String fate,
    Drop drop,
    List<Sent> sent) {

  /** Whose a destination is. */
  @JsonPropertyOrder({"tenant", "prefix"})
  public record Whose(String tenant, String prefix) {}

  /** A stage that the packet came through, and whether it was dropped there. */
  @JsonPropertyOrder({"stage", "dropped"})
  public record StageStep(String stage, boolean dropped) {}

  /**
   * How a tunnel was found: the flow's hash leads to a place in the tenant's row.
   *
   * @param tunnels all of the tenant's
   */
  @JsonPropertyOrder({"name", "flow-hash", "place", "places", "tunnels"})
  public record TunnelChoice(
      String name,
      @JsonProperty("flow-hash") String flowHash,
      int place,
      int places,
      List<Candidate> tunnels) {}

  /**
   * A tunnel of the tenant.
   *
   * @param state as {@code show tunnels} tells it; {@code not-probed} where nobody has probed it
   * @param sharePercent of the tenant's flows, 0 for what takes no part
   */
  @JsonPropertyOrder({
    "tunnel",
    "state",
    "priority",
    "effective-priority",
    "weight",
    "share-percent"
  })
  public record Candidate(
      String tunnel,
      String state,
      int priority,
      @JsonProperty("effective-priority") int effectivePriority,
      int weight,
      @JsonProperty("share-percent") double sharePercent) {}

  /**
   * @param bytes of the packet
   * @param mtu largest packet that the tunnel takes
   * @param mssBefore what a SYN announced; null: none, or no SYN
   * @param mssAfter what it announces now
   * @param fragments how many frames it became
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonPropertyOrder({"bytes", "mtu", "mss-before", "mss-after", "fragments"})
  public record Fit(
      int bytes,
      int mtu,
      @JsonProperty("mss-before") Integer mssBefore,
      @JsonProperty("mss-after") Integer mssAfter,
      int fragments) {}

  /** A documented reason. */
  @JsonPropertyOrder({"reason", "severity", "meaning"})
  public record Drop(String reason, String severity, String meaning) {}

  /** A frame that leaves. */
  @JsonPropertyOrder({"port", "bytes", "packet", "frame"})
  public record Sent(String port, int bytes, String packet, String frame) {}
}
