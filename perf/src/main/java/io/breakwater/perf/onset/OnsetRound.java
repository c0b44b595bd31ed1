package io.breakwater.perf.onset;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.config.Appliance;
import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.dpdk.Cycles;
import io.breakwater.dpdk.Eal;
import io.breakwater.dpdk.EalOptions;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.Port;
import io.breakwater.dpdk.PortOptions;
import io.breakwater.dpdk.TrafficSource;
import io.breakwater.perf.onset.OnsetMeasurement.CurvePoint;
import io.breakwater.perf.process.Preparation;
import io.breakwater.perf.study.Throughput;
import io.breakwater.perf.study.Throughput.Window;
import io.breakwater.perf.traffic.Workload;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.pipeline.Counters;
import io.breakwater.workers.pipeline.ForwardingCompiler;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.worker.WarmUp;
import io.breakwater.workers.worker.Worker;
import io.breakwater.workers.worker.WorkerGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One onset in a JVM of its own, so that the attack meets the code as it is in production: warmed
 * up by the product's warm-up, and then by clean traffic only. {@code OnsetRound ATTACK SECONDS
 * CORE OTHER-CORE LOG} prints an {@link OnsetMeasurement} as one line of JSON.
 *
 * <pre>
 * settle | clean: SECONDS | (attack) attacked: SECONDS |
 *        ^ clean frames to other clean frames: the control
 * </pre>
 *
 * <p>The worker polls one {@code net_null} port, which a traffic source fills with what is
 * selected; this thread selects and looks on, from another core.
 */
final class OnsetRound {

  private static final int POOL_PACKETS = 32_767;
  private static final int POOL_CACHE = 512;
  private static final int ROOM_BYTES = 2_048;
  private static final int MEMORY_MIB = 256;
  private static final long START_TIMEOUT_NS = 60_000_000_000L;
  private static final long SETTLE_MS = 2_000;
  private static final int SAMPLES_PER_SECOND_MAX = 2_000;

  /** What the page shows. */
  private static final long CURVE_FROM_NS = -200_000_000L;

  private static final long CURVE_TO_NS = 800_000_000L;
  private static final long CURVE_STEP_NS = 4_000_000L;

  private final Attack attack;
  private final double seconds;
  private final int core;
  private final Path log;

  private OnsetRound(Attack attack, double seconds, int core, Path log) {
    this.attack = attack;
    this.seconds = seconds;
    this.core = core;
    this.log = log;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    OnsetRound round =
        new OnsetRound(
            Attack.named(arguments[0]),
            Double.parseDouble(arguments[1]),
            Integer.parseInt(arguments[2]),
            Path.of(arguments[4]));
    OnsetMeasurement measured = round.run(Integer.parseInt(arguments[3]));
    System.out.println(JsonMapper.builder().build().writeValueAsString(measured));
  }

  private OnsetMeasurement run(int otherCore) throws IOException, InterruptedException {
    Workload workload = Workload.usual();
    OnsetTraffic traffic = new OnsetTraffic(workload, attack);
    String prefix = "onset-" + ProcessHandle.current().pid();
    try (Eal _ = Eal.start(EalOptions.of(prefix, MEMORY_MIB));
        PacketPool pool = PacketPool.create("packets", POOL_PACKETS, ROOM_BYTES, POOL_CACHE);
        Port port = Port.open("net_null0,size=64", PortOptions.of(pool))) {
      WarmUp.run(pool, Preparation.warmUpTimeoutNs());
      CpuAffinity.pin(otherCore);
      TrafficSource source =
          TrafficSource.install(
              port, 0, traffic.frames(), traffic.strideBytes(), traffic.lengths());
      select(source, OnsetTraffic.CLEAN);
      port.start();
      OnsetMeasurement measured = attack(OnsetConfiguration.of(workload, core), port, pool, source);
      port.stop();
      source.close();
      return measured;
    }
  }

