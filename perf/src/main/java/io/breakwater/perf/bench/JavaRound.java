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
import io.breakwater.perf.report.Measurement;
import io.breakwater.perf.traffic.Workload;
import io.breakwater.perf.traffic.WorkloadConfiguration;
import io.breakwater.workers.pipeline.StageMeters;
import io.breakwater.workers.pipeline.StageMeters.Stage;
import io.breakwater.workers.worker.WarmUp;
import io.breakwater.workers.worker.Worker;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One round of the Java side, in a JVM of its own because DPDK starts once in a process: {@code
 * JavaRound CASE SECONDS CORE} prints a {@link Measurement} as one line of JSON.
 *
 * <p>The worker polls one {@code net_null} port, which a traffic source fills; this thread looks on
 * from another core: it warms the path up as the appliance does, lets it settle, then reads
 * counters and clock at both ends of the measured time.
 */
final class JavaRound {

  private static final int POOL_PACKETS = 32_767;
  private static final int POOL_CACHE = 512;
  private static final int ROOM_BYTES = 2_048;
  private static final int MEMORY_MIB = 256;

  private static final long WARM_UP_TIMEOUT_NS = 20_000_000_000L;

  /** After the product's own warm-up: until code and caches have settled on the real frames. */
  private static final long SETTLE_MS = 2_000;

  private final BenchCase measured;
  private final double seconds;
  private final int core;
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private JavaRound(BenchCase measured, double seconds, int core) {
    this.measured = measured;
    this.seconds = seconds;
    this.core = core;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    JavaRound round =
        new JavaRound(
            BenchCase.parse(arguments[0]),
            Double.parseDouble(arguments[1]),
            Integer.parseInt(arguments[2]));
    System.out.println(JsonMapper.builder().build().writeValueAsString(round.run()));
  }

  private Measurement run() throws InterruptedException {
    Workload workload = measured.workload();
    ByteBuffer frames = measured.frames(workload);
    Appliance configuration = WorkloadConfiguration.of(workload, core);
    String prefix = "bench-" + ProcessHandle.current().pid();
    try (Eal eal = Eal.start(EalOptions.of(prefix, MEMORY_MIB));
        PacketPool pool = PacketPool.create("packets", POOL_PACKETS, ROOM_BYTES, POOL_CACHE);
        Port port = Port.open("net_null0,size=64", PortOptions.of(pool))) {
      WarmUp.run(pool, WARM_UP_TIMEOUT_NS);
      int stride = measured.strideBytes();
      short[] lengths = new short[frames.capacity() / stride];
      for (int i = 0; i < lengths.length; i++) {
        lengths[i] = (short) Workload.frameLength(frames, i * stride);
      }
      TrafficSource source =
          TrafficSource.install(port, 0, MemorySegment.ofBuffer(frames), stride, lengths);
      port.start();
      double ioCyclesPerPacket = measureIo(port);
      Measurement measurement =
          measure(
              measured.job() == BenchJob.FORWARD
                  ? new ForwardSubject(configuration, port, pool, core)
                  : new ApplianceSubject(configuration, port, pool, core),
              ioCyclesPerPacket,
              eal);
      port.stop();
      source.close();
      return measurement;
    }
  }

  /** Cycles to receive and send a packet, on the core to be measured. */
  private double measureIo(Port port) throws InterruptedException {
    double[] result = new double[1];
    Thread thread =
        new Thread(() -> {
          CpuAffinity.pin(core);
          DpdkThread.register();
          PacketBurst burst = new PacketBurst(Worker.BURST);
          for (int round = 0; round < 20; round++) {
            long startNs = threads.getCurrentThreadCpuTime();
            long packets = receiveAndSend(port, burst);
            long coreNs = threads.getCurrentThreadCpuTime() - startNs;
            result[0] = coreNs * 1e-9 * Cycles.perSecond() / packets;
          }
          DpdkThread.unregister();
        });
    thread.start();
    thread.join();
    return result[0];
  }

  private static long receiveAndSend(Port port, PacketBurst burst) {
    long packets = 0;
    for (int i = 0; i < 20_000; i++) {
      int count = port.rxQueue(0).receive(burst);
      packets += port.txQueue(0).transmit(burst, count);
    }
    return packets;
  }

  private Measurement measure(Subject subject, double ioCyclesPerPacket, Eal eal)
      throws InterruptedException {
    Thread.sleep(SETTLE_MS);
    long id = subject.thread().threadId();
    long[] cyclesBefore = sampledCycles(subject.meters());
    long[] packetsBefore = sampledPackets(subject.meters());
    long allocatedBefore = threads.getThreadAllocatedBytes(id);
    long startNs = System.nanoTime();
    long startCoreNs = threads.getThreadCpuTime(id);
    long startPackets = subject.received();
    Thread.sleep((long) (seconds * 1_000));
    long packets = subject.received() - startPackets;
    double coreSeconds = (threads.getThreadCpuTime(id) - startCoreNs) * 1e-9;
    double elapsedSeconds = (System.nanoTime() - startNs) * 1e-9;
    long allocated = threads.getThreadAllocatedBytes(id) - allocatedBefore;
    long[] cyclesAfter = sampledCycles(subject.meters());
    long[] packetsAfter = sampledPackets(subject.meters());
    subject.stop();

    // By all packets, not by those that entered the stage: then the stages add up to the whole, and
    // one that takes a packet now and then weighs as little as it costs.
    int receive = Stage.RECEIVE.ordinal();
    long sampled = packetsAfter[receive] - packetsBefore[receive];
    Map<String, Double> stages = new LinkedHashMap<>();
    for (Stage stage : Stage.values()) {
      int i = stage.ordinal();
      if (packetsAfter[i] > packetsBefore[i]) {
        String name = stage.name().toLowerCase().replace('_', '-');
        stages.put(name, (double) (cyclesAfter[i] - cyclesBefore[i]) / sampled);
      }
    }
    return new Measurement(
        measured.job().label(),
        packets,
        coreSeconds,
        coreSeconds / elapsedSeconds,
        packets / coreSeconds / 1e6,
        coreSeconds * eal.cyclesPerSecond() / packets,
        ioCyclesPerPacket,
        subject.dropped(),
        (double) allocated / packets,
        eal.hugepages(),
        stages);
  }

  private static long[] sampledCycles(StageMeters meters) {
    long[] cycles = new long[Stage.values().length];
    for (Stage stage : Stage.values()) {
      cycles[stage.ordinal()] = meters.sampledCycles(stage);
    }
    return cycles;
  }

  private static long[] sampledPackets(StageMeters meters) {
    long[] packets = new long[Stage.values().length];
    for (Stage stage : Stage.values()) {
      packets[stage.ordinal()] = meters.sampledPackets(stage);
    }
    return packets;
  }
}
