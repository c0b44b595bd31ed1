package io.breakwater.workers.worker;

import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.dpdk.Cycles;
import io.breakwater.dpdk.DpdkThread;
import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.RxQueue;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Fragments;
import io.breakwater.workers.pipeline.Counters;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Pipeline;
import io.breakwater.workers.pipeline.StageMeters;
import io.breakwater.workers.pipeline.StageMeters.Stage;

/**
 * One pinned thread that polls its own queue of every port and takes what comes through the
 * pipeline.
 *
 * <pre>
 * each turn:  pick up new tables  ->  neighbours' timers, tunnels' probes, the kernel's
 *               frames (first worker)
 *             for each port:  receive a burst  ->  pass on what is another's, take ours in its place
 *                               ->  pipeline  ->  transmit and free  ->  count
 *             for each other worker:  take what it passed on  ->  pipeline  ->  ...
 * </pre>
 *
 * <p>It shares nothing that is written, but the packet pool, the neighbour table (one writer) and
 * rings. Control reaches it through two volatile references only: the tables and {@link #stop}. In
 * the steady state it allocates nothing.
 *
 * <p>A throwable out of a turn is a broken invariant, since no packet can cause one: the worker
 * keeps it for {@link #failure} and ends.
 */
public final class Worker implements Runnable {

  /** Packets of a burst: 128 and 256 were no faster (docs/decisions/0005-hot-loops.md). */
  public static final int BURST = 64;

  static {
    // A burst is received into a batch.
    if (Batch.STRIDE != PacketBurst.RECORD_INTS) {
      throw new ExceptionInInitializerError(
          "a batch's record is not a burst's: stride=%d recordInts=%d"
              .formatted(Batch.STRIDE, PacketBurst.RECORD_INTS));
    }
  }

  private final int index;
  private final int core;
  private final RxQueue[] receiveQueues;
  private final TransmitQueues transmitQueues;
  private final Pipeline pipeline;
  private final Counters counters;
  private final StageMeters meters;
  private final FirewallLogReports firewallLog;
  private final NeighbourDuty neighbourDuty;
  private final ProbeDuty probeDuty;
  private final HostDuty hostDuty;

  /** Null where it is the only worker. */
  private final Handover handover;

  /** Null where it is the only worker, or each has a queue of its own on every port. */
  private final SharedTransmit sharedTransmit;

  private final PollGaps gaps = new PollGaps();

  /** One array of records: what is received, and what goes through the pipeline. */
  private final PacketBurst burst = new PacketBurst(BURST);

  private final Batch batch = new Batch(burst.records());
  private final TscClock clock = new TscClock(Cycles.perSecond());

  /** Those it works with; only its own thread looks at this. */
  private ForwardingTables tables;

  private volatile ForwardingTables published;
  private volatile long runningGeneration;
  private volatile boolean stopping;
  private volatile Throwable failure;

  Worker(
      int index,
      int core,
      RxQueue[] receiveQueues,
      TransmitQueues transmitQueues,
      Pipeline pipeline,
      Counters counters,
      StageMeters meters,
      FirewallLogReports firewallLog,
      NeighbourDuty neighbourDuty,
      ProbeDuty probeDuty,
      HostDuty hostDuty,
      Handover handover,
      SharedTransmit sharedTransmit) {
    this.index = index;
    this.core = core;
    this.receiveQueues = receiveQueues;
    this.transmitQueues = transmitQueues;
    this.pipeline = pipeline;
    this.counters = counters;
    this.meters = meters;
    this.firewallLog = firewallLog;
    this.neighbourDuty = neighbourDuty;
    this.probeDuty = probeDuty;
    this.hostDuty = hostDuty;
    this.handover = handover;
    this.sharedTransmit = sharedTransmit;
  }

  @Override
  public void run() {
    try {
      CpuAffinity.pin(core);
      DpdkThread.register();
      try {
        poll();
      } finally {
        DpdkThread.unregister();
      }
    } catch (Throwable broken) {
      failure = broken;
    } finally {
      // However this worker ended: the others do not wait for it.
      endHandover();
      endLending();
    }
  }

  private void endHandover() {
    if (handover != null) {
      handover.end();
    }
  }

  private void endLending() {
    if (sharedTransmit != null) {
      sharedTransmit.end();
    }
  }

  private void poll() {
    gaps.begin(Cycles.now());
    while (!stopping) {
      long nowCycles = Cycles.now();
      step(nowCycles, clock.ns(nowCycles));
    }
    endHandover();
    drain();
  }

  /** Takes what others still pass here, until they have stopped too: no packet is lost. */
  private void drain() {
    while (handover != null && !handover.isExhausted()) {
      takeOver(tables, clock.ns(Cycles.now()));
      sendForOthers();
      Thread.onSpinWait();
    }
    endLending();
    while (sharedTransmit != null && !sharedTransmit.isExhausted()) {
      sendForOthers();
      Thread.onSpinWait();
    }
  }

