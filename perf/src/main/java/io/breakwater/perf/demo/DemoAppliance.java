package io.breakwater.perf.demo;

import io.breakwater.appliance.CommandException;
import io.breakwater.config.Appliance;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.config.source.ConfigurationFiles;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.PortPair;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.pipeline.Counters;
import io.breakwater.workers.pipeline.ForwardingCompiler;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.worker.Worker;
import io.breakwater.workers.worker.WorkerGroup;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The demo's appliance: the embedded {@code demo.yaml}, read as any configuration is, and the
 * worker of the product on two in-memory ports.
 *
 * <p>Used by the command's thread.
 */
final class DemoAppliance implements AutoCloseable {

  /** More than {@link DemoGenerator} ever has under way. */
  private static final int RING_SIZE = 4_096;

  private static final long START_TIMEOUT_NS = 60_000_000_000L;

  private final Appliance configuration;
  private final List<PortPair> wires = new ArrayList<>();
  private final Slots slots;
  private final WorkerGroup group;
  private final Counters counters;

  DemoAppliance(PacketPool pool, int core) {
    configuration = configuration();
    slots = new Slots(configuration.limits());
    for (io.breakwater.config.Port port : configuration.ports()) {
      wires.add(PortPair.create(port.name(), 1, RING_SIZE, pool));
    }
    var compiler = new ForwardingCompiler(slots, macs());
    var ports = wires.stream().map(PortPair::first).toList();
    group = new WorkerGroup(List.of(core), ports, pool, slots, configuration.limits());
    counters = group.workers().getFirst().counters();
    wires.forEach(wire -> wire.first().start());
    wires.forEach(wire -> wire.second().start());
    group.start(compiler.compile(configuration), START_TIMEOUT_NS);
  }

  /** The text of the embedded configuration. */
  static String configurationText() {
    try (InputStream in = DemoAppliance.class.getResourceAsStream("demo.yaml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Appliance configuration() {
    try {
      Path file = Files.createTempFile("breakwater-demo", ".yaml");
      try {
        Files.writeString(file, configurationText());
        var result = ConfigurationFiles.load(file);
        return result
            .configuration()
            .orElseThrow(() ->
                CommandException.failure(
                    "the embedded configuration is wrong: " + result.problems()));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Appliance configured() {
    return configuration;
  }

  /** Ethernet addresses of its ports. */
  long[] macs() {
    return wires.stream().mapToLong(wire -> wire.first().mac()).toArray();
  }

  /** The other ends of its ports' wires. */
  List<io.breakwater.dpdk.Port> farEnds() {
    return wires.stream().map(PortPair::second).toList();
  }

  Worker worker() {
    return group.workers().getFirst();
  }

  long received() {
    return counters.received();
  }

  long fate(Fate fate) {
    return sum(fate.code());
  }

  /** Packets by reason, of those that dropped any. */
  Map<DropReason, Long> drops() {
    Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
    for (DropReason reason : DropReason.values()) {
      long packets = sum(reason.code());
      if (packets > 0) {
        drops.put(reason, packets);
      }
    }
    return drops;
  }

  private long sum(int code) {
    long packets = 0;
    for (int tenant = 0; tenant <= configuration.tenants().size(); tenant++) {
      packets += counters.fates(tenant, code);
    }
    return packets;
  }

  /** What went into and came out of a tunnel. */
  record TunnelCount(
      String tunnel, long sentPackets, long sentBytes, long receivedPackets, long receivedBytes) {}

  List<TunnelCount> tunnels() {
    List<TunnelCount> counts = new ArrayList<>();
    for (Tenant tenant : configuration.tenants().values()) {
      for (Tunnel tunnel : tenant.tunnels()) {
        int slot = slots.tunnels().slot(new Slots.TunnelId(tenant.name(), tunnel.name()));
        counts.add(
            new TunnelCount(
                tenant.name() + "/" + tunnel.name(),
                counters.tunnelSentPackets(slot),
                counters.tunnelSentBytes(slot),
                counters.tunnelReceivedPackets(slot),
                counters.tunnelReceivedBytes(slot)));
      }
    }
    return counts;
  }

  void stop() throws InterruptedException {
    group.stop();
  }

  /** After {@link #stop}: gives ports and what is in them back. */
  @Override
  public void close() {
    wires.forEach(PortPair::close);
  }
}
