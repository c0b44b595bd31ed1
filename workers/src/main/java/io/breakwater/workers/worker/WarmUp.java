package io.breakwater.workers.worker;

import io.breakwater.config.Appliance;
import io.breakwater.config.IpAddress;
import io.breakwater.dpdk.Cycles;
import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.PacketRing;
import io.breakwater.dpdk.Port;
import io.breakwater.dpdk.PortPair;
import io.breakwater.workers.packet.Icmp;
import io.breakwater.workers.packet.Icmpv6;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.pipeline.ForwardingCompiler;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.stage.ProbeMessage;
import io.breakwater.workers.table.FlowSpread;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;

/**
 * Drives the whole packet path with synthetic frames until HotSpot has compiled it: before a port
 * goes up, so that real traffic meets neither cold code nor a branch that was never taken and has
 * to be compiled anew.
 *
 * <p>A worker like those to come runs on two in-memory ports that differ in all they can, with a
 * configuration of its own. The frames take every stage's every way, the attacks' as well ({@link
 * WarmUpBursts}); time runs fast, and queues overflow. {@code bench onset} shows whether anything
 * is left that an attack meets first.
 *
 * <p>Used once by the control thread, on that thread. What remains is compiled code; ports,
 * counters and buffers are gone.
 */
public final class WarmUp {

  /**
   * Packets at least: HotSpot compiles a loop at its second tier after 40,000 iterations or so,
   * stage by stage.
   */
  private static final long PACKETS_MIN = 2_000_000;

  /**
   * Compiled is what has not kept the compiler busy for so long. The first frames are for the hot
   * loops, which are compiled early: it does not pay to wait for what is rare in them, as it is
   * frequent in those that follow.
   */
  private static final long CLEAN_QUIET_NS = 50_000_000L;

  private static final long MIXED_QUIET_NS = 300_000_000L;

  private static final int RING_SIZE = 256;
  private static final int[] NO_VLAN = {};
  private static final int[] VLAN = {WarmUpConfiguration.VLAN};
  private static final int HOST_RING_SIZE = 64;
  private static final int KERNEL_FRAME_BYTES = 60;

  /** The kernel sends a frame once in so many turns. */
  private static final int TURNS_PER_KERNEL_FRAME = 16;

  private static final int WORKERS_MAX = 2;

  /** Turns after which the workers hand each other something else. */
  private static final int MODE_TURNS = 16;

  /**
   * A worker that has never taken up new tables does so in the interpreter, and its loop has to be
   * compiled anew: half a millisecond in which it polls nothing, at the first reload.
   */
  private static final int TURNS_PER_RELOAD = 64;

  /**
   * The worker is given a time of its own, so that what it meets does not depend on the machine.
   */
  private static final long TURN_NS = 1_000;

  /**
   * Timers of neighbours are of seconds, and limits of a second: so long time makes leaps, and
   * timers run out; then for as long it does not, and limits are used up, and tables overflow.
   */
  private static final int HASTE_TURNS = 4_096;

  private static final int HASTE_PERIOD = 256;
  private static final long HASTE_NS = 1_100_000_000L;

  /** One leap in so many is long enough for all dynamic neighbours to be forgotten. */
  private static final int LEAPS_PER_LONG_LEAP = 8;

  private static final long LONG_LEAP_NS = 60_000_000_000L;

  /** The second port is sent something once in so many turns: first seldom, then more often. */
  private static final int CLEAN_TURNS_PER_SECOND_PORT = 256;

  private static final int MIXED_TURNS_PER_SECOND_PORT = 8;

  /** Once in so many reloads private and documentation sources are dropped: as all are here. */
  private static final int RELOADS_PER_BOGONS_DROPPED = 32;

  /** Now and then nothing is taken from the worker for so many turns, until its queue is full. */
  private static final int JAM_TURNS = 8;

  private static final int JAM_PERIOD = 1_024;