  private static void select(TrafficSource source, int set) {
    source.select(set * OnsetTraffic.SET_FRAMES, OnsetTraffic.SET_FRAMES);
  }

  private OnsetMeasurement attack(
      Appliance configuration, Port port, PacketPool pool, TrafficSource source)
      throws IOException, InterruptedException {
    Slots slots = new Slots(configuration.limits());
    // The port's own address is of no matter to net_null: the frames are for this one.
    var tables =
        new ForwardingCompiler(slots, new long[] {Workload.OWN_MAC}).compile(configuration);
    var group = new WorkerGroup(List.of(core), List.of(port), pool, slots, configuration.limits());
    group.start(tables, START_TIMEOUT_NS);
    Worker worker = group.workers().getFirst();
    Counters counters = worker.counters();
    int tenantSlots = slots.tenants().bound();
    long thread = Deoptimizations.threadId("worker-" + worker.index()).orElseThrow();

    double settleSeconds = Preparation.of(SETTLE_MS) * 1e-3;
    int samplesMax = (int) (SAMPLES_PER_SECOND_MAX * (settleSeconds + 2 * seconds));
    RateSampler sampler = new RateSampler(counters::received, samplesMax);
    sampler.sample(settleSeconds);
    select(source, OnsetTraffic.OTHER_CLEAN);
    long controlCycles = Cycles.now();
    sampler.sample(seconds);
    long onsetNs = System.nanoTime();
    long onsetCycles = Cycles.now();
    select(source, OnsetTraffic.ATTACKED);
    // Only now: clean packets are none of the attack's, however long this thread had to wait.
    long receivedBefore = counters.received();
    long deliveredBefore = delivered(counters, tenantSlots);
    sampler.sample(seconds);
    long endNs = System.nanoTime();
    double share =
        (double) (delivered(counters, tenantSlots) - deliveredBefore)
            / (counters.received() - receivedBefore);
    stop(group);
    long controlNs = Math.round((controlCycles - onsetCycles) * 1e9 / Cycles.perSecond());
    return measurement(
        sampler.throughput(onsetCycles),
        controlNs,
        endNs - onsetNs,
        share,
        Deoptimizations.of(thread, onsetNs, endNs, Files.readAllLines(log)));
  }

  private static long delivered(Counters counters, int tenantSlots) {
    long delivered = 0;
    for (int tenant = 0; tenant < tenantSlots; tenant++) {
      delivered += counters.fates(tenant, Fate.DELIVERED.code());
    }
    return delivered;
  }

  private static void stop(WorkerGroup group) throws InterruptedException {
    group.stop();
    Throwable failure = group.workers().getFirst().failure();
    if (failure != null) {
      throw new IllegalStateException("the worker failed", failure);
    }
  }

  /** Times are from the attack's beginning on; the control began at {@code controlNs}. */
  private static OnsetMeasurement measurement(
      Throughput seen, long controlNs, long endNs, double share, List<String> deoptimizations) {
    double clean = seen.steadyMpps(controlNs / 2, 0);
    double steady = seen.steadyMpps(endNs / 2, endNs);
    Window worst = seen.worst(0, endNs);
    return new OnsetMeasurement(
        clean,
        seen.worst(controlNs, 0).mpps() / clean,
        worst.mpps(),
        worst.startNs() * 1e-6,
        steady,
        seen.longestGapNs(0, endNs) * 1e-6,
        share,
        deoptimizations,
        curve(seen));
  }

  private static List<CurvePoint> curve(Throughput seen) {
    List<CurvePoint> curve = new ArrayList<>();
    long nextNs = CURVE_FROM_NS;
    for (Window window : seen.windows(CURVE_FROM_NS, CURVE_TO_NS)) {
      if (window.startNs() >= nextNs) {
        curve.add(new CurvePoint((window.startNs() + window.endNs()) * 0.5e-6, window.mpps()));
        nextNs = window.startNs() + CURVE_STEP_NS;
      }
    }
    return curve;
  }
}
