package io.breakwater.workers.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Appliance;
import io.breakwater.dpdk.Eal;
import io.breakwater.dpdk.EalOptions;
import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.PacketRing;
import io.breakwater.dpdk.PortPair;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.pipeline.Counters;
import io.breakwater.workers.pipeline.ForwardingCompiler;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.table.FlowSpread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two workers on a port with one queue and a host interface: the first receives for both and sends
 * for both. All buffers come back, and every packet has one fate, whatever arrives and whoever
 * stands still. Workers take turns on the test's thread, on a clock of the test's.
 */
@Tag("dpdk")
class HandoverBalanceDpdkTest {

  private static final int WORKERS = 2;
  private static final int HOST_RING = 64;
  private static final int WIRE_RING = 2_048;
  private static final int POOL = 16_383;

  private static Eal eal;
  private static PacketPool pool;
  private static PacketMemory memory;
  private static int tests;

  private final PacketBurst burst = new PacketBurst(Worker.BURST);
  private final Random random = new Random();
  private long seed;
  private PortPair wire;
  private HostRings host;
  private WorkerGroup group;
  private ForwardingTables tables;
  private Worker receiving;
  private Worker other;
  private long nowNs = 1_000_000_000L;

  @BeforeAll
  static void startDpdk() {
    eal = Eal.start(EalOptions.of("bw-balance-test", 128));
    pool = PacketPool.create("packets", POOL, 2_048, 0);
    memory = PacketMemory.install(pool.memory());
  }

  @AfterAll
  static void stopDpdk() {
    pool.close();
    eal.close();
  }

  @BeforeEach
  void open() {
    tests++;
    seed = System.nanoTime();
    random.setSeed(seed);
    wire = PortPair.create("balance" + tests, 1, WIRE_RING, pool);
    wire.first().start();
    wire.second().start();
    host = HostRings.create("balance" + tests, pool, new boolean[] {true}, WORKERS, HOST_RING);
    Appliance configuration = OnePort.ofWarmUp();
    var slots = new Slots(configuration.limits());
    var modes = new SpreadModes(1);
    modes.set(0, SpreadModes.Mode.EVERYTHING);
    group =
        new WorkerGroup(
            List.of(0, 1),
            List.of(wire.second()),
            pool,
            slots,
            configuration.limits(),
            new FlowSpread(WORKERS, FlowSpread.PLACES_MAX),
            modes,
            host);
    tables = new ForwardingCompiler(slots, new long[] {wire.second().mac()}).compile(configuration);
    group.workers().forEach(worker -> worker.publish(tables));
    receiving = group.workers().getFirst();
    other = group.workers().getLast();
    // The first writes the neighbour table: it has to have seen the tables first.
    turn(receiving);
    turn(other);
  }

  @AfterEach
  void shouldHaveAllBuffersBack() throws InterruptedException {
    for (int turn = 0; turn < 2 * WIRE_RING / Worker.BURST; turn++) {
      takeFromWire();
      takeForHost(0);
      takeForHost(1);
      turn(other);
      turn(receiving);
    }
    takeFromWire();
    group.stop();
    host.close();
    wire.close();
    assertEquals(0, pool.inUse(), () -> "seed=" + seed);
  }

  private void turn(Worker worker) {
    nowNs += 100_000;
    worker.step(0, nowNs);
  }

  private void send(List<byte[]> frames) {
    for (int i = 0; i < frames.size(); i++) {
      byte[] frame = frames.get(i);
      int buffer = pool.allocate();
      assertTrue(buffer >= 0, "the pool is empty");
      memory.write(pool.frame(buffer), frame, 0, frame.length);
      burst.set(i, buffer, pool.frame(buffer), frame.length);
    }
    assertEquals(frames.size(), wire.first().txQueue(0).transmit(burst, frames.size()));
  }

  private int takeFromWire() {
    int taken = 0;
    for (int count = wire.first().rxQueue(0).receive(burst);
        count > 0;
        count = wire.first().rxQueue(0).receive(burst)) {
      pool.free(burst, 0, count);
      taken += count;
    }
    return taken;
  }

  private int takeForHost(int worker) {
    PacketRing ring = host.toHost(worker)[0];
    int taken = 0;
    for (int count = ring.dequeue(burst); count > 0; count = ring.dequeue(burst)) {
      pool.free(burst, 0, count);
      taken += count;
    }
    return taken;
  }

  private byte[] frame(String destination, int protocol, byte[] payload) {
    byte[] packet = WarmUpPackets.ipv4(client(), destination, 64, protocol, payload);
    return WarmUpPackets.frame(wire.second().mac(), 0x0800, packet);
  }

  private String client() {
    return "198.18.%d.%d".formatted(random.nextInt(256), 1 + random.nextInt(250));
  }