  /**
   * And for so many turns a second worker takes nothing, until the ring that leads to it is full.
   */
  private static final int WORKER_JAM_TURNS = 96;

  private static final SpreadModes.Mode[] MODES = SpreadModes.Mode.values();

  /** Once in so many turns a tunnel is probed: on a clock of its own, since probes are rare. */
  private static final int TURNS_PER_PROBE = 4;

  private static final long PROBE_NS = 100_000_000L;

  private final PacketPool pool;
  private final PacketMemory memory;
  private final BooleanSupplier stopping;
  private final List<WarmUpLink> links;
  private final WorkerGroup group;
  private final List<Worker> workers;
  private final SpreadModes spreadModes = new SpreadModes(2);
  private final ForwardingTables[] reloads = new ForwardingTables[5];
  private final ForwardingTables bogonsDropped;
  private final WarmUpBursts bursts;

  /** The kernel's side of the port, with nobody behind it. */
  private final HostRings hostRings;

  private final byte[][] burst = new byte[Worker.BURST][];
  private final PacketBurst outgoing = new PacketBurst(Worker.BURST);
  private final PacketBurst returned = new PacketBurst(HOST_RING_SIZE);

  private long probeTimeNs;
  private long timeNs = new TscClock(Cycles.perSecond()).ns(Cycles.now());

  private WarmUp(
      PacketPool pool,
      List<PortPair> pairs,
      HostRings hostRings,
      int workerCount,
      BooleanSupplier stopping) {
    this.pool = pool;
    this.hostRings = hostRings;
    this.stopping = stopping;
    this.memory = PacketMemory.install(pool.memory());
    List<Port> ports = pairs.stream().map(PortPair::second).toList();
    long mac = ports.getFirst().mac();
    links =
        List.of(
            new WarmUpLink(pool, memory, pairs.get(0), workerCount, RING_SIZE, mac, NO_VLAN),
            new WarmUpLink(pool, memory, pairs.get(1), workerCount, RING_SIZE, mac, VLAN));
    Appliance configuration = WarmUpConfiguration.make();
    var slots = new Slots(configuration.limits());
    var compiler = new ForwardingCompiler(slots, ports.stream().mapToLong(Port::mac).toArray());
    reloads[0] = compiler.compile(configuration);
    reloads[1] = varied(compiler.compile(configuration), new int[] {1}, false);
    bogonsDropped = varied(reloads[0], new int[0], true);
    reloads[2] = reloads[0];
    // Encapsulation takes a shorter way as long as no tunnel is over IPv6 or has a checksum.
    reloads[3] = compiler.compile(WarmUpConfiguration.makeWithPlainTunnels());
    // Without any firewall the packets go by their stage.
    reloads[4] = compiler.compile(WarmUpConfiguration.makeWithoutFirewalls());
    learnKernelFlows();
    group =
        new WorkerGroup(
            Collections.nCopies(workerCount, 0),
            ports,
            pool,
            slots,
            configuration.limits(),
            new FlowSpread(workerCount, FlowSpread.PLACES_MAX),
            spreadModes,
            hostRings);
    group.protection().tcpStates().endLearning();
    workers = group.workers();
    publish(reloads[0]);
    bursts =
        new WarmUpBursts(mac, reloads[0].own(), answer(Icmp.ECHO_REPLY), answer(Icmpv6.ECHO_REPLY));
  }

  /** So that some segments belong to connections of the kernel's. */
  private void learnKernelFlows() {
    var flows = hostRings.flows();
    int own = (int) IpAddress.parse(WarmUpConfiguration.OWN_IPV4).low();
    int peer = (int) IpAddress.parse(WarmUpPackets.CLIENT).low();
    IpAddress ownIpv6 = IpAddress.parse(WarmUpConfiguration.OWN_IPV6);
    IpAddress peerIpv6 = IpAddress.parse(WarmUpPackets.CLIENT_IPV6);
    for (int port : new int[] {22, 179}) {
      flows.learn(flows.ipv4(own, peer, port, WarmUpOwnFrames.KNOWN_PORT), 0);
      flows.learn(
          flows.ipv6(
              ownIpv6.high(),
              ownIpv6.low(),
              peerIpv6.high(),
              peerIpv6.low(),
              port,
              WarmUpOwnFrames.KNOWN_PORT),
          0);
    }
  }

