package io.breakwater.workers.worker;

import io.breakwater.config.Limits;
import io.breakwater.dpdk.Cycles;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.Port;
import io.breakwater.dpdk.RxQueue;
import io.breakwater.dpdk.TxQueue;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.pipeline.Counters;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.PipelineBuilder;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.pipeline.StageMeters;
import io.breakwater.workers.protection.ProtectionState;
import io.breakwater.workers.stage.FlowOwners;
import io.breakwater.workers.stage.Fragmentation;
import io.breakwater.workers.stage.HostOutput;
import io.breakwater.workers.stage.NeighbourDiscovery;
import io.breakwater.workers.stage.NeighbourListener;
import io.breakwater.workers.stage.ProbeInput;
import io.breakwater.workers.stage.ProbeListener;
import io.breakwater.workers.stage.ProbeMessage;
import io.breakwater.workers.stage.ProbeSender;
import io.breakwater.workers.stage.TunnelMtuListener;
import io.breakwater.workers.table.FlowSpread;
import io.breakwater.workers.table.NeighbourTable;
import io.breakwater.workers.table.ProbeLog;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * All workers of an appliance: made together, started, given new tables, and stopped.
 *
 * <p>Used by the control thread only. All memory of the packet path is taken here.
 */
public final class WorkerGroup {

  /** Packets of firewalls' {@code log} statements that all workers tell of together. */
  private static final int LOGGED_PER_SECOND = 40;

  private static final int LOGGED_PER_SECOND_MIN = 2;

  private final NeighbourTable neighbours;
  private final NeighbourEventRing neighbourEvents = new NeighbourEventRing();
  private final List<TunnelMtuReports> tunnelMtuReports = new ArrayList<>();
  private final List<FirewallLogReports> firewallLogs = new ArrayList<>();
  private final ProtectionState protection;
  private final ProbeLog probeLog;
  private final ProbeMessage probeMessage = ProbeMessage.withRandomKey();
  private final List<ProbeReports> probeReports = new ArrayList<>();
  private final TscClock clock = new TscClock(Cycles.perSecond());
  private final List<Worker> workers = new ArrayList<>();
  private final List<HostOutput> hostOutputs = new ArrayList<>();
  private final HostDuty hostDuty;
  private final List<Thread> threads = new ArrayList<>();
  private final SpreadModes spreadModes;

  /** Workers without a side for the kernel: each keeps what it receives. */
  public WorkerGroup(
      List<Integer> cores, List<Port> ports, PacketPool pool, Slots slots, Limits limits) {
    this(
        cores,
        ports,
        pool,
        slots,
        limits,
        new FlowSpread(cores.size(), FlowSpread.PLACES_MAX),
        new SpreadModes(ports.size()),
        HostRings.none());
  }