  private List<byte[]> forTheHost(int count) {
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] segment = WarmUpPackets.tcp(1_024 + random.nextInt(60_000), 179, 0);
      frames.add(frame(WarmUpConfiguration.OWN_IPV4, WarmUpPackets.TCP, segment));
    }
    return frames;
  }

  private List<byte[]> forTheTenant(int count) {
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] datagram = WarmUpPackets.udp(1_024 + random.nextInt(60_000), 53, 18);
      frames.add(frame(WarmUpPackets.TENANT, WarmUpPackets.UDP, datagram));
    }
    return frames;
  }

  private static long counted(Counters counters, int code) {
    long packets = 0;
    for (int tenant = 0; tenant < 16; tenant++) {
      packets += counters.fates(tenant, code);
    }
    return packets;
  }

  private static long counted(Worker worker, DropReason reason) {
    return counted(worker.counters(), reason.code());
  }

  private long counted(int code) {
    return group.workers().stream().mapToLong(worker -> counted(worker.counters(), code)).sum();
  }

  private long received() {
    return group.workers().stream().mapToLong(worker -> worker.counters().received()).sum();
  }

  private void assertOneFateEach(long sent) {
    long decided = 0;
    for (int code = 0; code < Fate.CODES; code++) {
      decided += counted(code);
    }
    assertEquals(sent, received(), () -> "seed=" + seed);
    assertEquals(sent, decided, () -> "seed=" + seed);
    assertEquals(0, counted(Fate.UNDECIDED), () -> "seed=" + seed);
  }

  /** The kernel gets what either worker met, by that worker's own ring. */
  @Test
  void shouldGiveTheHostWhatEitherWorkerOwns() {
    int rounds = 20;
    int each = 32;
    int[] given = new int[WORKERS];
    for (int round = 0; round < rounds; round++) {
      send(forTheHost(each));
      nowNs += 1_000_000_000L;
      turn(receiving);
      turn(other);
      for (int worker = 0; worker < WORKERS; worker++) {
        given[worker] += takeForHost(worker);
      }
    }
    assertOneFateEach(rounds * each);
    assertEquals(rounds * each, counted(Fate.HOST.code()), () -> "seed=" + seed);
    for (int worker = 0; worker < WORKERS; worker++) {
      Counters counters = group.workers().get(worker).counters();
      assertEquals(counted(counters, Fate.HOST.code()), given[worker]);
      assertTrue(
          given[worker] > rounds * each / 4, "seed=%d given=%d".formatted(seed, given[worker]));
    }
  }

  /**
   * Nobody takes anything: not the kernel, not the wire, and the workers not from each other. The
   * rings fill up, what has no room is dropped for its reason, and buffers are left to receive.
   */
  @Test
  void shouldGoOnWhenAllRingsAreFullAtOnce() {
    int capacity = HandoverRings.capacity(WORKERS, POOL);
    int sent = 0;
    // First its own ring to the host and the wire, and the ring to the other worker.
    while (counted(receiving, DropReason.WORKER_QUEUE_FULL) < 200
        || counted(receiving, DropReason.TX_QUEUE_FULL) < 200
        || counted(receiving, DropReason.HOST_QUEUE_FULL) < 1) {
      sent += sendMixed();
      turn(receiving);
      assertTrue(sent < 200_000, () -> "it does not fill up: seed=" + seed);
    }
    // Then what the other lends, while the first stands still, and its own ring to the host.
    while (counted(other, DropReason.TX_QUEUE_FULL) < 200
        || counted(other, DropReason.HOST_QUEUE_FULL) < 1) {
      turn(other);
      sent += sendMixed();
      turn(receiving);
      assertTrue(sent < 400_000, () -> "it does not fill up: seed=" + seed);
    }
    // And the ring to the other once more.
    long before = counted(receiving, DropReason.WORKER_QUEUE_FULL);
    while (counted(receiving, DropReason.WORKER_QUEUE_FULL) < before + 200) {
      sent += sendMixed();
      turn(receiving);
    }
    int inRings = 2 * capacity + 2 * (HOST_RING - 1) + (WIRE_RING - 1);
    assertTrue(pool.inUse() >= inRings, () -> "inUse=" + pool.inUse() + " inRings=" + inRings);
    assertTrue(
        pool.inUse() <= HandoverRings.packetsMax(WORKERS, POOL) * 2 + 2 * HOST_RING + WIRE_RING,
        () -> "inUse=" + pool.inUse());
    assertTrue(pool.available() > POOL / 2, () -> "available=" + pool.available());

    takeFromWire();
    for (int turn = 0; turn < 3 * capacity / Worker.BURST; turn++) {
      turn(other);
      turn(receiving);
      takeFromWire();
    }
    assertOneFateEach(sent);
  }

  private int sendMixed() {
    List<byte[]> frames = forTheTenant(40);
    frames.addAll(forTheHost(8));
    send(frames);
    nowNs += 100_000_000L;
    return frames.size();
  }

  /** 100,000 frames of every kind, changed at random, with a worker that is slow now and then. */
  @Test
  void shouldKeepTheBalanceWithAnyFrames() {
    byte[] answer = new byte[32];
    var kinds = new WarmUpFrames(wire.second().mac(), tables.own(), answer, answer);
    List<byte[]> good = new ArrayList<>();
    kinds.cleanByKind().forEach(good::addAll);
    kinds.othersByKind().forEach(good::addAll);
    int sent = 0;
    while (sent < 100_000) {
      List<byte[]> frames = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        frames.add(changed(good.get(random.nextInt(good.size()))));
      }
      send(frames);
      sent += frames.size();
      turn(receiving);
      if (random.nextInt(4) > 0) {
        turn(other);
      }
      if (random.nextInt(4) > 0) {
        takeFromWire();
      }
      if (random.nextInt(4) > 0) {
        takeForHost(random.nextInt(WORKERS));
      }
    }
    for (int turn = 0; turn < HandoverRings.capacity(WORKERS, POOL) / 16; turn++) {
      turn(other);
      turn(receiving);
      takeFromWire();
    }
    assertOneFateEach(sent);
    assertTrue(other.counters().received() > sent / 10, () -> "seed=" + seed);
  }

  /** Cut off, with bytes replaced, or as it is. */
  private byte[] changed(byte[] good) {
    byte[] frame = good.clone();
    for (int changes = random.nextInt(4); changes > 0 && frame.length > 0; changes--) {
      frame[random.nextInt(Math.min(frame.length, 120))] = (byte) random.nextInt();
    }
    boolean cut = frame.length > 1 && random.nextInt(8) == 0;
    return cut ? Arrays.copyOf(frame, 1 + random.nextInt(frame.length - 1)) : frame;
  }
}
