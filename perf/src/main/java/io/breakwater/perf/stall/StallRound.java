package io.breakwater.perf.stall;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.dpdk.Cycles;
import io.breakwater.dpdk.Eal;
import io.breakwater.dpdk.EalOptions;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.Port;
import io.breakwater.dpdk.PortOptions;
import io.breakwater.dpdk.TrafficSource;
import io.breakwater.perf.process.Preparation;
import io.breakwater.perf.traffic.Workload;
import io.breakwater.workers.worker.GapHistogram;
import io.breakwater.workers.worker.PollGap;
import io.breakwater.workers.worker.WarmUp;
import io.breakwater.workers.worker.Worker;
import io.breakwater.workers.worker.WorkerGroup;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One round of the Java side, in a JVM of its own: {@code StallRound SIDE FOLDER SECONDS CORE
 * OTHER-CORE} prints a {@link GapRound} for each load as one line of JSON.
 *
 * <p>The worker polls a port on which nothing arrives, then one that a traffic source fills. This
 * thread stands for the daemon's control thread: it warms up and rehearses as that does, and
 * reloads once a second if the side does, pinned to the other core.
 */
final class StallRound {

  private static final String WORKER_THREAD = "worker-0";
  private static final int POOL_PACKETS = 32_767;
  private static final int POOL_CACHE = 512;
  private static final int ROOM_BYTES = 2_048;
  private static final int MEMORY_MIB = 256;

  private static final long SETTLE_NS = 1_000_000_000L;
  private static final long RELOAD_NS = 1_000_000_000L;

  /** DPDK's net_null: {@code no-rx} receives nothing. */
  private static final String EMPTY_PORT = "net_null1,no-rx=1";

  private static final String TRAFFIC_PORT = "net_null0,size=64";

  private final StallSide side;
  private final double seconds;
  private final int core;
  private final int otherCore;
  private final TenantReload configuration;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  private StallRound(
      StallSide side, double seconds, int core, int otherCore, TenantReload configuration) {
    this.side = side;
    this.seconds = seconds;
    this.core = core;
    this.otherCore = otherCore;
    this.configuration = configuration;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    JvmRecording recording = JvmRecording.start();
    var files = new WorkloadFiles(Path.of(arguments[1]));
    StallRound round =
        new StallRound(
            StallSide.valueOf(arguments[0]),
            Double.parseDouble(arguments[2]),
            Integer.parseInt(arguments[3]),
            Integer.parseInt(arguments[4]),
            new TenantReload(files, new long[] {Workload.OWN_MAC}));
    List<GapRound> rounds = round.run(recording);
    System.out.println(JsonMapper.builder().build().writeValueAsString(rounds));
  }

  /** What is known of a load before the recording has been read. */
  private record Recorded(
      StallLoad load,
      long startCycles,
      long endCycles,
      GapHistogram gaps,
      List<PollGap> longest,
      double coreShare,
      List<Double> reloadsMs) {}

  private List<GapRound> run(JvmRecording recording) throws IOException, InterruptedException {
    String prefix = "stalls-" + ProcessHandle.current().pid();
    List<Recorded> recorded = new ArrayList<>();
    try (Eal eal = Eal.start(EalOptions.of(prefix, MEMORY_MIB));
        PacketPool pool = PacketPool.create("packets", POOL_PACKETS, ROOM_BYTES, POOL_CACHE);
        Port empty = Port.open(EMPTY_PORT, PortOptions.of(pool));
        Port traffic = Port.open(TRAFFIC_PORT, PortOptions.of(pool))) {
      CpuAffinity.keepOff(List.of(core));
      CpuAffinity.pin(otherCore);
      WarmUp.run(pool, Preparation.warmUpTimeoutNs());
      configuration.rehearse();
      TrafficSource source = install(traffic);
      empty.start();
      traffic.start();
      TscMark.record();
      recorded.add(record(StallLoad.EMPTY, empty, pool));
      recorded.add(record(StallLoad.TRAFFIC, traffic, pool));
      TscMark.record();
      empty.stop();
      traffic.stop();
      source.close();
      JvmRecording.Result events = recording.stop(WORKER_THREAD);
      return recorded.stream().map(one -> result(one, events, eal.cyclesPerSecond())).toList();
    }
  }