  private void publish(ForwardingTables tables) {
    workers.forEach(worker -> worker.publish(tables));
  }

  /** A reload that gives a tenant's and a tunnel's slot to others is the longest for a worker. */
  private static ForwardingTables varied(
      ForwardingTables tables, int[] reassigned, boolean dropBogons) {
    return new ForwardingTables(
        tables.generation(),
        tables.ipv4Destinations(),
        tables.ipv6Destinations(),
        tables.own(),
        tables.tunnels(),
        tables.fit(),
        tables.tunnelIndex(),
        tables.tenantByTunnel(),
        tables.egressByTenant(),
        tables.protection(),
        tables.firewalls(),
        tables.nextHops(),
        tables.neighbours(),
        tables.ports(),
        reassigned,
        reassigned,
        tables.host(),
        tables.probes(),
        dropBogons);
  }

  /** The ICMP message of an answer to a probe. */
  private byte[] answer(int type) {
    int buffer = pool.allocate();
    int at = pool.frame(buffer);
    group.probeMessage().write(memory, at, type, 1, 1, timeNs, 0);
    byte[] message = new byte[ProbeMessage.ICMP_BYTES];
    memory.read(at, message, 0, message.length);
    outgoing.set(0, buffer, at, message.length);
    pool.free(outgoing, 0, 1);
    return message;
  }

  /**
   * What it took.
   *
   * @param compiled false when it ended before that
   */
  public record Result(long packets, long elapsedNs, boolean compiled) {}

  /** The same for an appliance with one worker. */
  public static Result run(PacketPool pool, long timeoutNs) {
    return run(pool, timeoutNs, 1);
  }

  /**
   * Runs until all is compiled, or the time is used up.
   *
   * @param pool whose memory the packets are in: all its buffers are returned
   * @param workers of the appliance: two are enough to warm up what several hand to each other
   */
  public static Result run(PacketPool pool, long timeoutNs, int workers) {
    return run(pool, timeoutNs, workers, () -> false);
  }

  /**
   * Runs until all is compiled, the time is used up, or it is not wanted any more.
   *
   * @param pool whose memory the packets are in: all its buffers are returned
   * @param workers of the appliance: two are enough to warm up what several hand to each other
   * @param stopping asked in each turn
   */
  public static Result run(PacketPool pool, long timeoutNs, int workers, BooleanSupplier stopping) {
    int count = Math.min(workers, WORKERS_MAX);
    try (PortPair first = PortPair.create("warm-up", count, RING_SIZE, pool);
        PortPair second = PortPair.create("warm-up-2", count, RING_SIZE, pool)) {
      List<Port> ports = List.of(first.first(), first.second(), second.first(), second.second());
      ports.forEach(Port::start);
      boolean[] hasInterface = {true, false};
      try (HostRings host =
          HostRings.create("warm-up-host", pool, hasInterface, count, HOST_RING_SIZE)) {
        return new WarmUp(pool, List.of(first, second), host, count, stopping).drive(timeoutNs);
      } finally {
        ports.forEach(Port::stop);
      }
    }
  }

  private Result drive(long timeoutNs) {
    long startNs = System.nanoTime();
    // First nearly clean traffic: HotSpot lays the hot loops out for it, and has yet seen every
    // branch taken, so that none is a trap. Only then the mix that compiles the rest.
    Result clean =
        drive(bursts::nearlyClean, CLEAN_TURNS_PER_SECOND_PORT, CLEAN_QUIET_NS, timeoutNs / 2);
    Result mixed = drive(bursts::mixed, MIXED_TURNS_PER_SECOND_PORT, MIXED_QUIET_NS, timeoutNs / 2);
    return new Result(
        clean.packets + mixed.packets,
        System.nanoTime() - startNs,
        clean.compiled && mixed.compiled);
  }