  /**
   * @param cores one for each worker
   * @param ports with as many queues as there are workers, or fewer: then the first workers poll
   *     them and send for the others
   * @param slots of the appliance's tenants and tunnels, for the counters' size
   * @param spread which worker a flow belongs to
   * @param spreadModes what the workers hand over to each other; may change while they run
   * @param hostRings to the kernel's side of the ports and back
   */
  public WorkerGroup(
      List<Integer> cores,
      List<Port> ports,
      PacketPool pool,
      Slots slots,
      Limits limits,
      FlowSpread spread,
      SpreadModes spreadModes,
      HostRings hostRings) {
    this.spreadModes = spreadModes;
    probeLog = new ProbeLog(slots.tunnels().bound());
    HandoverRings rings = new HandoverRings(cores.size(), pool);
    boolean sharing = ports.stream().anyMatch(port -> port.txQueues() < cores.size());
    HandoverRings lending = sharing ? new HandoverRings(cores.size(), pool) : null;
    int[] transmitOwners = new int[ports.size()];
    neighbours = new NeighbourTable(slots.neighbours().bound() - 1, limits.neighbours());
    var memory = PacketMemory.install(pool.memory());
    var discovery = new NeighbourDiscovery(memory, neighbours, neighbourEvents, nowNs());
    var sender = new ProbeSender(memory, probeMessage, probeLog, neighbours);
    NeighbourReports[] reports = new NeighbourReports[cores.size() - 1];
    for (int i = 0; i < reports.length; i++) {
      reports[i] = new NeighbourReports();
    }
    hostDuty = new HostDuty(memory, hostRings, pool, firstQueues(ports));
    protection =
        new ProtectionState(slots.tenants().bound(), cores.size(), ProtectionState.Sizes.APPLIANCE);
    // RFC 7739 5.3: servers of one anycast address, which can't share a count, begin apart.
    int identification = new SecureRandom().nextInt();
    for (int index = 0; index < cores.size(); index++) {
      int queue = index;
      RxQueue[] receive = new RxQueue[ports.size()];
      for (int port = 0; port < receive.length; port++) {
        receive[port] = queue < ports.get(port).rxQueues() ? ports.get(port).rxQueue(queue) : null;
      }
      TxQueue[] transmit = new TxQueue[ports.size()];
      for (int port = 0; port < transmit.length; port++) {
        int queues = ports.get(port).txQueues();
        transmit[port] = queue < queues ? ports.get(port).txQueue(queue) : null;
        transmitOwners[port] = queue % queues;
      }
      SharedTransmit shared =
          sharing
              ? new SharedTransmit(
                  pool, transmit, transmitOwners, lending.from(index), lending.to(index))
              : null;
      NeighbourListener listener = index == 0 ? discovery : reports[index - 1];
      var duty =
          index == 0
              ? new NeighbourDuty(discovery, new PoolOriginator(pool, transmit), reports)
              : NeighbourDuty.NONE;
      // Of its own: what the kernel is given belongs to the worker's batch, not to the probes'.
      var probeQueues =
          new TransmitQueues(pool, transmit, shared, HostQueues.none(pool), Worker.BURST);
      var probeDuty =
          index == 0
              ? new ProbeDuty(sender, new PoolProbeFrames(pool, probeQueues))
              : ProbeDuty.NONE;
      var answers = new ProbeReports(limits.tunnels());
      probeReports.add(answers);
      var probeInput = new ProbeInput(probeMessage, answers);
      var counters = new Counters(slots.tenants().bound(), slots.tunnels().bound());
      var meters = new StageMeters(Cycles::now);
      Handover handover =
          cores.size() == 1
              ? null
              : new Handover(
                  memory,
                  pool,
                  counters,
                  spreadModes,
                  index,
                  new FlowOwners(Worker.BURST, index, spread),
                  rings.from(index),
                  rings.to(index));
      var hostOutput = new HostOutput(Worker.BURST, hostRings.hasInterface(), hostRings.flows());
      hostOutputs.add(hostOutput);
      var hostQueues = new HostQueues(pool, hostOutput, hostRings.toHost(index), Worker.BURST);
      var tunnelMtus = new TunnelMtuReports();
      tunnelMtuReports.add(tunnelMtus);
      var firewallLog =
          new FirewallLogReports(
              new LogSampler(
                  slots.tenants().bound(),
                  Math.max(LOGGED_PER_SECOND_MIN, LOGGED_PER_SECOND / cores.size())));
      firewallLogs.add(firewallLog);
      var pipeline =
          new PipelineBuilder(memory, Worker.BURST)
              .neighbours(neighbours, listener)
              .fragmentation(
                  new Fragmentation(new PoolBuffers(pool), identification + index, cores.size()))
              .tunnelMtus(tunnelMtus)
              .probes(probeInput)
              .host(hostOutput)
              .firewalls(slots.firewalls().newCounters(), firewallLog)
              .protection(protection, index)
              .counters(counters, meters)
              .build();
      workers.add(
          new Worker(
              index,
              cores.get(index),
              receive,
              new TransmitQueues(pool, transmit, shared, hostQueues, Worker.BURST),
              pipeline,
              counters,
              meters,
              firewallLog,
              duty,
              probeDuty,
              index == 0 ? hostDuty : HostDuty.NONE,
              handover,
              shared));
    }
  }

