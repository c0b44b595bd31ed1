package io.breakwater.perf.startup;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.dpdk.DpdkThread;
import io.breakwater.dpdk.Eal;
import io.breakwater.dpdk.EalOptions;
import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.Port;
import io.breakwater.dpdk.PortOptions;
import io.breakwater.perf.study.Throughput;
import io.breakwater.perf.study.Throughput.Window;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Starts the appliance and sends it packets over a memif from before its start on, in a process of
 * its own: {@code StartUpRound SECONDS CORE SOCKET COMMAND...} prints a {@link StartUpMeasurement}
 * as one line of JSON.
 *
 * <p>This side of the memif is the server, so that it is there when the appliance comes. It polls
 * on its own core and counts what comes back.
 */
final class StartUpRound {

  private static final int MEMORY_MIB = 128;
  private static final int POOL_PACKETS = 16_383;
  private static final int POOL_CACHE = 256;
  private static final int ROOM_BYTES = 2_048;
  private static final int BURST = 64;
  private static final long SAMPLE_NS = 1_000_000;
  private static final long START_TIMEOUT_NS = 60_000_000_000L;

  private static final long STOP_TIMEOUT_SECONDS = 20;

  private static final double FULL_RATE = 0.9;

  /** What the appliance says when its workers run. */
  private static final String READY = "forwarding:";

  private final double seconds;
  private final List<String> command;
  private final AtomicLong readyNs = new AtomicLong();
  private final List<String> said = new ArrayList<>();
  private final List<byte[]> frames = StartUpAppliance.frames();
  private final PacketBurst outgoing = new PacketBurst(BURST);
  private final PacketBurst incoming = new PacketBurst(BURST);
  private int nextFrame;

  private StartUpRound(double seconds, List<String> command) {
    this.seconds = seconds;
    this.command = command;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    StartUpRound round =
        new StartUpRound(
            Double.parseDouble(arguments[0]),
            Arrays.asList(arguments).subList(3, arguments.length));
    StartUpMeasurement measured = round.run(Integer.parseInt(arguments[1]), Path.of(arguments[2]));
    System.out.println(JsonMapper.builder().build().writeValueAsString(measured));
  }

  private StartUpMeasurement run(int core, Path socket) throws IOException, InterruptedException {
    String prefix = "start-up-" + ProcessHandle.current().pid();
    String device = "net_memif0,role=server,id=0,socket=%s,socket-abstract=no".formatted(socket);
    try (Eal _ = Eal.start(EalOptions.of(prefix, MEMORY_MIB));
        PacketPool pool = PacketPool.create("packets", POOL_PACKETS, ROOM_BYTES, POOL_CACHE);
        Port port = Port.open(device, PortOptions.of(pool))) {
      port.start();
      StartUpMeasurement measured = start(core, port, pool);
      port.stop();
      return measured;
    }
  }

  private StartUpMeasurement start(int core, Port port, PacketPool pool)
      throws IOException, InterruptedException {
    long startNs = System.nanoTime();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      Thread.ofPlatform().daemon().start(() -> listen(process));
      // Its threads would be pinned like the thread that started them: so only now.
      CpuAffinity.pin(core);
      DpdkThread.register();
      Throughput seen = exchange(process, port, pool, startNs);
      double cpuMs =
          process.info().totalCpuDuration().map(time -> time.toNanos() * 1e-6).orElse(-1.0);
      DpdkThread.unregister();
      return measurement(seen, startNs, cpuMs);
    } finally {
      // By its handle: Process.destroy also closes the pipe that it still writes to.
      process.toHandle().destroy();
      if (!process.waitFor(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  private void listen(Process process) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.contains(READY)) {
          readyNs.compareAndSet(0, System.nanoTime());
        }
        synchronized (said) {
          said.add(line);
        }
      }
    } catch (IOException e) {
      // The process is gone, and so is what it had to say.
    }
  }

  /** Sends and counts until so many seconds after the first packet came back. */
  private Throughput exchange(Process process, Port port, PacketPool pool, long startNs) {
    int samplesMax = (int) ((START_TIMEOUT_NS + seconds * 1e9) / SAMPLE_NS) + 2;
    long[] times = new long[samplesMax];
    long[] packets = new long[samplesMax];
    int samples = 0;
    long returned = 0;
    long endNs = 0;
    long nextSampleNs = 0;
    while (true) {
      send(port, pool);
      returned += receive(port, pool);
      long nowNs = System.nanoTime() - startNs;
      if (endNs == 0 && returned > 0) {
        endNs = nowNs + (long) (seconds * 1e9);
        nextSampleNs = nowNs;
      }
      if (nowNs >= nextSampleNs) {
        times[samples] = nowNs;
        packets[samples++] = returned;
        nextSampleNs = nowNs + SAMPLE_NS;
      }
      if (endNs != 0 && nowNs >= endNs || samples == samplesMax) {
        return new Throughput(Arrays.copyOf(times, samples), Arrays.copyOf(packets, samples));
      }
      if (endNs == 0 && (nowNs > START_TIMEOUT_NS || !process.isAlive())) {
        synchronized (said) {
          throw new IllegalStateException(
              "no packet came back from the appliance: elapsedMs=%d said: %s"
                  .formatted(nowNs / 1_000_000, String.join("\n", said)));
        }
      }
    }
  }

  private void send(Port port, PacketPool pool) {
    MemorySegment memory = pool.memory();
    int count = 0;
    while (count < BURST) {
      int buffer = pool.allocate();
      if (buffer < 0) {
        break;
      }
      byte[] frame = frames.get(nextFrame++ % frames.size());
      int at = pool.frame(buffer);
      MemorySegment.copy(frame, 0, memory, ValueLayout.JAVA_BYTE, at, frame.length);
      outgoing.set(count++, buffer, at, frame.length);
    }
    int sent = port.txQueue(0).transmit(outgoing, count);
    if (sent < count) {
      pool.free(outgoing, sent, count - sent);
    }
  }

  private int receive(Port port, PacketPool pool) {
    int count = port.rxQueue(0).receive(incoming);
    if (count > 0) {
      pool.free(incoming, 0, count);
    }
    return count;
  }

  private StartUpMeasurement measurement(Throughput seen, long startNs, double cpuMs) {
    long endNs = seen.timesNs()[seen.timesNs().length - 1];
    long firstNs = endNs;
    for (int i = seen.timesNs().length - 1; i >= 0 && seen.packets()[i] > 0; i--) {
      firstNs = seen.timesNs()[i];
    }
    double steady = seen.steadyMpps((firstNs + endNs) / 2, endNs);
    long fullNs =
        seen.windows(firstNs, endNs).stream()
            .filter(window -> window.mpps() >= FULL_RATE * steady)
            .mapToLong(Window::endNs)
            .findFirst()
            .orElse(endNs);
    return new StartUpMeasurement(
        (readyNs.get() - startNs) * 1e-6, firstNs * 1e-6, fullNs * 1e-6, steady, cpuMs);
  }
}
