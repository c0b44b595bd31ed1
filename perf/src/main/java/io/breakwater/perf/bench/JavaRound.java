package io.breakwater.perf.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.management.ThreadMXBean;
import io.breakwater.config.Appliance;
import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.dpdk.Cycles;
import io.breakwater.dpdk.DpdkThread;
import io.breakwater.dpdk.Eal;
import io.breakwater.dpdk.EalOptions;
import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.Port;
import io.breakwater.dpdk.PortOptions;
import io.breakwater.dpdk.TrafficSource;
import io.breakwater.perf.process.Preparation;
import io.breakwater.perf.report.Measurement;
import io.breakwater.perf.report.Measurement.Counted;
import io.breakwater.perf.report.Measurement.Handover;
import io.breakwater.perf.traffic.Workload;
import io.breakwater.perf.traffic.WorkloadConfiguration;
import io.breakwater.workers.worker.WarmUp;
import io.breakwater.workers.worker.Worker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One round of the Java side, in a JVM of its own because DPDK starts once in a process: {@code
 * JavaRound CASE SECONDS CORE[,CORE...]} prints a {@link Measurement} as one line of JSON.
 *
 * <p>With a fourth argument, {@value #SLICES}, it is measured in slices, as its parent orders
 * ({@link SlicedRound}): it prints {@value #READY} when it is warm, then a measurement of so many
 * seconds for each line that it reads, until its input ends.
 *
 * <p>Each worker polls its queue of one {@code net_null} port, which a traffic source fills; this
 * thread looks on, asleep for nearly all the time: it warms the path up as the appliance does, lets
 * it settle, then reads counters and clocks at both ends of the measured time.
 */
final class JavaRound {

  static final String SLICES = "slices";
  static final String READY = "ready";

  private static final int POOL_PACKETS = 32_767;
  private static final int POOL_CACHE = 512;
  private static final int ROOM_BYTES = 2_048;
  private static final int MEMORY_MIB = 256;

  /** After the product's own warm-up: until code and caches have settled on the real frames. */
  private static final long SETTLE_MS = 2_000;

  /** Before each slice: another process had the core, and its caches, until now. */
  private static final long RESUME_MS = 20;

  private final BenchCase measured;
  private final double seconds;
  private final List<Integer> cores;
  private final boolean sliced;
  private final JsonMapper json = JsonMapper.builder().build();
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private JavaRound(BenchCase measured, double seconds, List<Integer> cores, boolean sliced) {
    this.measured = measured;
    this.seconds = seconds;
    this.cores = cores;
    this.sliced = sliced;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    new JavaRound(
            BenchCase.parse(arguments[0]),
            Double.parseDouble(arguments[1]),
            Stream.of(arguments[2].split(",")).map(Integer::valueOf).toList(),
            arguments.length > 3 && arguments[3].equals(SLICES))
        .run();
  }

  private void run() throws IOException, InterruptedException {
    Workload workload = measured.workload();
    ByteBuffer frames = measured.frames(workload);
    Appliance configuration = configuration(workload);
    ExpectedDrops expected = ExpectedDrops.of(measured, workload);
    String prefix = "bench-" + ProcessHandle.current().pid();
    try (Eal eal = Eal.start(EalOptions.of(prefix, MEMORY_MIB));
        PacketPool pool = PacketPool.create("packets", POOL_PACKETS, ROOM_BYTES, POOL_CACHE);
        Port port = Port.open("net_null0,size=64", PortOptions.of(pool).withQueues(cores.size()))) {
      WarmUp.run(pool, Preparation.warmUpTimeoutNs(), cores.size());
      List<TrafficSource> sources = installSources(port, frames);
      port.start();
      double ioCyclesPerPacket = measureIo(port);
      Subject subject = measured.job().start().on(configuration, port, pool, cores);
      Thread.sleep(Preparation.of(SETTLE_MS));
      if (sliced) {
        measureSlices(subject, expected, ioCyclesPerPacket, eal);
      } else {
        Measurement measurement = measure(subject, ioCyclesPerPacket, eal);
        subject.stop();
        double filteredShare = (double) subject.ended(expected.code()) / subject.received();
        print(measurement.withDropped(wrong(subject, expected)).withFilteredShare(filteredShare));
      }
      port.stop();
      sources.forEach(TrafficSource::close);
    }
  }

  /** With the firewalls or the protection of the case, if it has any. */
  private Appliance configuration(Workload workload) {
    int core = cores.getFirst();
    Appliance appliance =
        measured
            .filtering(workload)
            .map(filtering -> WorkloadConfiguration.of(workload, core, filtering::firewall))
            .orElseGet(() -> WorkloadConfiguration.of(workload, core));
    return measured.job().flood().map(flood -> flood.protect(appliance)).orElse(appliance);
  }

  /** Packets that were dropped and should not have been, or the other way round. */
  private static long wrong(Subject subject, ExpectedDrops expected) {
    long filtered = subject.ended(expected.code());
    return subject.dropped() - filtered + expected.wrong(subject.received(), filtered);
  }

  private void print(Measurement measurement) throws IOException {
    System.out.println(json.writeValueAsString(measurement));
  }

  /** What was dropped is known at the end only: then it is a failure. */
  private void measureSlices(
      Subject subject, ExpectedDrops expected, double ioCyclesPerPacket, Eal eal)
      throws IOException, InterruptedException {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println(READY);
    while (orders.readLine() != null) {
      Thread.sleep(RESUME_MS);
      print(measure(subject, ioCyclesPerPacket, eal));
    }
    subject.stop();
    long wrong = wrong(subject, expected);
    if (wrong != 0) {
      throw new IllegalStateException("frames met a wrong fate: wrong=" + wrong);
    }
  }

  /** Each queue gets its part of the flows. */
  private List<TrafficSource> installSources(Port port, ByteBuffer frames) {
    int stride = measured.strideBytes();
    int part = frames.capacity() / stride / cores.size();
    MemorySegment all = MemorySegment.ofBuffer(frames);
    List<TrafficSource> sources = new ArrayList<>();
    for (int queue = 0; queue < cores.size(); queue++) {
      int first = queue * part;
      short[] lengths = new short[part];
      for (int i = 0; i < part; i++) {
        lengths[i] = (short) Workload.frameLength(frames, (first + i) * stride);
      }
      MemorySegment some = all.asSlice((long) first * stride, (long) part * stride);
      sources.add(TrafficSource.install(port, queue, some, stride, lengths));
    }
    return sources;
  }

  /** Cycles to receive and send a packet, on the cores to be measured, all at once. */
  private double measureIo(Port port) throws InterruptedException {
    double[] cycles = new double[cores.size()];
    List<Thread> measuring =
        IntStream.range(0, cores.size())
            .mapToObj(queue -> new Thread(() -> cycles[queue] = ioCycles(port, queue)))
            .toList();
    measuring.forEach(Thread::start);
    for (Thread thread : measuring) {
      thread.join();
    }
    return IntStream.range(0, cores.size()).mapToDouble(i -> cycles[i]).average().orElseThrow();
  }

  /** Of the last of some rounds: by then it is compiled. */
  private double ioCycles(Port port, int queue) {
    CpuAffinity.pin(cores.get(queue));
    DpdkThread.register();
    PacketBurst burst = new PacketBurst(Worker.BURST);
    double cycles = 0;
    for (int round = 0; round < 20; round++) {
      long startNs = threads.getCurrentThreadCpuTime();
      long packets = receiveAndSend(port, queue, burst);
      long coreNs = threads.getCurrentThreadCpuTime() - startNs;
      cycles = coreNs * 1e-9 * Cycles.perSecond() / packets;
    }
    DpdkThread.unregister();
    return cycles;
  }

  private static long receiveAndSend(Port port, int queue, PacketBurst burst) {
    long packets = 0;
    for (int i = 0; i < 20_000; i++) {
      int count = port.rxQueue(queue).receive(burst);
      packets += port.txQueue(queue).transmit(burst, count);
    }
    return packets;
  }

  /** From now on; what was dropped is to be told later. */
  private Measurement measure(Subject subject, double ioCyclesPerPacket, Eal eal)
      throws InterruptedException {
    List<ThreadCounters> counters =
        subject.lanes().stream().map(lane -> ThreadCounters.of(lane.thread())).toList();
    List<LaneReading> before = read(subject, counters);
    long startNs = System.nanoTime();
    Thread.sleep((long) (seconds * 1_000));
    List<LaneReading> after = read(subject, counters);
    double elapsedSeconds = (System.nanoTime() - startNs) * 1e-9;
    counters.forEach(ThreadCounters::close);

    List<LaneReading> lanes =
        IntStream.range(0, after.size()).mapToObj(i -> after.get(i).minus(before.get(i))).toList();
    LaneReading all = lanes.stream().reduce(LaneReading::plus).orElseThrow();
    double coreSeconds = all.coreNs() * 1e-9;
    double leastNs = lanes.stream().mapToLong(LaneReading::coreNs).min().orElseThrow();
    return new Measurement(
        measured.job().label(),
        all.packets(),
        coreSeconds,
        leastNs * 1e-9 / elapsedSeconds,
        lanes.stream().mapToDouble(LaneReading::mpps).sum(),
        coreSeconds * eal.cyclesPerSecond() / all.packets(),
        ioCyclesPerPacket,
        0,
        (double) all.allocatedBytes() / all.packets(),
        eal.hugepages(),
        all.stageCyclesPerPacket(),
        0,
        counted(all),
        counters.getFirst().missing(),
        lanes.size() == 1 ? null : new Handover(all.takenOver(), all.refused()),
        0);
  }

  private List<LaneReading> read(Subject subject, List<ThreadCounters> counters) {
    return IntStream.range(0, counters.size())
        .mapToObj(i -> LaneReading.of(subject.lanes().get(i), threads, counters.get(i)))
        .toList();
  }

  /** By packet, or null. */
  private static Counted counted(LaneReading all) {
    if (all.counts().length < ThreadCounters.EVENTS.size()) {
      return null;
    }
    double packets = all.packets();
    return new Counted(
        all.counts()[0] / packets, all.counts()[1] / packets, all.counts()[2] / packets);
  }
}
