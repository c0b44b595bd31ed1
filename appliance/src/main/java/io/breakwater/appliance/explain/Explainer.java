package io.breakwater.appliance.explain;

import io.breakwater.appliance.explain.Explanation.Candidate;
import io.breakwater.appliance.explain.Explanation.Drop;
import io.breakwater.appliance.explain.Explanation.Fit;
import io.breakwater.appliance.explain.Explanation.Sent;
import io.breakwater.appliance.explain.Explanation.StageStep;
import io.breakwater.appliance.explain.Explanation.TunnelChoice;
import io.breakwater.appliance.explain.Explanation.Whose;
import io.breakwater.appliance.explain.firewall.FirewallWalk;
import io.breakwater.appliance.explain.firewall.FirewallWay;
import io.breakwater.appliance.explain.firewall.SmallestChange;
import io.breakwater.appliance.explain.packet.PacketLine;
import io.breakwater.appliance.explain.packet.PacketView;
import io.breakwater.appliance.replay.PacketTrace;
import io.breakwater.config.Appliance;
import io.breakwater.config.IpAddress;
import io.breakwater.config.IpPrefix;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.text.NearestKey;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.pipeline.Slots.TunnelId;
import io.breakwater.workers.pipeline.StageMeters.Stage;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the words for what a packet met in the packet path: names of slots, and why things were
 * chosen.
 *
 * <p>What became of the packet is what the pipeline did to it ({@link PacketTrace}); nothing is
 * decided here.
 */
public final class Explainer {

  private final Appliance configuration;
  private final SlotNames slots;
  private final TunnelStates states;

  public Explainer(Appliance configuration, SlotNames slots, TunnelStates states) {
    this.configuration = configuration;
    this.slots = slots;
    this.states = states;
  }

  /** Takes a frame through the packet path. */
  @FunctionalInterface
  public interface Tracer {

    /**
     * @param port index of the port on which it arrives
     * @param tenants those whose firewalls it may come to
     */
    PacketTrace trace(byte[] frame, int port, List<Tenant> tenants);
  }

  /**
   * Sends a packet on its way and tells what it met.
   *
   * @param portMac the Ethernet address of the port on which it arrives
   * @throws IllegalArgumentException saying in one sentence what is wrong with the request
   */
  public Explanation explain(ExplainRequest request, long portMac, Tracer tracer) {
    int port = request.portIndex(configuration);
    if (request.tenant() != null && !configuration.tenants().containsKey(request.tenant())) {
      throw new IllegalArgumentException(
          "no tenant of this name: tenant=" + request.tenant() + near(request.tenant()));
    }
    byte[] frame = request.frame(configuration.ports().get(port), portMac);
    PacketTrace trace = tracer.trace(frame, port, concerned(PacketView.inFrame(frame)));
    if (request.tenant() != null) {
      checkTenant(request.tenant(), frame, trace);
    }
    return explain(frame, port, trace, request.why());
  }

  private String near(String name) {
    return NearestKey.of(name, configuration.tenants().keySet())
        .map(nearest -> " (did you mean " + nearest + "?)")
        .orElse("");
  }

  private void checkTenant(String tenant, byte[] frame, PacketTrace trace) {
    PacketView packet = PacketView.inFrame(frame);
    if (packet == null) {
      throw new IllegalArgumentException(
          "not an IP packet, so it is nobody's: tenant="
              + tenant
              + " packet="
              + PacketLine.of(frame));
    }
    Optional<Whose> whose = whose(packet.destination());
    // What comes out of a tunnel is to an endpoint, and counted for the tunnel's tenant.
    boolean counted = name(trace.tenant()).filter(tenant::equals).isPresent();
    if (!counted && whose.filter(owner -> owner.tenant().equals(tenant)).isEmpty()) {
      throw new IllegalArgumentException(
          "the destination is not %s's but %s: destination=%s"
              .formatted(
                  tenant,
                  whose
                      .map(owner -> owner.tenant() + "'s (" + owner.prefix() + ")")
                      .orElse("nobody's"),
                  packet.destination()));
    }
  }