  private void sendForOthers() {
    if (sharedTransmit != null) {
      sharedTransmit.send();
    }
  }

  /**
   * Takes up new tables if there are any, then one turn over all ports. Returns packets received.
   *
   * @param nowCycles time stamp counter
   * @param nowNs the same as monotonic time; in the warm-up, a time of its own
   */
  int step(long nowCycles, long nowNs) {
    gaps.turn(nowCycles);
    ForwardingTables latest = published;
    if (latest != tables) {
      prepare(latest);
      tables = latest;
    }
    return turn(latest, nowNs);
  }

  private void prepare(ForwardingTables tables) {
    for (int tenant : tables.reassignedTenants()) {
      counters.reassignTenant(tenant);
      firewallLog.reassignTenant(tenant);
      pipeline.reassignTenant(tenant);
    }
    for (int tunnel : tables.reassignedTunnels()) {
      counters.reassignTunnel(tunnel);
    }
    // Tunnels' health changes often, and neighbours are many.
    if (this.tables == null || this.tables.neighbours() != tables.neighbours()) {
      neighbourDuty.configure(tables);
    }
    runningGeneration = tables.generation();
  }

  private int turn(ForwardingTables tables, long nowNs) {
    int received = 0;
    neighbourDuty.tick(nowNs, tables);
    probeDuty.tick(nowNs, tables);
    hostDuty.tick(tables);
    for (int port = 0; port < receiveQueues.length; port++) {
      RxQueue queue = receiveQueues[port];
      if (queue != null) {
        received += receive(queue, port, tables, nowNs);
      }
    }
    if (handover != null) {
      received += takeOver(tables, nowNs);
      sendForOthers();
    }
    return received;
  }

  /** From each other worker at most as much as it may have received in a turn. */
  private int takeOver(ForwardingTables tables, long nowNs) {
    int taken = 0;
    HandoverRing[] incoming = handover.incoming();
    for (int other = 0; other < incoming.length; other++) {
      for (int n = 0; n < receiveQueues.length && handover.isDue(other); n++) {
        meters.begin();
        int count = handover.take(incoming[other], batch);
        if (count == 0) {
          break;
        }
        meters.end(Stage.TAKE_OVER, count, 0);
        process(incoming[other].port(), tables, nowNs);
        taken += count;
      }
      handover.endTurn(other);
    }
    return taken;
  }

  private int receive(RxQueue queue, int port, ForwardingTables tables, long nowNs) {
    meters.begin();
    int count = queue.receive(burst);
    if (count == 0) {
      return 0;
    }
    batch.beginReceived(count);
    meters.end(Stage.RECEIVE, count, 0);
    pipeline.noteBurst(count, BURST, tables, nowNs);
    int filled = handover != null ? exchange(count, port, tables) : 0;
    if (batch.count() > 0) {
      process(port, tables, nowNs);
    }
    return count + filled;
  }

  /** Passes on what is another's of a burst, and takes what another had of ours in its place. */
  private int exchange(int received, int port, ForwardingTables tables) {
    meters.end(Stage.DISTRIBUTION, received, handover.pass(batch, port, tables.own()));
    int filled = handover.fill(batch, port);
    if (filled > 0) {
      meters.end(Stage.TAKE_OVER, filled, 0);
    }
    return filled;
  }

  /** Takes a batch that came in by a port through to its end. */
  private void process(int port, ForwardingTables tables, long nowNs) {
    pipeline.process(batch, port, tables, nowNs);
    Fragments fragments = pipeline.fragments();
    int refused = transmitQueues.process(batch, burst, fragments);
    counters.count(batch);
    if (fragments.count() > 0) {
      counters.count(batch, fragments);
    }
    meters.end(Stage.TRANSMIT, batch.count(), refused);
  }

  /** Sends the probes that are due at another time than that of its turns: for the warm-up. */
  void tickProbes(long nowNs) {
    probeDuty.tick(nowNs, tables);
  }

  /** Publishes tables, which the worker picks up before its next turn. */
  void publish(ForwardingTables tables) {
    published = tables;
  }

  /** Generation of the tables it works with: 0 before the first turn. */
  public long runningGeneration() {
    return runningGeneration;
  }

  /** Makes it end after the turn it is in. */
  void stop() {
    stopping = true;
  }

  /** Frees what others passed here after it ended. Its thread has. */
  void abandonHandover() {
    if (handover != null) {
      handover.abandon();
    }
    if (sharedTransmit != null) {
      sharedTransmit.abandon();
    }
  }

  /** What broke it, or null. */
  public Throwable failure() {
    return failure;
  }

  public int index() {
    return index;
  }

  public int core() {
    return core;
  }

  public Counters counters() {
    return counters;
  }

  public StageMeters meters() {
    return meters;
  }

  /** The time between its turns. */
  public PollGaps gaps() {
    return gaps;
  }
}
