package io.breakwater.perf.bench;

import io.breakwater.config.Appliance;
import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.dpdk.Cycles;
import io.breakwater.dpdk.DpdkThread;
import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.Port;
import io.breakwater.dpdk.RxQueue;
import io.breakwater.dpdk.TxQueue;
import io.breakwater.perf.traffic.Workload;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.pipeline.Counters;
import io.breakwater.workers.pipeline.ForwardingCompiler;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.pipeline.StageMeters;
import io.breakwater.workers.pipeline.StageMeters.Stage;
import io.breakwater.workers.stage.DestinationLookup;
import io.breakwater.workers.stage.EgressOutput;
import io.breakwater.workers.stage.EthernetInput;
import io.breakwater.workers.stage.Ipv4Input;
import io.breakwater.workers.stage.NeighbourListener;
import io.breakwater.workers.stage.PlainIpv4Input;
import io.breakwater.workers.table.NeighbourKey;
import io.breakwater.workers.table.NeighbourTable;
import io.breakwater.workers.worker.Worker;
import java.util.List;

/**
 * Plain forwarding: the appliance's own stages, put together to a router without tunnels, on one
 * core and one port.
 *
 * <pre>
 * PlainIpv4Input (EthernetInput, Ipv4Input) -- DestinationLookup -- EgressOutput
 * </pre>
 *
 * <p>The appliance forwards nothing without a tunnel on either side; this is what compares with the
 * forwarding of other systems. All packets are sent on: the frames of a benchmark are good, and
 * what would not be sent is freed and shows as dropped.
 */
final class ForwardSubject implements Subject, Runnable {

  private static final int DELIVERED = Fate.DELIVERED.code();
  private static final int TENANTS_MAX = 4_096;

  private final PacketMemory memory;
  private final PacketPool pool;
  private final RxQueue receiveQueue;
  private final TxQueue transmitQueue;
  private final ForwardingTables tables;
  private final NeighbourTable neighbours;
  private final int core;
  private final Thread thread = new Thread(this, "forward");

  private final PlainIpv4Input input = new PlainIpv4Input(Worker.BURST);
  private final EthernetInput ethernetInput = new EthernetInput(Worker.BURST);
  private final Ipv4Input ipv4Input = new Ipv4Input(Worker.BURST);
  private final PacketList valid = new PacketList(Worker.BURST);
  private final DestinationLookup lookup = new DestinationLookup(Worker.BURST);
  private final EgressOutput output = new EgressOutput(Worker.BURST, false);
  private final PacketBurst burst = new PacketBurst(Worker.BURST);
  private final Batch batch = new Batch(burst.records());
  private final Counters counters = new Counters(TENANTS_MAX, 1);
  private final StageMeters meters = new StageMeters(Cycles::now);

  private volatile boolean stopping;

  /** Forwarding has one worker: only what the appliance itself does is measured on several. */
  static ForwardSubject onFirstCore(
      Appliance configuration, Port port, PacketPool pool, List<Integer> cores) {
    return new ForwardSubject(configuration, port, pool, cores.getFirst());
  }

  private ForwardSubject(Appliance configuration, Port port, PacketPool pool, int core) {
    Slots slots = new Slots(configuration.limits());
    this.memory = PacketMemory.install(pool.memory());
    this.pool = pool;
    this.core = core;
    receiveQueue = port.rxQueue(0);
    transmitQueue = port.txQueue(0);
    tables = new ForwardingCompiler(slots, new long[] {Workload.OWN_MAC}).compile(configuration);
    neighbours = new NeighbourTable(tables.neighbours().length, 0);
    for (int slot = 0; slot < tables.neighbours().length; slot++) {
      NeighbourKey key = tables.neighbours()[slot];
      if (key != null) {
        neighbours.put(slot, key.port(), key.ipv6(), key.high(), key.low());
        neighbours.resolve(slot, key.pinnedMac());
      }
    }
    thread.setPriority(Thread.MAX_PRIORITY);
    thread.start();
  }

  @Override
  public void run() {
    CpuAffinity.pin(core);
    DpdkThread.register();
    while (!stopping) {
      turn();
    }
    DpdkThread.unregister();
  }

  private void turn() {
    meters.begin();
    int count = receiveQueue.receive(burst);
    batch.beginReceived(count);
    meters.end(Stage.RECEIVE, count, 0);
    input.process(memory, batch, tables.ports()[0], tables.own(), tables.dropBogons());
    meters.end(Stage.PLAIN_INPUT, count, 0);
    lookup.clear();
    lookup.processIpv4(batch, input.plain, tables.ipv4Destinations());
    if (!input.others.isEmpty()) {
      validateOthers();
    }
    meters.end(Stage.DESTINATION_LOOKUP, count, 0);
    output.clear();
    output.process(
        memory,
        batch,
        lookup.tenants,
        tables.nextHops(),
        neighbours,
        Silence.INSTANCE,
        tables.ports());
    meters.end(Stage.EGRESS, count, 0);
    send(count);
    counters.count(batch);
    meters.end(Stage.TRANSMIT, count, 0);
  }

  /** A source whose hash is that of an own address, one in thousands, is not plain. */
  private void validateOthers() {
    ethernetInput.process(memory, batch, input.others, tables.ports()[0]);
    valid.clear();
    ipv4Input.process(memory, batch, ethernetInput.ipv4, valid, tables.own(), tables.dropBogons());
    lookup.processIpv4(batch, valid, tables.ipv4Destinations());
  }

  /** Sends all packets if all are to be sent, as they are in a benchmark; else frees all. */
  private void send(int count) {
    boolean allDelivered = true;
    for (int i = 0; i < count; i++) {
      allDelivered &= batch.fate(i) == DELIVERED;
    }
    int sent = allDelivered ? transmitQueue.transmit(burst, count) : 0;
    if (sent < count) {
      pool.free(burst, sent, count - sent);
      for (int i = sent; i < count; i++) {
        batch.setFate(i, Fate.CONSUMED.code());
      }
    }
  }

  @Override
  public List<Lane> lanes() {
    return List.of(new Lane(thread, counters, meters));
  }

  @Override
  public int tenantSlots() {
    return TENANTS_MAX;
  }

  @Override
  public void stop() throws InterruptedException {
    stopping = true;
    thread.join();
  }

  /** Nobody learns of neighbours: the only one is pinned. */
  private enum Silence implements NeighbourListener {
    INSTANCE;

    @Override
    public void answered(int port, boolean ipv6, long high, long low, long mac) {}

    @Override
    public void asked(int port, boolean ipv6, long high, long low, long mac) {}

    @Override
    public void wanted(int port, boolean ipv6, long high, long low) {}
  }
}