  private static TxQueue[] firstQueues(List<Port> ports) {
    return ports.stream().map(port -> port.txQueue(0)).toArray(TxQueue[]::new);
  }

  /**
   * Starts all workers on these tables, and returns when each has taken them up. The first is
   * first: it writes the neighbour table, and what another received before would find no neighbour
   * there.
   */
  public void start(ForwardingTables tables, long timeoutNs) {
    for (Worker worker : workers) {
      worker.publish(tables);
      Thread thread = new Thread(worker, "worker-" + worker.index());
      thread.setPriority(Thread.MAX_PRIORITY);
      threads.add(thread);
      thread.start();
      await(worker, tables, timeoutNs);
    }
  }

  /**
   * Gives all workers new tables, and returns when each works with them: from then on nothing of
   * the old tables is in use. The first worker takes them up first, as in {@link #start}.
   *
   * @throws IllegalStateException when a worker does not take them up in time, or has failed
   */
  public void publish(ForwardingTables tables, long timeoutNs) {
    Worker first = workers.getFirst();
    first.publish(tables);
    await(first, tables, timeoutNs);
    workers.forEach(worker -> worker.publish(tables));
    workers.forEach(worker -> await(worker, tables, timeoutNs));
  }

  private static void await(Worker worker, ForwardingTables tables, long timeoutNs) {
    long deadlineNs = System.nanoTime() + timeoutNs;
    while (worker.runningGeneration() != tables.generation()) {
      if (worker.failure() != null) {
        throw new IllegalStateException(
            "worker has failed: worker=" + worker.index(), worker.failure());
      }
      if (System.nanoTime() - deadlineNs > 0) {
        throw new IllegalStateException(
            "worker did not take up the new tables: worker=%d core=%d timeoutNs=%d"
                .formatted(worker.index(), worker.core(), timeoutNs));
      }
      LockSupport.parkNanos(20_000);
    }
  }

  /**
   * Stops all workers after the turn they are in, and waits for them; what they have passed on to
   * each other goes its way first.
   */
  public void stop() throws InterruptedException {
    workers.forEach(Worker::stop);
    for (Thread thread : threads) {
      thread.join();
    }
    workers.forEach(Worker::abandonHandover);
  }

  /** What the workers hand over to each other. */
  public SpreadModes spreadModes() {
    return spreadModes;
  }

  /** What each worker chose for the kernel. */
  public List<HostOutput> hostOutputs() {
    return List.copyOf(hostOutputs);
  }

  /** What the first worker sends for the kernel. */
  public HostDuty hostDuty() {
    return hostDuty;
  }

  public List<Worker> workers() {
    return List.copyOf(workers);
  }

  public NeighbourTable neighbours() {
    return neighbours;
  }

  /** What the protection of tenants remembers. */
  public ProtectionState protection() {
    return protection;
  }

  /** Hands what workers were told of tunnels' path MTUs to the control thread, which calls this. */
  public void drainTunnelMtus(TunnelMtuListener listener) {
    tunnelMtuReports.forEach(reports -> reports.drainTo(listener));
  }

  /**
   * Hands over packets that tenants' firewalls log; on the control thread. Their rules' slots are
   * those of the tables that workers run on, and of tables before since {@link #publish}.
   */
  public void drainFirewallLogs(Consumer<LoggedPacket> listener) {
    firewallLogs.forEach(reports -> reports.drainTo(listener));
  }

  /** The workers' time, which their probes carry. */
  public long nowNs() {
    return clock.ns(Cycles.now());
  }

  /** Which probes were sent and when. */
  public ProbeLog probeLog() {
    return probeLog;
  }

  /** Hands over the answers to probes that workers have met; on the control thread. */
  public void drainProbeAnswers(ProbeListener listener) {
    probeReports.forEach(reports -> reports.drainTo(listener));
  }

  /** By which answers to the probes are known. */
  ProbeMessage probeMessage() {
    return probeMessage;
  }

  /** Neighbours found and lost, to be drained by the control thread. */
  public NeighbourEventRing neighbourEvents() {
    return neighbourEvents;
  }
}
