package io.breakwater.workers.worker;

import io.breakwater.config.Appliance;
import io.breakwater.config.Fit;
import io.breakwater.config.IpAddress;
import io.breakwater.config.IpPrefix;
import io.breakwater.config.Limits;
import io.breakwater.config.OuterHeader;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.config.TunnelHealth;
import io.breakwater.dpdk.Cycles;
import io.breakwater.dpdk.Eal;
import io.breakwater.dpdk.EalOptions;
import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.PortPair;
import io.breakwater.workers.packet.Checksum;
import io.breakwater.workers.packet.Icmp;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.pipeline.ForwardingCompiler;
import io.breakwater.workers.pipeline.Slots;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What probing 10,000 tunnels costs the first worker: no test, and run by hand.
 *
 * <pre>
 * mvn verify -pl native,ffm-bindings,appliance-config,workers -Dtest=ProbeCostMeasurement \
 *     -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 *
 * <p>Probes leave in the groups that a round at four a second makes; answers come back straight, in
 * bursts of half as many, of which each costs a turn. The ticks with nothing due, which are most,
 * are taken off.
 */
@Tag("dpdk")
class ProbeCostMeasurement {

  private static final int TENANTS = 5_000;
  private static final int ROUNDS = 60_000;

  /** The first rounds don't count: they take a second, in which HotSpot goes on to compile. */
  private static final int FIRST_COUNTED = 40_000;

  private static final int PROBES_PER_ROUND = 64;
  private static final int ANSWERS = 8;

  /** The machine has other work too: what is counted is the cost of the tenth best round. */
  private static final double QUIET = 0.1;

  private static final long STEP_NS = 25_000;
  private static final int INNER_OFFSET = 14 + 24;

  @Test
  void measure() {
    try (Eal _ = Eal.start(EalOptions.of("bw-probe-cost", 256))) {
      PacketPool pool = PacketPool.create("probes", 16_384, 2_048, 256);
      WarmUp.run(pool, 20_000_000_000L);
      try (PortPair ports = PortPair.create("probes", 1, 4_096, pool)) {
        ports.first().start();
        ports.second().start();
        run(pool, ports);
      }
      pool.close();
    }
  }

  private static void run(PacketPool pool, PortPair ports) {
    PacketMemory memory = PacketMemory.install(pool.memory());
    Appliance configuration = configuration();
    var slots = new Slots(configuration.limits());
    var compiler = new ForwardingCompiler(slots, new long[] {ports.second().mac()});
    var group =
        new WorkerGroup(List.of(0), List.of(ports.second()), pool, slots, configuration.limits());
    Worker worker = group.workers().getFirst();
    worker.publish(compiler.compile(configuration));
    worker.step(Cycles.now(), 0);
    long timeNs = 2_000_000_000L;
    List<Double> sentNs = new ArrayList<>();
    List<Double> answeredNs = new ArrayList<>();
    List<Double> idleNs = new ArrayList<>();
    PacketBurst burst = new PacketBurst(64);
    for (int round = 0; round < ROUNDS; round++) {
      // As many as were sent since the round before: groups, and ticks without.
      long start = Cycles.now();
      for (int i = 0; i < PROBES_PER_ROUND; i++) {
        timeNs += STEP_NS;
        worker.tickProbes(timeNs);
      }
      double sent = ns(Cycles.now() - start) / PROBES_PER_ROUND;
      long cycles = 0;
      int answers = 0;
      int count = ports.first().rxQueue(0).receive(burst);
      while (count > 0) {
        for (int i = 0; i < count; i++) {
          answer(memory, burst, i, ports.second().mac());
        }
        for (int from = 0; from < count; from += ANSWERS) {
          answers += send(ports, burst, from, Math.min(ANSWERS, count - from));
          long begin = Cycles.now();
          worker.step(begin, timeNs);
          cycles += Cycles.now() - begin;
        }
        count = ports.first().rxQueue(0).receive(burst);
      }
      double answered = ns(cycles) / Math.max(1, answers);
      int[] heard = {0};
      group.drainProbeAnswers((tunnel, sequence, roundTripNs) -> heard[0]++);
      if (heard[0] != answers) {
        throw new AssertionError("answers=" + answers + " heard=" + heard[0]);
      }
      long begin = Cycles.now();
      for (int i = 0; i < PROBES_PER_ROUND; i++) {
        worker.tickProbes(timeNs);
      }
      double idle = ns(Cycles.now() - begin) / PROBES_PER_ROUND;
      if (round >= FIRST_COUNTED) {
        sentNs.add(sent);
        answeredNs.add(answered);
        idleNs.add(idle);
      }
    }
    System.out.printf(
        "a probe: %.0f ns, an answer in a burst of %d: %.0f ns, a tick without: %.1f ns; 10,000"
            + " tunnels at 1/s %.2f%%, at 4/s %.2f%%, at 10/s %.2f%% of a worker%n",
        probeNs(sentNs, idleNs),
        ANSWERS,
        quiet(answeredNs),
        quiet(idleNs),
        percent(sentNs, answeredNs, idleNs, 1),
        percent(sentNs, answeredNs, idleNs, 4),
        percent(sentNs, answeredNs, idleNs, 10));
  }

