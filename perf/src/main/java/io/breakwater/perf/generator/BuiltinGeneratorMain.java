package io.breakwater.perf.generator;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.dpdk.DpdkException;
import io.breakwater.dpdk.DpdkThread;
import io.breakwater.dpdk.Eal;
import io.breakwater.dpdk.EalOptions;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.Port;
import io.breakwater.dpdk.PortOptions;
import io.breakwater.dpdk.PortPair;
import io.breakwater.perf.process.Preparation;
import io.breakwater.perf.traffic.ProfileFrames;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The process of the builtin generator. Lines of JSON: the first on standard input is a {@link
 * BuiltinSetup}, and is answered with {@code {"problem": ""}} once the port is up; then each {@link
 * TrialOrder} is answered with its {@link TrialResult}. It ends when its input does, so that it
 * never outlives who started it.
 *
 * <p>Before the port goes up the loop runs against itself, over a pair of in-memory ports, until it
 * is compiled: the first trial is like any other.
 */
final class BuiltinGeneratorMain {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final int POOL_PACKETS = 32_767;
  private static final int POOL_CACHE = 512;
  private static final int DESCRIPTORS = 4_096;
  private static final int ROOM_BYTES_MIN = 2_048;
  private static final int FRAME_OVERHEAD_BYTES = 14 + 2 * 4;
  private static final int BUFFER_OVERHEAD_BYTES = 384;
  private static final int BASE_MIB = 64;
  private static final int WARM_UP_PACKETS = 2_000_000;
  private static final int WARM_UP_ROUNDS = 2;
  private static final int WARM_UP_TURNS = 100_000;
  private static final int WARM_UP_RING = 512;
  private static final long LINK_TIMEOUT_NS = 10_000_000_000L;
  private static final long LOOK_MS = 1;

  /** The answer to a {@link BuiltinSetup}: what is wrong with it, or an empty string. */
  record Ready(String problem) {}

  private final BufferedReader orders;
  private final PrintStream results;

  private BuiltinGeneratorMain(BufferedReader orders, PrintStream results) {
    this.orders = orders;
    this.results = results;
  }

  public static void main(String[] arguments)
      throws IOException, InterruptedException, ExecutionException {
    PrintStream results = System.out;
    System.setOut(System.err); // nobody else writes between the lines
    new BuiltinGeneratorMain(
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), results)
        .run();
  }

  @SuppressWarnings("try") // the environment is only held open
  private void run() throws IOException, InterruptedException, ExecutionException {
    BuiltinSetup setup = MAPPER.readValue(orders.readLine(), BuiltinSetup.class);
    int roomBytes = Math.max(ROOM_BYTES_MIN, (setup.mtuBytes() + FRAME_OVERHEAD_BYTES + 63) & ~63);
    long poolBytes = (long) POOL_PACKETS * (roomBytes + BUFFER_OVERHEAD_BYTES);
    try (Eal eal = Eal.start(ealOptions(setup, (int) (poolBytes >> 20) + BASE_MIB));
        PacketPool pool = PacketPool.create("packets", POOL_PACKETS, roomBytes, POOL_CACHE);
        ExecutorService loop = Executors.newSingleThreadExecutor()) {
      loop.submit(() -> CpuAffinity.pin(setup.core())).get();
      loop.submit(DpdkThread::register).get();
      ProfileFrames frames =
          new ProfileFrames(setup.profile(), setup.applianceMac(), setup.generatorMac());
      loop.submit(() -> warmUp(pool, frames)).get();
      try (Port port = open(setup, pool)) {
        TrialCounts counts = new TrialCounts();
        GeneratorLoop served =
            new GeneratorLoop(port.txQueue(0), port.rxQueue(0), pool, frames, counts);
        loop.submit(() -> served.idle(WARM_UP_TURNS)).get();
        answer(new Ready(port.linkUp() ? "" : "the link is down: device=" + setup.device()));
        serve(served, counts, loop);
      }
      loop.submit(DpdkThread::unregister).get();
    } catch (DpdkException e) {
      answer(new Ready(e.getMessage()));
    }
  }

  private static EalOptions ealOptions(BuiltinSetup setup, int memoryMiB) {
    EalOptions options = EalOptions.of("gen-" + ProcessHandle.current().pid(), memoryMiB);
    if (!setup.hugepages()) {
      options = options.withHugepages(EalOptions.Hugepages.NEVER);
    }
    return setup.pci() ? options.withPciDevices(List.of(setup.device())) : options;
  }

  private static Port open(BuiltinSetup setup, PacketPool pool) throws InterruptedException {
    PortOptions options =
        PortOptions.of(pool)
            .withDescriptors(DESCRIPTORS, DESCRIPTORS)
            .withMtuBytes(setup.mtuBytes());
    Port port = Port.open(setup.device(), options);
    port.start();
    long deadlineNs = System.nanoTime() + LINK_TIMEOUT_NS;
    while (!port.linkUp() && System.nanoTime() - deadlineNs < 0) {
      Thread.sleep(LOOK_MS);
    }
    return port;
  }

  /** Into one port and out of the other: all that the loop does is compiled then. */
  private static void warmUp(PacketPool pool, ProfileFrames frames) {
    try (PortPair pair = PortPair.create("warm-up", 1, WARM_UP_RING, pool)) {
      pair.first().start();
      pair.second().start();
      GeneratorLoop loop =
          new GeneratorLoop(
              pair.first().txQueue(0), pair.second().rxQueue(0), pool, frames, new TrialCounts());
      for (int round = 0; round < Preparation.of(WARM_UP_ROUNDS); round++) {
        loop.run(TrialOrder.rate(WARM_UP_PACKETS, 0.5).withLatency());
        loop.run(TrialOrder.burst(WARM_UP_PACKETS));
        loop.run(TrialOrder.rate(Double.POSITIVE_INFINITY, 0.3).withLatency());
      }
    }
  }

  private void serve(GeneratorLoop loop, TrialCounts counts, ExecutorService thread)
      throws IOException, InterruptedException, ExecutionException {
    String line;
    while ((line = orders.readLine()) != null) {
      TrialOrder order = MAPPER.readValue(line, TrialOrder.class);
      thread.submit(() -> loop.run(order)).get();
      answer(counts.result(order.latency()));
    }
  }

  private void answer(Object line) throws IOException {
    results.println(MAPPER.writeValueAsString(line));
    results.flush();
  }
}