  private Optional<String> name(int tenantSlot) {
    return slots.tenants().entrySet().stream()
        .filter(entry -> entry.getValue() == tenantSlot)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** Whose the packet is, or the one inside it. */
  private List<Tenant> concerned(PacketView packet) {
    return Stream.of(packet, packet == null ? null : packet.inner())
        .filter(Objects::nonNull)
        .flatMap(each -> whose(each.destination()).stream())
        .map(owner -> configuration.tenants().get(owner.tenant()))
        .toList();
  }

  private Explanation explain(byte[] frame, int port, PacketTrace trace, boolean why) {
    PacketView packet = PacketView.inFrame(frame);
    Optional<DropReason> reason = dropReason(trace.fate());
    return new Explanation(
        PacketLine.of(frame),
        HexFormat.of().formatHex(frame),
        portName(port),
        packet == null ? null : whose(packet.destination()).orElse(null),
        tunnelName(trace.origin()),
        trace.stages().stream()
            .map(step -> new StageStep(kebab(step.stage()), step.dropped()))
            .toList(),
        firewall(packet, trace, why).orElse(null),
        trace.tunnel() == 0 ? null : choice(trace),
        trace.tunnel() == 0 || packet == null ? null : fit(packet, trace),
        reason.isPresent() ? "dropped" : kebab(Fate.values()[trace.fate() - 1]),
        reason
            .map(drop -> new Drop(drop.kebabName(), kebab(drop.severity()), drop.meaning()))
            .orElse(null),
        trace.sent().stream()
            .map(bytes ->
                new Sent(
                    portName(trace.port()),
                    bytes.length,
                    PacketLine.of(bytes),
                    HexFormat.of().formatHex(bytes)))
            .toList());
  }

  /** The tenant whose an address is, and the prefix. */
  private Optional<Whose> whose(IpAddress address) {
    for (Tenant tenant : configuration.tenants().values()) {
      for (IpPrefix prefix : tenant.prefixes()) {
        if (prefix.contains(address)) {
          return Optional.of(new Whose(tenant.name(), prefix.toString()));
        }
      }
    }
    return Optional.empty();
  }

  /** What a walk over the tenant's rules tells, if the packet came to its firewall. */
  private Optional<FirewallWay> firewall(PacketView packet, PacketTrace trace, boolean why) {
    boolean reached = trace.stages().stream().anyMatch(step -> step.stage() == Stage.FIREWALL);
    if (!reached || packet == null) {
      return Optional.empty();
    }
    PacketView filtered = trace.origin() == 0 || packet.inner() == null ? packet : packet.inner();
    return whose(filtered.destination())
        .flatMap(owner -> configuration.tenants().get(owner.tenant()).firewall())
        .map(rules -> way(rules, filtered, trace, why));
  }

  private static FirewallWay way(
      Firewall rules, PacketView packet, PacketTrace trace, boolean why) {
    FirewallWay way = FirewallWalk.of(rules, packet);
    boolean stopped =
        trace.stages().stream().anyMatch(step -> step.stage() == Stage.FIREWALL && step.dropped());
    // Packets before this one have used up limits, or are in sets that rules change.
    boolean differs = way.verdict().equals("accept") == stopped;
    return new FirewallWay(
        way.verdict(),
        way.by(),
        way.chains(),
        differs ? Boolean.TRUE : null,
        why ? SmallestChange.of(rules, packet) : null);
  }

  private TunnelChoice choice(PacketTrace trace) {
    var table = trace.tables().tunnels();
    // What is between tenants is counted for the one, and put into a tunnel of the other.
    int tenantSlot = trace.tables().tenantByTunnel()[trace.tunnel()];
    TunnelId chosen = id(trace.tunnel());
    double[] shares = new double[slots.tunnelBound()];
    table.addShares(tenantSlot, shares);
    List<Candidate> candidates = new ArrayList<>();
    for (Tunnel tunnel : configuration.tenants().get(chosen.tenant()).tunnels()) {
      int slot = slots.tunnels().get(new TunnelId(chosen.tenant(), tunnel.name()));
      candidates.add(
          new Candidate(
              tunnel.name(),
              states.of(slot).name(),
              tunnel.priority(),
              tunnel.priority() + states.of(slot).penalty(),
              tunnel.weight(),
              Math.round(shares[slot] * 10_000) / 100.0));
    }
    return new TunnelChoice(
        chosen.tunnel(),
        "%08x".formatted(trace.flow()),
        table.place(tenantSlot, trace.flow()),
        table.places(tenantSlot),
        candidates);
  }

  private static Fit fit(PacketView packet, PacketTrace trace) {
    PacketView before = trace.origin() == 0 || packet.inner() == null ? packet : packet.inner();
    boolean delivered = trace.fate() == Fate.DELIVERED.code();
    PacketView sent = delivered ? PacketView.inFrame(trace.sent().getFirst()) : null;
    PacketView after = sent == null ? null : sent.inner();
    boolean clamped = after != null && after.mss() != PacketView.NONE;
    return new Fit(
        before.lengthBytes(),
        trace.tables().tunnels().mtuBytes(trace.tunnel()),
        clamped ? Integer.valueOf(before.mss()) : null,
        clamped ? Integer.valueOf(after.mss()) : null,
        delivered ? trace.sent().size() : 0);
  }

  private static Optional<DropReason> dropReason(int code) {
    return code < DropReason.CODE_MIN ? Optional.empty() : Optional.of(DropReason.ofCode(code));
  }

  private String portName(int port) {
    return configuration.ports().get(port).name();
  }

  private String tunnelName(int slot) {
    if (slot == 0) {
      return null;
    }
    TunnelId id = id(slot);
    return id.tenant() + " " + id.tunnel();
  }

  private TunnelId id(int slot) {
    return slots.tunnels().entrySet().stream()
        .filter(entry -> entry.getValue() == slot)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private static String kebab(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