  private static double percent(
      List<Double> sentNs, List<Double> answeredNs, List<Double> idleNs, int rate) {
    return (probeNs(sentNs, idleNs) + quiet(answeredNs)) * 10_000 * rate / 1e9 * 100;
  }

  private static double probeNs(List<Double> sentNs, List<Double> idleNs) {
    return quiet(sentNs) - quiet(idleNs);
  }

  private static double ns(long cycles) {
    return cycles * 1e9 / Cycles.perSecond();
  }

  private static double quiet(List<Double> values) {
    return values.stream().sorted().skip((long) (values.size() * QUIET)).findFirst().orElseThrow();
  }

  /** Makes of a probe the answer that comes straight. */
  private static void answer(PacketMemory memory, PacketBurst burst, int i, long mac) {
    int network = burst.frame(i) + INNER_OFFSET;
    int source = memory.i32(network + 12);
    memory.setI32(network + 12, memory.i32(network + 16));
    memory.setI32(network + 16, source);
    int icmp = network + 20;
    memory.setU16(icmp, Icmp.ECHO_REPLY << 8);
    memory.setU16(icmp + 2, Checksum.update(memory.u16(icmp + 2), Icmp.ECHO_REQUEST << 8, 0));
    memory.setU48(network - 14, mac);
    memory.setU48(network - 8, 0x0200_5e00_0001L);
    memory.setU16(network - 2, 0x0800);
    burst.set(i, burst.buffer(i), network - 14, 14 + 20 + 40);
  }

  private static int send(PortPair ports, PacketBurst from, int first, int count) {
    PacketBurst out = new PacketBurst(PacketBurst.CAPACITY_MIN);
    for (int i = 0; i < count; i++) {
      out.set(i, from.buffer(first + i), from.frame(first + i), from.length(first + i));
    }
    return ports.first().txQueue(0).transmit(out, count);
  }

  private static Appliance configuration() {
    Appliance base = OnePort.ofWarmUp();
    var tenants = new TreeMap<String, Tenant>();
    for (int i = 0; i < TENANTS; i++) {
      String name = "t" + i;
      IpPrefix prefix = new IpPrefix(IpAddress.ipv4(0x0a00_0000 + (i << 8)), 24);
      List<Tunnel> tunnels =
          List.of(tunnel("a", 0x6440_0000 + 2 * i), tunnel("b", 0x6440_0001 + 2 * i));
      tenants.put(name, new Tenant(name, List.of(prefix), tunnels, false));
    }
    return new Appliance(
        base.name(),
        base.workers(),
        base.ports(),
        base.endpoints(),
        base.synCookieSecret(),
        false,
        new Limits(TENANTS, 2 * TENANTS, 10_000, 64, 4_096),
        base.journal(),
        tenants);
  }

  private static Tunnel tunnel(String name, int remote) {
    return new Tunnel(
        name,
        IpAddress.parse(WarmUpConfiguration.ENDPOINT),
        IpAddress.ipv4(remote),
        10,
        1,
        OptionalLong.empty(),
        OptionalInt.empty(),
        OuterHeader.DEFAULT,
        Fit.DEFAULT,
        TunnelHealth.DEFAULT);
  }
}
