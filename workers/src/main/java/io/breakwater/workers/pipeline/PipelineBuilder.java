package io.breakwater.workers.pipeline;

import static java.util.Objects.requireNonNull;

import io.breakwater.workers.firewall.FirewallLog;
import io.breakwater.workers.firewall.RuleCounters;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.protection.ProtectionState;
import io.breakwater.workers.stage.Fragmentation;
import io.breakwater.workers.stage.HostOutput;
import io.breakwater.workers.stage.NeighbourListener;
import io.breakwater.workers.stage.ProbeInput;
import io.breakwater.workers.stage.TunnelMtuListener;
import io.breakwater.workers.table.NeighbourTable;

/**
 * What a pipeline works with and tells of, by name: each once, then {@link #build}. Without {@link
 * #probes} it knows no answers to probes, without {@link #host} packets for the host end where they
 * are counted, without {@link #firewalls} no tenant may have a firewall, without {@link
 * #protection} none may be protected; all else is wanted.
 */
public final class PipelineBuilder {

  final PacketMemory memory;
  final int batchCapacity;
  NeighbourTable neighbours;
  NeighbourListener neighbourListener;
  Fragmentation fragmentation;
  TunnelMtuListener tunnelMtuListener;
  ProbeInput probeInput = ProbeInput.NONE;
  HostOutput hostOutput;
  RuleCounters ruleCounters = new RuleCounters(1);
  FirewallLog firewallLog = FirewallLog.NONE;
  ProtectionState protection;
  int worker;
  Counters counters;
  StageMeters meters;

  /**
   * @param memory where the packets of all batches are
   * @param batchCapacity of the batches to come
   */
  public PipelineBuilder(PacketMemory memory, int batchCapacity) {
    this.memory = memory;
    this.batchCapacity = batchCapacity;
    hostOutput = HostOutput.none(batchCapacity);
  }

  /**
   * @param table read by the pipeline; written by the first worker
   * @param listener told what is learned of neighbours
   */
  public PipelineBuilder neighbours(NeighbourTable table, NeighbourListener listener) {
    neighbours = table;
    neighbourListener = listener;
    return this;
  }

  /** Cuts what is too big. */
  public PipelineBuilder fragmentation(Fragmentation fragmentation) {
    this.fragmentation = fragmentation;
    return this;
  }

  /** Told what is learned of the paths of tunnels. */
  public PipelineBuilder tunnelMtus(TunnelMtuListener listener) {
    tunnelMtuListener = listener;
    return this;
  }

  /** Knows the answers to tunnel probes. */
  public PipelineBuilder probes(ProbeInput input) {
    probeInput = input;
    return this;
  }

  /** Chooses what the kernel is given. */
  public PipelineBuilder host(HostOutput output) {
    hostOutput = output;
    return this;
  }

  /**
   * @param counters of the rules of all tenants' firewalls
   * @param log told of packets that rules log
   */
  public PipelineBuilder firewalls(RuleCounters counters, FirewallLog log) {
    ruleCounters = counters;
    firewallLog = log;
    return this;
  }

  /**
   * @param state shared by all workers
   * @param worker which of them this is, from 0
   */
  public PipelineBuilder protection(ProtectionState state, int worker) {
    protection = state;
    this.worker = worker;
    return this;
  }

  /** What counts packets, and what measures stages. */
  public PipelineBuilder counters(Counters counters, StageMeters meters) {
    this.counters = counters;
    this.meters = meters;
    return this;
  }

  /**
   * @throws NullPointerException if something is missing: which
   */
  public Pipeline build() {
    requireNonNull(neighbours, "neighbours");
    requireNonNull(fragmentation, "fragmentation");
    requireNonNull(tunnelMtuListener, "tunnelMtus");
    requireNonNull(counters, "counters");
    if (protection == null) {
      protection = new ProtectionState(1, 1, ProtectionState.Sizes.LEAST);
    }
    return new Pipeline(this);
  }
}
