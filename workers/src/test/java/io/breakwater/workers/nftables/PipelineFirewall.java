package io.breakwater.workers.nftables;

import io.breakwater.config.Appliance;
import io.breakwater.config.Gateway;
import io.breakwater.config.IpAddress;
import io.breakwater.config.IpPrefix;
import io.breakwater.config.Journal;
import io.breakwater.config.Limits;
import io.breakwater.config.MacAddress;
import io.breakwater.config.Port;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.config.Workers;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.nft.FirewallReader;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.TestBuffers;
import io.breakwater.workers.firewall.FirewallLog;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.pipeline.Counters;
import io.breakwater.workers.pipeline.ForwardingCompiler;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Pipeline;
import io.breakwater.workers.pipeline.PipelineBuilder;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.pipeline.StageMeters;
import io.breakwater.workers.pipeline.firewall.FirewallRefused;
import io.breakwater.workers.pipeline.firewall.FirewallRegistry.Count;
import io.breakwater.workers.protection.ProtectionState;
import io.breakwater.workers.stage.Fragmentation;
import io.breakwater.workers.stage.NeighbourListener;
import io.breakwater.workers.table.NeighbourTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Breakwater: a worker's pipeline with one tenant, whose firewall the ruleset is; each ruleset is a
 * reload.
 *
 * <p>The port's MTU is such that every frame fits the tunnel.
 */
final class PipelineFirewall implements Judge {

  private static final String TENANT = "acme";
  private static final int BATCH = 32;
  private static final long UPLINK_MAC = Frames.mac("02:00:00:00:00:02");
  private static final long GATEWAY_MAC = Frames.mac("02:00:5e:00:00:01");
  private static final Limits LIMITS = new Limits(16, 32, 1_000, 64, 1_024);
  private static final long TURN_NS = 1_000_000_000;

  private final TestBatch packets = new TestBatch(BATCH, 0xa5);
  private final TestBuffers buffers = new TestBuffers();
  private final Slots slots = new Slots(LIMITS);
  private final ForwardingCompiler compiler =
      new ForwardingCompiler(slots, new long[] {UPLINK_MAC});
  private final Pipeline pipeline;
  private long nowNs;

  PipelineFirewall() {
    ForwardingTables tables = compiler.compile(appliance(Optional.empty()));
    var neighbours = new NeighbourTable(slots.neighbours().bound() - 1, 64);
    for (int slot = 0; slot < tables.neighbours().length; slot++) {
      var key = tables.neighbours()[slot];
      if (key != null) {
        neighbours.put(slot, key.port(), key.ipv6(), key.high(), key.low());
        neighbours.resolve(slot, GATEWAY_MAC);
      }
    }
    pipeline =
        new PipelineBuilder(packets.memory, BATCH)
            .neighbours(neighbours, new Unheard())
            .fragmentation(new Fragmentation(buffers, 0, 1))
            .tunnelMtus((tunnel, mtuBytes) -> {})
            .firewalls(slots.firewalls().newCounters(), FirewallLog.NONE)
            .protection(
                new ProtectionState(slots.tenants().bound(), 1, ProtectionState.Sizes.SMALL), 0)
            .counters(
                new Counters(slots.tenants().bound(), slots.tunnels().bound()),
                new StageMeters(() -> 0))
            .build();
  }

  @Override
  public Outcome judge(String ruleset, List<byte[]> frames) {
    Problems problems = new Problems();
    Optional<Firewall> firewall =
        FirewallReader.read(ruleset, Position.startOf(Path.of("acme.nft")), problems);
    if (firewall.isEmpty()) {
      return Outcome.refused(problems.all().toString());
    }
    // What was there goes first: counters and sets of rules that stay would survive a reload.
    reload(Optional.empty());
    ForwardingTables tables;
    try {
      tables = reload(firewall);
    } catch (FirewallRefused e) {
      return Outcome.refused(e.getMessage());
    }
    List<String> verdicts = new ArrayList<>();
    // In a burst packets of one kind go before those of another.
    int burstMax = Experiment.hasState(ruleset) ? 1 : BATCH;
    for (int from = 0; from < frames.size(); from += burstMax) {
      List<byte[]> burst = frames.subList(from, Math.min(from + burstMax, frames.size()));
      process(tables, burst, verdicts);
    }
    return new Outcome(null, verdicts, counters(firewall.get()));
  }

  private ForwardingTables reload(Optional<Firewall> firewall) {
    Appliance configuration = appliance(firewall);
    ForwardingTables tables = compiler.compile(configuration);
    slots.retain(configuration, tables);
    return tables;
  }

