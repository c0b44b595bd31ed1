package io.breakwater.appliance.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What became of the frames of a replay: the contract's {@code --report}. Counts are packets.
 *
 * <p>Every input frame has exactly one fate, so {@code received = delivered + answered + consumed +
 * host + dropped}, for the whole and for each tenant; the constructors hold that and that the drops
 * by reason add up to {@code dropped}.
 *
 * @param sent frames written: may be more than were delivered and answered (fragments)
 * @param drops by the reason's name, those that occurred, in the order of the names
 * @param tenants all tenants of the configuration, in the order of the names
 */
@JsonPropertyOrder({
  "received",
  "delivered",
  "answered",
  "consumed",
  "host",
  "dropped",
  "sent",
  "drops",
  "tenants"
})
public record ReplayReport(
    long received,
    long delivered,
    long answered,
    long consumed,
    long host,
    long dropped,
    long sent,
    SortedMap<String, Long> drops,
    SortedMap<String, TenantReport> tenants) {

  public ReplayReport {
    checkSum("all", received, delivered + answered + consumed + host + dropped);
    checkSum("all drops", dropped, sum(drops));
  }

  /**
   * A tenant's part.
   *
   * @param rules every rule of every chain in the order of the tenant's file
   * @param tunnels in the order of the tenant's file
   */
  @JsonPropertyOrder({
    "received",
    "delivered",
    "answered",
    "consumed",
    "host",
    "dropped",
    "drops",
    "rules",
    "tunnels"
  })
  public record TenantReport(
      long received,
      long delivered,
      long answered,
      long consumed,
      long host,
      long dropped,
      SortedMap<String, Long> drops,
      List<RuleReport> rules,
      Map<String, TunnelReport> tunnels) {

    public TenantReport {
      checkSum("tenant", received, delivered + answered + consumed + host + dropped);
      checkSum("tenant drops", dropped, sum(drops));
    }
  }

  /**
   * A firewall rule's hits.
   *
   * @param bytes layer-3 bytes, as nftables counts them
   */
  @JsonPropertyOrder({"rule", "packets", "bytes"})
  public record RuleReport(String rule, long packets, long bytes) {}

  /**
   * What was sent into a tunnel, and what came out of it.
   *
   * @param packets sent
   * @param bytes of their outer IP packets
   * @param received packets that came out of it
   * @param receivedBytes of their outer IP packets
   * @param dropped packets that came out of it, or between its ends with a wrong key, or that were
   *     ICMP errors about it, and were dropped
   * @param errors ICMP errors that quoted a packet in it
   */
  @JsonPropertyOrder({"packets", "bytes", "received", "receivedBytes", "dropped", "errors"})
  public record TunnelReport(
      long packets, long bytes, long received, long receivedBytes, long dropped, long errors) {}

  private static long sum(Map<String, Long> drops) {
    return drops.values().stream().mapToLong(Long::longValue).sum();
  }

  private static void checkSum(String what, long whole, long parts) {
    if (whole != parts) {
      throw new IllegalStateException(
          "every packet must have exactly one fate: counted=%s whole=%d parts=%d"
              .formatted(what, whole, parts));
    }
  }
}
