package io.breakwater.workers.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Appliance;
import io.breakwater.dpdk.Eal;
import io.breakwater.dpdk.EalOptions;
import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.Port;
import io.breakwater.dpdk.PortPair;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.pipeline.Counters;
import io.breakwater.workers.pipeline.ForwardingCompiler;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.table.FlowSpread;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two workers of which only the first receives: what it hands over leaves by the other's queue, so
 * that the generator sees who did what. The warm-up's configuration and packets.
 */
@Tag("dpdk")
class DistributionDpdkTest {

  private static final int WORKERS = 2;
  private static final long TIMEOUT_NS = 60_000_000_000L;
  private static final int FLOWS = 200;
  private static final int IN_FLIGHT_MAX = 500;

  /**
   * Where a test writes a flow's number, the packet's, and {@link #MARK}: in the payload behind a
   * UDP header.
   */
  private static final int MARK_BYTES = 12;

  /** It is the test's packet: the workers send probes of their own. */
  private static final int MARK = 0x6d61726b;

  private static Eal eal;
  private static PacketPool pool;
  private static PacketMemory memory;

  private final PacketBurst burst = new PacketBurst(Worker.BURST);
  private final PacketBurst returned = new PacketBurst(Worker.BURST);
  private final SpreadModes modes = new SpreadModes(1);
  private PortPair ports;
  private WorkerGroup group;
  private ForwardingTables tables;

  /** The worker that sent each flow's packets, and the number of the last one. */
  private final Map<Integer, Integer> workerByFlow = new HashMap<>();

  private final Map<Integer, Integer> lastByFlow = new HashMap<>();
  private final int[] sentByWorker = new int[WORKERS];

  @BeforeAll
  static void startDpdk() {
    eal = Eal.start(EalOptions.of("bw-distribution-test", 128));
    pool = PacketPool.create("packets", 16_383, 2_048, 256);
    memory = PacketMemory.install(pool.memory());
  }

  @AfterAll
  static void stopDpdk() {
    pool.close();
    eal.close();
  }

  @BeforeEach
  void openPorts() {
    openPorts("pair", WORKERS);
  }

  private void openPorts(String name, int queues) {
    ports = PortPair.create(name, queues, 4_096, pool);
    ports.first().start();
    ports.second().start();
    Appliance configuration = OnePort.ofWarmUp();
    var slots = new Slots(configuration.limits());
    group =
        new WorkerGroup(
            List.of(0, 1),
            List.of(ports.second()),
            pool,
            slots,
            configuration.limits(),
            new FlowSpread(WORKERS, FlowSpread.PLACES_MAX),
            modes,
            HostRings.none());
    var compiler = new ForwardingCompiler(slots, new long[] {ports.second().mac()});
    tables = compiler.compile(configuration);
  }

  @Test
  void shouldShareFlowsKeepTheirOrderAndJoinTheirDirections() throws InterruptedException {
    group.start(tables, TIMEOUT_NS);
    modes.set(0, SpreadModes.Mode.EVERYTHING);
    Random random = new Random(1);
    int sent = 0;
    for (int number = 0; number < 100; number++) {
      for (int first = 0; first < FLOWS; first += 50) {
        byte[][] frames = new byte[50][];
        for (int i = 0; i < frames.length; i++) {
          frames[i] = random.nextBoolean() ? toTenant(first + i, number) : reply(first + i, number);
        }
        sent += send(frames);
        // No more under way than the rings hold, however slow this machine is.
        await(sent - IN_FLIGHT_MAX);
        collect();
      }
    }
    await(sent);
    group.stop();
    collect();

    assertEquals(FLOWS, workerByFlow.size());
    assertEquals(sent, sentByWorker[0] + sentByWorker[1], this::fates);
    for (int worker = 0; worker < WORKERS; worker++) {
      Counters counters = group.workers().get(worker).counters();
      assertEquals(sentByWorker[worker], counters.received());
      assertTrue(
          sentByWorker[worker] > sent / 3,
          "worker=%d sent=%d of=%d".formatted(worker, sentByWorker[worker], sent));
    }
  }