  private static TrafficSource install(Port port) {
    ByteBuffer frames = StallRounds.frames(StallRounds.workload());
    short[] lengths = new short[frames.capacity() / StallRounds.STRIDE_BYTES];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = (short) Workload.frameLength(frames, i * StallRounds.STRIDE_BYTES);
    }
    return TrafficSource.install(
        port, 0, MemorySegment.ofBuffer(frames), StallRounds.STRIDE_BYTES, lengths);
  }

  private Recorded record(StallLoad load, Port port, PacketPool pool) throws InterruptedException {
    WorkerGroup group =
        new WorkerGroup(
            List.of(core),
            List.of(port),
            pool,
            configuration.slots(),
            configuration.running().limits());
    group.start(configuration.tables(), TenantReload.publishTimeoutNs());
    Worker worker = group.workers().getFirst();
    sleepUntil(System.nanoTime() + Preparation.of(SETTLE_NS));
    GapHistogram before = worker.gaps().histogram();
    long workerId = threadId(WORKER_THREAD);
    long startCoreNs = threads.getThreadCpuTime(workerId);
    long startCycles = Cycles.now();
    List<Double> reloadsMs = work(group);
    long endCycles = Cycles.now();
    long coreNs = threads.getThreadCpuTime(workerId) - startCoreNs;
    GapHistogram gaps = worker.gaps().histogram().minus(before);
    group.stop();
    if (worker.failure() != null) {
      throw new IllegalStateException("the worker failed", worker.failure());
    }
    double coreShare = coreNs * 1e-9 * Cycles.perSecond() / (endCycles - startCycles);
    return new Recorded(
        load, startCycles, endCycles, gaps, worker.gaps().longest(), coreShare, reloadsMs);
  }

  private static long threadId(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .findFirst()
        .orElseThrow()
        .threadId();
  }

  /** The measured time: what the control thread does in it. Returns how long reloads took. */
  private List<Double> work(WorkerGroup group) throws InterruptedException {
    List<Double> reloadsMs = new ArrayList<>();
    long endNs = System.nanoTime() + (long) (seconds * 1e9);
    if (side == StallSide.RELOADING) {
      for (long atNs = System.nanoTime(); atNs - endNs < 0; atNs += RELOAD_NS) {
        sleepUntil(atNs);
        long tookNs =
            configuration.reload(tables -> group.publish(tables, TenantReload.publishTimeoutNs()));
        reloadsMs.add(tookNs / 1e6);
      }
    }
    sleepUntil(endNs);
    return reloadsMs;
  }

  private static void sleepUntil(long timeNs) throws InterruptedException {
    long restNs = timeNs - System.nanoTime();
    if (restNs > 0) {
      Thread.sleep(restNs / 1_000_000, (int) (restNs % 1_000_000));
    }
  }

  private GapRound result(Recorded one, JvmRecording.Result events, long cyclesPerSecond) {
    GapOverlay overlay = new GapOverlay(events, one.startCycles, one.endCycles);
    List<LongGap> longGaps = overlay.longGaps(one.longest);
    long longestCycles =
        one.longest.stream()
            .filter(gap -> gap.startCycles() >= one.startCycles)
            .mapToLong(PollGap::cycles)
            .max()
            .orElse(one.gaps.longest());
    return new GapRound(
        one.load.label(),
        (double) (one.endCycles - one.startCycles) / cyclesPerSecond,
        cyclesPerSecond,
        one.coreShare,
        longestCycles,
        GapRound.counts(one.gaps),
        longGaps,
        overlay.timeline(),
        one.reloadsMs);
  }
}