  private Result drive(
      ToIntFunction<byte[][]> filling, int turnsPerSecondPort, long quietNs, long timeoutNs) {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    long startNs = System.nanoTime();
    long quietSinceNs = startNs;
    long compilationMs = compiler.getTotalCompilationTime();
    long packets = 0;
    for (int turn = 0; true; turn++) {
      if (turn / HASTE_TURNS % 2 == 0 && turn % HASTE_PERIOD == 0) {
        boolean isLong = turn / HASTE_PERIOD % LEAPS_PER_LONG_LEAP == 0;
        timeNs += isLong ? LONG_LEAP_NS : HASTE_NS;
      }
      if (turn % TURNS_PER_RELOAD == 0) {
        int reload = turn / TURNS_PER_RELOAD;
        boolean dropping = reload % RELOADS_PER_BOGONS_DROPPED == RELOADS_PER_BOGONS_DROPPED - 1;
        publish(dropping ? bogonsDropped : reloads[reload % reloads.length]);
        group.drainProbeAnswers((tunnel, sequence, roundTripNs) -> {});
        group.drainFirewallLogs(packet -> {});
      }
      if (turn % TURNS_PER_PROBE == 1) {
        probeTimeNs += PROBE_NS;
        workers.getFirst().tickProbes(probeTimeNs);
      }
      if (turn % TURNS_PER_KERNEL_FRAME == 0) {
        sendAsKernel();
      }
      for (int port = 0; port < links.size(); port++) {
        spreadModes.set(port, MODES[turn / MODE_TURNS % MODES.length]);
      }
      boolean second = turn % turnsPerSecondPort == turnsPerSecondPort - 1;
      packets += links.get(second ? 1 : 0).send(burst, filling.applyAsInt(burst));
      timeNs += TURN_NS;
      workers.getFirst().step(Cycles.now(), timeNs);
      if (turn % JAM_PERIOD >= JAM_TURNS) {
        drain();
      }
      if (turn % JAM_PERIOD >= WORKER_JAM_TURNS) {
        stepOthers();
      }
      long nowNs = System.nanoTime();
      if (compiler.getTotalCompilationTime() != compilationMs) {
        compilationMs = compiler.getTotalCompilationTime();
        quietSinceNs = nowNs;
      }
      boolean compiled = packets >= PACKETS_MIN && nowNs - quietSinceNs > quietNs;
      if (compiled || nowNs - startNs > timeoutNs || stopping.getAsBoolean()) {
        workers.forEach(Worker::abandonHandover);
        drain();
        return new Result(packets, nowNs - startNs, compiled);
      }
    }
  }

  /** Whatever is in it: nobody looks. */
  private void sendAsKernel() {
    int buffer = pool.allocate();
    if (buffer >= 0) {
      outgoing.set(0, buffer, pool.frame(buffer), KERNEL_FRAME_BYTES);
      if (hostRings.fromHost(0).offer(outgoing, 1) == 0) {
        pool.free(outgoing, 0, 1);
      }
    }
  }

  /** Lets the workers that receive nothing themselves take what the first one hands them. */
  private void stepOthers() {
    for (int i = 1; i < workers.size(); i++) {
      workers.get(i).step(Cycles.now(), timeNs);
    }
  }

  /** Frees what the workers have sent out, and what they had for the kernel. */
  private void drain() {
    links.forEach(WarmUpLink::drain);
    for (int i = 0; i < workers.size(); i++) {
      PacketRing toHost = hostRings.toHost(i)[0];
      for (int count = toHost.dequeue(returned); count > 0; count = toHost.dequeue(returned)) {
        pool.free(returned, 0, count);
      }
    }
  }
}
