package io.breakwater.workers.pipeline;

import io.breakwater.config.Appliance;
import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.TestBuffers;
import io.breakwater.workers.firewall.FirewallLog;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Fragments;
import io.breakwater.workers.protection.ProtectionState;
import io.breakwater.workers.stage.Fragmentation;
import io.breakwater.workers.stage.NeighbourListener;
import io.breakwater.workers.stage.ProbeInput;
import io.breakwater.workers.table.NeighbourKey;
import io.breakwater.workers.table.NeighbourTable;
import java.util.ArrayList;
import java.util.List;

/**
 * A pipeline with a compiled configuration whose neighbours are resolved, as a worker's is in the
 * steady state.
 */
final class PipelineBench {

  final TestBatch packets = new TestBatch();
  final TestBuffers buffers = new TestBuffers();

  /** What was learned of tunnels: {@code 1 1400}. */
  final List<String> learnedMtus = new ArrayList<>();

  final Slots slots = new Slots(TestAppliance.LIMITS);
  final ForwardingCompiler compiler = new ForwardingCompiler(slots, TestAppliance.portMacs());
  ForwardingTables tables;
  final NeighbourTable neighbours;
  final Counters counters = new Counters(slots.tenants().bound(), slots.tunnels().bound());
  final StageMeters meters = new StageMeters(() -> 0);
  final Learned learned = new Learned();
  final ProtectionState protection =
      new ProtectionState(slots.tenants().bound(), 1, ProtectionState.Sizes.SMALL);
  final Pipeline pipeline;

  /** When the next batch comes. */
  long nowNs = 1_000_000_000L;

  /** What the stages learned: {@code wanted 1 10.0.0.77} in hexadecimal. */
  static final class Learned implements NeighbourListener {

    final List<String> calls = new ArrayList<>();
    boolean silent;

    @Override
    public void answered(int port, boolean ipv6, long high, long low, long mac) {
      add("answered", port, high, low);
    }

    @Override
    public void asked(int port, boolean ipv6, long high, long low, long mac) {
      add("asked", port, high, low);
    }

    @Override
    public void wanted(int port, boolean ipv6, long high, long low) {
      add("wanted", port, high, low);
    }

    private void add(String what, int port, long high, long low) {
      if (!silent) {
        calls.add("%s %d %x:%x".formatted(what, port, high, low));
      }
    }
  }

  PipelineBench() {
    this(TestAppliance.standard(), 32);
  }

  PipelineBench(Appliance configuration, int batchCapacity) {
    this(configuration, batchCapacity, ProbeInput.NONE);
  }

  PipelineBench(Appliance configuration, int batchCapacity, ProbeInput probeInput) {
    tables = compiler.compile(configuration);
    neighbours = new NeighbourTable(slots.neighbours().bound() - 1, 64);
    NeighbourKey[] keys = tables.neighbours();
    for (int slot = 0; slot < keys.length; slot++) {
      NeighbourKey key = keys[slot];
      if (key != null) {
        neighbours.put(slot, key.port(), key.ipv6(), key.high(), key.low());
        long mac = key.pinnedMac() >= 0 ? key.pinnedMac() : Frames.mac(TestAppliance.REMOTE_MAC);
        neighbours.resolve(slot, mac);
      }
    }
    pipeline =
        new PipelineBuilder(packets.memory, batchCapacity)
            .neighbours(neighbours, learned)
            .fragmentation(new Fragmentation(buffers, 0, 1))
            .tunnelMtus((tunnel, mtuBytes) -> learnedMtus.add(tunnel + " " + mtuBytes))
            .probes(probeInput)
            .firewalls(slots.firewalls().newCounters(), FirewallLog.NONE)
            .protection(protection, 0)
            .counters(counters, meters)
            .build();
  }

  /** Takes frames that came in on a port through the pipeline, and counts them. */
  PipelineBench process(int port, byte[]... frames) {
    return process(port, nowNs, frames);
  }

  /** The same at a time. */
  PipelineBench process(int port, long nowNs, byte[]... frames) {
    packets.begin(frames);
    buffers.reset();
    pipeline.process(packets.batch, port, tables, nowNs);
    counters.count(packets.batch);
    counters.count(packets.batch, pipeline.fragments());
    return this;
  }

  /** All frames that a packet of the last call has become, in order. */
  List<byte[]> frames(int packet) {
    Fragments fragments = pipeline.fragments();
    List<byte[]> frames = new ArrayList<>(List.of(packets.frame(packet)));
    for (int n = 0; n < fragments.countOf(packet); n++) {
      int fragment = fragments.firstOf(packet) + n;
      byte[] frame = new byte[fragments.batch.length(fragment)];
      packets.memory.read(fragments.batch.frame(fragment), frame, 0, frame.length);
      frames.add(frame);
    }
    return frames;
  }

  int tenant(String name) {
    return name == null ? 0 : slots.tenants().slot(name);
  }

  /** Packets of a tenant (null: of none) with this fate or drop reason. */
  long counted(String tenant, String fate) {
    return counters.fates(tenant(tenant), code(fate));
  }

  long allCounted() {
    long sum = 0;
    for (int slot = 0; slot < slots.tenants().bound(); slot++) {
      for (int code = 0; code < Fate.CODES; code++) {
        sum += counters.fates(slot, code);
      }
    }
    return sum;
  }

  private static int code(String fate) {
    for (Fate known : Fate.values()) {
      if (known.name().equals(fate)) {
        return known.code();
      }
    }
    return DropReason.valueOf(fate).code();
  }
}