  @Test
  void shouldHandOverOnlyWhatComesOutOfTunnelsWhereTheNicSpreadsTheRest()
      throws InterruptedException {
    group.start(tables, TIMEOUT_NS);
    modes.set(0, SpreadModes.Mode.TUNNELLED);
    int sent = 0;
    for (int first = 0; first < FLOWS; first += 50) {
      byte[][] frames = new byte[50][];
      for (int i = 0; i < frames.length; i++) {
        frames[i] = toTenant(first + i, 0);
      }
      sent += send(frames);
    }
    await(sent);
    collect();
    assertEquals(sent, sentByWorker[0]);

    workerByFlow.clear();
    sent += send(IntStream.range(0, 50).mapToObj(flow -> reply(flow, 1)).toArray(byte[][]::new));
    await(sent);
    group.stop();
    collect();
    assertTrue(sentByWorker[1] > 10, "sent=" + sentByWorker[1]);
  }

  /** A worker that stands still costs its own flows only, and what did not fit is counted. */
  @Test
  void shouldDropWhatASlowWorkerDoesNotTakeAndGoOnWithTheRest() {
    modes.set(0, SpreadModes.Mode.EVERYTHING);
    group.workers().forEach(worker -> worker.publish(tables));
    Worker running = group.workers().getFirst();
    int capacity = HandoverRings.capacity(WORKERS, pool.capacity());
    int sent = 0;
    long timeNs = 1_000;
    for (int turn = 0; turn < 200; turn++) {
      byte[][] frames = new byte[50][];
      for (int i = 0; i < frames.length; i++) {
        frames[i] = toTenant((turn * 50 + i) % FLOWS, turn);
      }
      sent += send(frames);
      running.step(0, timeNs += 1_000);
      collect();
    }
    int own = sentByWorker[0];
    assertEquals(0, sentByWorker[1]);
    long dropped = running.counters().fates(0, DropReason.WORKER_QUEUE_FULL.code());
    assertEquals(sent - own - capacity, dropped);
    assertEquals(own + dropped, running.counters().received());
    assertTrue(own > sent / 3, "own=%d sent=%d".formatted(own, sent));

    Worker slow = group.workers().get(1);
    for (int turn = 0; turn < capacity / Worker.BURST; turn++) {
      slow.step(0, timeNs += 1_000);
      collect();
    }
    assertEquals(capacity, sentByWorker[1]);
    assertEquals(capacity, slow.counters().received());
  }

  /** What is between workers when they are told to stop goes its way. */
  @Test
  void shouldTakeWhatWasHandedOverBeforeItStops() throws InterruptedException {
    group.start(tables, TIMEOUT_NS);
    modes.set(0, SpreadModes.Mode.EVERYTHING);
    int sent = 0;
    for (int turn = 0; turn < 40; turn++) {
      byte[][] frames = new byte[50][];
      for (int i = 0; i < frames.length; i++) {
        frames[i] = toTenant((turn * 50 + i) % FLOWS, turn);
      }
      sent += send(frames);
    }
    group.stop();
    collect();
    long received =
        group.workers().stream().mapToLong(worker -> worker.counters().received()).sum();
    assertEquals(received, sentByWorker[0] + sentByWorker[1]);
    assertTrue(received <= sent);
    for (Worker worker : group.workers()) {
      assertNull(worker.failure());
      assertEquals(0, worker.counters().fates(0, Fate.UNDECIDED));
    }
  }

  /** A device with one queue has one to send, too: the first worker's, who sends for the other. */
  @Test
  void shouldSendForAWorkerThatHasNoQueue() throws InterruptedException {
    group.stop();
    ports.close();
    openPorts("single", 1);
    group.start(tables, TIMEOUT_NS);
    modes.set(0, SpreadModes.Mode.EVERYTHING);
    int sent = 0;
    for (int number = 0; number < 50; number++) {
      for (int first = 0; first < FLOWS; first += 50) {
        byte[][] frames = new byte[50][];
        for (int i = 0; i < frames.length; i++) {
          frames[i] = toTenant(first + i, number);
        }
        sent += send(frames);
        await(sent - IN_FLIGHT_MAX);
        collect();
      }
    }
    await(sent);
    group.stop();
    collect();
    assertEquals(sent, sentByWorker[0], this::fates);
    assertEquals(FLOWS, workerByFlow.size());
    assertTrue(group.workers().get(1).counters().received() > sent / 3, fates());
  }

