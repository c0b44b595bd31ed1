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
import java.util.Arrays;
import java.util.List;

/**
 * One round in a JVM of its own, so that attacks meet the code as it is in production: warmed up by
 * the product's warm-up, and then by clean traffic only. {@code OnsetRound ATTACK,... SECONDS CORE
 * OTHER-CORE LOG} prints an {@link OnsetMeasurement.Round} as one line of JSON.
 *
 * <pre>
 * settle | other clean: SECONDS | attacked: SECONDS | clean: SECONDS | attacked by the next ...
 *        ^ the control          ^ the onset
 * </pre>
 *
 * <p>Code that one attack has had compiled anew is not new to the next; but then there is a
 * deoptimization to be seen, and each round begins with another attack.
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
  private static final long CURVE_STEP_NS = 2_000_000L;

  private final List<Attack> attacks;
  private final double seconds;
  private final int core;
  private final Path log;

  private OnsetRound(List<Attack> attacks, double seconds, int core, Path log) {
    this.attacks = attacks;
    this.seconds = seconds;
    this.core = core;
    this.log = log;
  }

  /** When what happened: the switch of the control, that to the attack, and the end of both. */
  private record Phases(
      Attack attack,
      long controlCycles,
      long onsetCycles,
      long onsetNs,
      long endNs,
      double deliveredShare) {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    OnsetRound round =
        new OnsetRound(
            Arrays.stream(arguments[0].split(",")).map(Attack::named).toList(),
            Double.parseDouble(arguments[1]),
            Integer.parseInt(arguments[2]),
            Path.of(arguments[4]));
    OnsetMeasurement.Round measured = round.run(Integer.parseInt(arguments[3]));
    System.out.println(JsonMapper.builder().build().writeValueAsString(measured));
  }

  private OnsetMeasurement.Round run(int otherCore) throws IOException, InterruptedException {
    Workload workload = Workload.usual();
    OnsetTraffic traffic = new OnsetTraffic(workload, attacks);
    String prefix = "onset-" + ProcessHandle.current().pid();
    try (Eal _ = Eal.start(EalOptions.of(prefix, MEMORY_MIB));
        PacketPool pool = PacketPool.create("packets", POOL_PACKETS, ROOM_BYTES, POOL_CACHE);
        Port port = Port.open("net_null0,size=64", PortOptions.of(pool))) {
      boolean warmedUp = WarmUp.run(pool, Preparation.warmUpTimeoutNs()).compiled();
      CpuAffinity.pin(otherCore);
      TrafficSource source =
          TrafficSource.install(
              port, 0, traffic.frames(), traffic.strideBytes(), traffic.lengths());
      traffic.select(source, OnsetTraffic.CLEAN);
      port.start();
      List<OnsetMeasurement> measured =
          attack(OnsetConfiguration.of(workload, core), port, pool, traffic, source);
      port.stop();
      source.close();
      return new OnsetMeasurement.Round(warmedUp, measured);
    }
  }

  private List<OnsetMeasurement> attack(
      Appliance configuration,
      Port port,
      PacketPool pool,
      OnsetTraffic traffic,
      TrafficSource source)
      throws IOException, InterruptedException {
    Slots slots = new Slots(configuration.limits());
    // The port's own address is of no matter to net_null: the frames are for this one.
    var tables =
        new ForwardingCompiler(slots, new long[] {Workload.OWN_MAC}).compile(configuration);
    var group = new WorkerGroup(List.of(core), List.of(port), pool, slots, configuration.limits());
    group.start(tables, START_TIMEOUT_NS);
    Worker worker = group.workers().getFirst();
    long thread = Deoptimizations.threadId("worker-" + worker.index()).orElseThrow();

    double settleSeconds = Preparation.of(SETTLE_MS) * 1e-3;
    double allSeconds = settleSeconds + 2 * seconds * attacks.size();
    RateSampler sampler =
        new RateSampler(
            worker.counters()::received, (int) (SAMPLES_PER_SECOND_MAX * allSeconds) + 1);
    sampler.sample(settleSeconds);
    List<Phases> phases = new ArrayList<>();
    for (int i = 0; i < attacks.size(); i++) {
      phases.add(attack(i, sampler, traffic, source, worker.counters(), slots));
    }
    stop(group);
    List<String> told = Files.readAllLines(log);
    List<OnsetMeasurement> measured = new ArrayList<>();
    for (Phases each : phases) {
      measured.add(
          measurement(
              each,
              sampler.throughput(each.onsetCycles),
              sampler.throughput(each.controlCycles),
              Deoptimizations.of(thread, each.onsetNs, each.endNs, told)));
    }
    return measured;
  }

  /** Clean traffic to other clean traffic, and that to the attack. */
  private Phases attack(
      int index,
      RateSampler sampler,
      OnsetTraffic traffic,
      TrafficSource source,
      Counters counters,
      Slots slots) {
    int tenantSlots = slots.tenants().bound();
    traffic.select(source, index % 2 == 0 ? OnsetTraffic.OTHER_CLEAN : OnsetTraffic.CLEAN);
    long controlCycles = Cycles.now();
    sampler.sample(seconds);
    long onsetNs = System.nanoTime();
    long onsetCycles = Cycles.now();
    traffic.select(source, OnsetTraffic.ATTACKED + index);
    // Only now: clean packets are none of the attack's, however long this thread had to wait.
    long receivedBefore = counters.received();
    long deliveredBefore = delivered(counters, tenantSlots);
    sampler.sample(seconds);
    long endNs = System.nanoTime();
    double share =
        (double) (delivered(counters, tenantSlots) - deliveredBefore)
            / (counters.received() - receivedBefore);
    return new Phases(attacks.get(index), controlCycles, onsetCycles, onsetNs, endNs, share);
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

  /**
   * @param seen with times from the attack's beginning on
   * @param control the same, with times from the switch from clean to clean on
   */
  private static OnsetMeasurement measurement(
      Phases phases, Throughput seen, Throughput control, List<String> deoptimizations) {
    long endNs = phases.endNs - phases.onsetNs;
    long controlNs =
        Math.round((phases.onsetCycles - phases.controlCycles) * 1e9 / Cycles.perSecond());
    double clean = control.steadyMpps(controlNs / 2, controlNs);
    double steady = seen.steadyMpps(endNs / 2, endNs);
    Window worst = seen.worst(0, endNs);
    return new OnsetMeasurement(
        phases.attack,
        clean,
        control.worst(0, controlNs).mpps() / clean,
        belowShare(control, controlNs, clean),
        worst.mpps(),
        worst.startNs() * 1e-6,
        steady,
        belowShare(seen, endNs, steady),
        seen.longestGapNs(0, endNs) * 1e-6,
        phases.deliveredShare,
        deoptimizations,
        curve(control, 0, Math.min(controlNs, CURVE_TO_NS)),
        curve(seen, Math.max(-controlNs, CURVE_FROM_NS), Math.min(endNs, CURVE_TO_NS)));
  }

  private static double belowShare(Throughput seen, long endNs, double steadyMpps) {
    List<Window> windows = seen.windows(0, endNs);
    double least = OnsetResult.RATIO_MIN * steadyMpps;
    return (double) windows.stream().filter(window -> window.mpps() < least).count()
        / windows.size();
  }

  private static List<CurvePoint> curve(Throughput seen, long fromNs, long toNs) {
    List<CurvePoint> curve = new ArrayList<>();
    long nextNs = fromNs;
    for (Window window : seen.windows(fromNs, toNs)) {
      if (window.startNs() >= nextNs) {
        curve.add(new CurvePoint(window.startNs() * 1e-6, window.endNs() * 1e-6, window.mpps()));
        nextNs = window.startNs() + CURVE_STEP_NS;
      }
    }
    return curve;
  }
}
