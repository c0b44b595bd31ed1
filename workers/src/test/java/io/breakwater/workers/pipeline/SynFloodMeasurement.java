package io.breakwater.workers.pipeline;

import static io.breakwater.workers.pipeline.GuardedBench.RST;
import static io.breakwater.workers.pipeline.GuardedBench.SYN;
import static io.breakwater.workers.pipeline.GuardedBench.always;
import static io.breakwater.workers.pipeline.GuardedBench.segment;

import io.breakwater.config.protection.SynFlood.Mode;
import io.breakwater.workers.Frames;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.stage.Fragmentation;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What a flood costs in the pipeline, without ports: nanoseconds a packet, those of copying the
 * frames in not counted. Run by hand: {@code java -cp ... SynFloodMeasurement [seconds [which: p,
 * c, r, i]]}.
 */
final class SynFloodMeasurement {

  private static final int BATCH = 64;
  private static final int FRAMES = 1 << 12;
  private static final int ROOM = 256;

  private SynFloodMeasurement() {}

  public static void main(String[] arguments) {
    int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    String only = arguments.length > 1 ? arguments[1] : "pcri";
    if (only.contains("p")) {
      measure("SYNs to an unguarded tenant", "100.64.0.1", SYN, false, seconds);
    }
    if (only.contains("c")) {
      measure("SYNs challenged", GuardedBench.SERVER, SYN, false, seconds);
    }
    if (only.contains("r")) {
      measure("RSTs with a wrong cookie", GuardedBench.SERVER, RST, false, seconds);
    }
    if (only.contains("i")) {
      measure("SYNs challenged, IPv6", GuardedBench.SERVER6, SYN, true, seconds);
    }
  }

  private static void measure(String what, String server, int flags, boolean ipv6, int seconds) {
    GuardedBench guard = new GuardedBench(always(Mode.CHALLENGE));
    PacketMemory memory = guard.bench.packets.memory;
    Pipeline pipeline =
        new PipelineBuilder(memory, BATCH)
            .neighbours(guard.bench.neighbours, guard.bench.learned)
            .fragmentation(new Fragmentation(guard.bench.buffers, 0, 1))
            .tunnelMtus((tunnel, mtuBytes) -> {})
            .protection(guard.bench.protection, 0)
            .counters(guard.bench.counters, guard.bench.meters)
            .build();
    int length = ipv6 ? 74 : 54;
    int source = 4 << 20;
    SplittableRandom random = new SplittableRandom(1);
    byte[] frame =
        ipv6
            ? segment(GuardedBench.ipv6("2600::1"), 1, flags, 1, 0)
            : segment(WayFrames.fromUplink().ipv4("9.9.9.9", server), 1, flags, 1, 0);
    for (int i = 0; i < FRAMES; i++) {
      byte[] other = frame.clone();
      if (ipv6) {
        for (int at = 26; at < 30; at++) {
          other[at] = (byte) random.nextInt();
        }
      } else {
        int address = random.nextInt(20 << 24, 90 << 24);
        for (int at = 0; at < 4; at++) {
          other[26 + at] = (byte) (address >>> 24 - 8 * at);
        }
        other[24] = 0;
        other[25] = 0;
        int checksum = Frames.checksum(Arrays.copyOfRange(other, 14, 34));
        other[24] = (byte) (checksum >>> 8);
        other[25] = (byte) checksum;
      }
      memory.write(source + i * 128, other, 0, length);
    }
    Batch batch = new Batch(BATCH);
    Run run = new Run(guard, pipeline, memory, batch, source, length);
    run.go(seconds * 1_000_000_000L, true);
    double whole = run.go(seconds * 1_000_000_000L, true);
    run.go(1_000_000_000L, false);
    double copying = run.go(1_000_000_000L, false);
    System.out.printf(
        "%-32s %5.1f ns/packet (%4.1f Mpps), copying %4.1f; fate %s%n",
        what, whole - copying, 1_000 / (whole - copying), copying, run.fate());
  }

  private record Run(
      GuardedBench guard,
      Pipeline pipeline,
      PacketMemory memory,
      Batch batch,
      int source,
      int length) {

    double go(long forNs, boolean process) {
      long startNs = System.nanoTime();
      long packets = 0;
      int next = 0;
      long nowNs = guard.nowNs;
      long elapsedNs;
      do {
        for (int turn = 0; turn < 1_000; turn++) {
          for (int i = 0; i < BATCH; i++) {
            int from = source + next * 128;
            int to = 32 << 20 | i * ROOM + 128;
            next = next + 1 & FRAMES - 1;
            for (int at = 0; at < 80; at += 8) {
              memory.setI64(to + at, memory.i64(from + at));
            }
            batch.setBuffer(i, 0);
            batch.setFrame(i, to);
            batch.setLength(i, length);
          }
          batch.begin(BATCH);
          nowNs += 2_560;
          if (process) {
            pipeline.process(batch, TestAppliance.UPLINK, guard.bench.tables, nowNs);
            guard.bench.counters.count(batch);
          }
          packets += BATCH;
        }
        elapsedNs = System.nanoTime() - startNs;
      } while (elapsedNs < forNs);
      guard.nowNs = nowNs;
      return (double) elapsedNs / packets;
    }

    String fate() {
      go(1, true);
      int code = batch.fate(0);
      return code < DropReason.CODE_MIN
          ? Fate.values()[code - 1].name()
          : DropReason.ofCode(code).name();
    }
  }
}