  @AfterEach
  void shouldGiveAllBuffersBack() throws InterruptedException {
    group.stop();
    ports.close();
    assertEquals(0, pool.inUse());
  }

  /** What each worker counted, by fate and reason. */
  private String fates() {
    StringBuilder text = new StringBuilder();
    for (Worker worker : group.workers()) {
      for (int code = 0; code < Fate.CODES; code++) {
        for (int tenant = 0; tenant < 16; tenant++) {
          long packets = worker.counters().fates(tenant, code);
          if (packets > 0) {
            String name =
                code < DropReason.CODE_MIN ? "fate " + code : DropReason.ofCode(code).kebabName();
            text.append(
                "worker %d tenant %d %s: %d; ".formatted(worker.index(), tenant, name, packets));
          }
        }
      }
    }
    return text.toString();
  }

  private static byte[] toTenant(int flow, int number) {
    byte[] udp = mark(WarmUpPackets.udp(1_024 + flow * 7, 53, MARK_BYTES), flow, number);
    return frame(
        WarmUpPackets.ipv4(WarmUpPackets.CLIENT, WarmUpPackets.TENANT, 64, WarmUpPackets.UDP, udp));
  }

  private static byte[] reply(int flow, int number) {
    byte[] udp = mark(WarmUpPackets.udp(53, 1_024 + flow * 7, MARK_BYTES), flow, number);
    byte[] inner =
        WarmUpPackets.ipv4(WarmUpPackets.TENANT, WarmUpPackets.CLIENT, 64, WarmUpPackets.UDP, udp);
    return frame(WarmUpPackets.tunnelled(WarmUpPackets.gre(0x0800, inner)));
  }

  private static byte[] mark(byte[] udp, int flow, int number) {
    ByteBuffer.wrap(udp).putInt(8, flow).putInt(12, number).putInt(16, MARK);
    return udp;
  }

  private static byte[] frame(byte[] packet) {
    // The port's address is written when it is sent.
    return WarmUpPackets.frame(0, 0x0800, packet);
  }

  private int send(byte[]... frames) {
    int count = 0;
    for (byte[] frame : frames) {
      int buffer = pool.allocate();
      int at = pool.frame(buffer);
      memory.write(at, frame, 0, frame.length);
      memory.setU48(at, ports.second().mac());
      burst.set(count++, buffer, at, frame.length);
    }
    assertEquals(count, ports.first().txQueue(0).transmit(burst, count));
    return count;
  }

  /** Takes what the workers sent: each by its own queue. */
  private void collect() {
    for (int worker = 0; worker < ports.first().rxQueues(); worker++) {
      for (int count = receive(ports.first(), worker);
          count > 0;
          count = receive(ports.first(), worker)) {
        for (int i = 0; i < count; i++) {
          int end = returned.frame(i) + returned.length(i);
          if (memory.i32(end - 4) != MARK) {
            continue;
          }
          int flow = memory.i32(end - MARK_BYTES);
          int number = memory.i32(end - MARK_BYTES + 4);
          Integer before = workerByFlow.put(flow, worker);
          assertTrue(before == null || before == worker, "flow=" + flow);
          Integer last = lastByFlow.put(flow, number);
          assertTrue(last == null || last <= number, "flow=%d number=%d".formatted(flow, number));
          sentByWorker[worker]++;
        }
        pool.free(returned, 0, count);
      }
    }
  }

  private int receive(Port port, int queue) {
    return port.rxQueue(queue).receive(returned);
  }

  private void await(int received) {
    long endNs = System.nanoTime() + TIMEOUT_NS;
    while (group.workers().stream().mapToLong(worker -> worker.counters().received()).sum()
        < received) {
      assertTrue(System.nanoTime() - endNs < 0, "the workers did not receive all");
      collect();
      Thread.onSpinWait();
    }
  }
}