  /** A second passes between bursts, so that no answer is one too many. */
  private void process(ForwardingTables tables, List<byte[]> burst, List<String> verdicts) {
    nowNs += TURN_NS;
    packets.begin(burst.toArray(new byte[0][]));
    buffers.reset();
    pipeline.process(packets.batch, 0, tables, nowNs);
    for (int i = 0; i < burst.size(); i++) {
      verdicts.add(verdict(i));
    }
  }

  private String verdict(int packet) {
    Batch batch = packets.batch;
    int code = batch.fate(packet);
    if (code == Fate.DELIVERED.code()) {
      return "forwarded";
    }
    if (code == Fate.ANSWERED.code()) {
      return answer(packets.frame(packet));
    }
    if (code >= DropReason.CODE_MIN) {
      return switch (DropReason.ofCode(code)) {
        case FIREWALL_DENY, FIREWALL_REJECT, TTL_EXPIRED -> "dropped";
        case DropReason other -> "not the firewall's: " + other;
      };
    }
    return "not the firewall's: " + packets.fate(packet);
  }

  /** As the kernel's side names answers. */
  private static String answer(byte[] frame) {
    boolean ipv4 = Frames.u8(frame, 14) >>> 4 == 4;
    int protocol = Frames.u8(frame, 14 + (ipv4 ? 9 : 6));
    int at = 14 + (ipv4 ? (frame[14] & 0xf) << 2 : 40);
    if (protocol == 6) {
      return "tcp " + Frames.u8(frame, at + 13);
    }
    String name = protocol == 1 ? "icmp" : "icmpv6";
    return name + " " + Frames.u8(frame, at) + " " + Frames.u8(frame, at + 1);
  }

  /** Every rule of a random ruleset has a counter. */
  private SortedMap<String, List<String>> counters(Firewall firewall) {
    SortedMap<String, List<String>> counters = new TreeMap<>();
    for (Firewall.Chain chain : firewall.chains()) {
      chain.rules().forEach(rule -> add(counters, "rule " + chain.name(), rule.index()));
    }
    int rules = firewall.rules().size();
    for (int i = 0; i < firewall.counters().size(); i++) {
      add(counters, "counter " + firewall.counters().get(i).name(), rules + i);
    }
    return counters;
  }

  private void add(SortedMap<String, List<String>> counters, String place, int index) {
    Count count = slots.firewalls().count(TENANT, index);
    counters
        .computeIfAbsent(place, p -> new ArrayList<>())
        .add(count.packets() + " " + count.bytes());
  }

  private static Appliance appliance(Optional<Firewall> firewall) {
    Port uplink =
        new Port(
            "uplink",
            "net_null0",
            9_000,
            List.of(
                new Port.InterfaceAddress(address("192.0.2.2"), prefix("192.0.2.0", 24)),
                new Port.InterfaceAddress(address("2001:db8:1::2"), prefix("2001:db8:1::", 64))),
            List.of(),
            List.of(
                new Gateway(
                    address("192.0.2.1"),
                    Optional.of(new MacAddress(GATEWAY_MAC)),
                    List.of(prefix("0.0.0.0", 0)))));
    Tunnel tunnel =
        new Tunnel(
            "chicago",
            address("198.51.100.1"),
            address("198.18.0.1"),
            10,
            1,
            OptionalLong.empty(),
            OptionalInt.empty());
    Tenant acme =
        new Tenant(
            TENANT,
            List.of(prefix("203.0.113.0", 24), prefix("2001:db8:acc::", 48)),
            List.of(tunnel),
            true,
            firewall);
    return new Appliance(
        "edge-1",
        new Workers(List.of()),
        List.of(uplink),
        List.of(address("198.51.100.1")),
        Optional.empty(),
        false,
        LIMITS,
        new Journal(Optional.empty(), 1 << 20),
        new TreeMap<>(Map.of(TENANT, acme)));
  }

  private static IpAddress address(String text) {
    return IpAddress.parse(text);
  }

  private static IpPrefix prefix(String address, int length) {
    return new IpPrefix(address(address), length);
  }

  private static final class Unheard implements NeighbourListener {

    @Override
    public void answered(int port, boolean ipv6, long high, long low, long mac) {
      // All neighbours are known.
    }

    @Override
    public void asked(int port, boolean ipv6, long high, long low, long mac) {
      // All neighbours are known.
    }

    @Override
    public void wanted(int port, boolean ipv6, long high, long low) {
      // All neighbours are known.
    }
  }
}
