package io.breakwater.perf.bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.breakwater.perf.traffic.FrameSizes;
import io.breakwater.perf.traffic.Workload;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to keep packet accesses inside the pool: a bounded segment (closeable or not) or an
 * unbounded one, held in a {@code static final} field or in an ordinary one.
 *
 * <p>A packet-like workload on a region of 40 MB: bursts of 64 frames are checked as IPv4 (version,
 * lengths, checksum, TTL), or checked and given an outer IPv4 and GRE header. The scores are
 * nanoseconds per packet. Decision: {@code docs/decisions/0001-packet-memory-access.md}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
@OperationsPerInvocation(PacketAccessBenchmark.BURST)
public class PacketAccessBenchmark {
  static final int BURST = 64;

  private static final int REGION_BYTES = 40 << 20;
  private static final int BUFFER_BYTES = 2_368;
  private static final int FRAME_OFFSET = 256;
  private static final int ETHERNET_BYTES = 14;

  private static final ValueLayout.OfShort SHORT =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private static final MemorySegment STATIC_GLOBAL = Arena.global().allocate(REGION_BYTES, 4096);
  private static final MemorySegment STATIC_SHARED =
      STATIC_GLOBAL.reinterpret(Arena.ofShared(), null);
  private static final MemorySegment STATIC_UNBOUNDED =
      MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /** What is done with each packet. */
  public enum Work {
    CHECK,
    CHECK_AND_ENCAPSULATE
  }

  @Param public Work work;

  private final int[] frames = new int[BURST];
  private final long[] addresses = new long[BURST];
  private MemorySegment fieldShared;
  private MemorySegment fieldGlobal;
  private MemorySegment fieldUnbounded;

  @Setup
  public void prepare() {
    fieldShared = STATIC_GLOBAL.reinterpret(Arena.ofShared(), null);
    fieldGlobal = STATIC_GLOBAL.reinterpret(REGION_BYTES);
    fieldUnbounded = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    Workload workload = Workload.of(16, 64, 1);
    MemorySegment flows =
        MemorySegment.ofBuffer(workload.framesToTenants(BURST, FrameSizes.of(64)));
    for (int i = 0; i < BURST; i++) {
      frames[i] = i * 7 * BUFFER_BYTES + FRAME_OFFSET;
      addresses[i] = STATIC_GLOBAL.address() + frames[i];
      MemorySegment.copy(flows, i * 64L, STATIC_GLOBAL, frames[i], 64);
    }
    if (boundedStatic() != BURST || unboundedStatic() != BURST) {
      throw new IllegalStateException("the frames are not good IPv4");
    }
  }

  @Benchmark
  public int boundedSharedStatic() {
    return run(STATIC_SHARED, frames);
  }

  @Benchmark
  public int boundedSharedField() {
    return run(fieldShared, frames);
  }

  @Benchmark
  public int boundedStatic() {
    return run(STATIC_GLOBAL, frames);
  }

  @Benchmark
  public int boundedField() {
    return run(fieldGlobal, frames);
  }

  @Benchmark
  public int unboundedStatic() {
    return run(STATIC_UNBOUNDED, addresses);
  }

  @Benchmark
  public int unboundedField() {
    return run(fieldUnbounded, addresses);
  }

  private int run(MemorySegment memory, int[] at) {
    int good = 0;
    boolean encapsulates = work == Work.CHECK_AND_ENCAPSULATE;
    for (int i = 0; i < BURST; i++) {
      int ip = at[i] + ETHERNET_BYTES;
      if (check(memory, ip)) {
        good++;
        if (encapsulates) {
          encapsulate(memory, ip);
        }
      }
    }
    return good;
  }

  private int run(MemorySegment memory, long[] at) {
    int good = 0;
    boolean encapsulates = work == Work.CHECK_AND_ENCAPSULATE;
    for (int i = 0; i < BURST; i++) {
      long ip = at[i] + ETHERNET_BYTES;
      if (check(memory, ip)) {
        good++;
        if (encapsulates) {
          encapsulate(memory, ip);
        }
      }
    }
    return good;
  }

  private static boolean check(MemorySegment memory, long ip) {
    int versionAndLength = memory.get(JAVA_BYTE, ip);
    int totalLength = Short.toUnsignedInt(memory.get(SHORT, ip + 2));
    int ttl = Byte.toUnsignedInt(memory.get(JAVA_BYTE, ip + 8));
    int source = memory.get(INT, ip + 12);
    int destination = memory.get(INT, ip + 16);
    long sum = Integer.toUnsignedLong(memory.get(INT, ip));
    sum += Integer.toUnsignedLong(memory.get(INT, ip + 4));
    sum += Integer.toUnsignedLong(memory.get(INT, ip + 8));
    sum += Integer.toUnsignedLong(source) + Integer.toUnsignedLong(destination);
    sum = (sum & 0xFFFF_FFFFL) + (sum >>> 32);
    sum = (sum & 0xFFFF) + (sum >>> 16);
    sum = (sum & 0xFFFF) + (sum >>> 16);
    return versionAndLength == 0x45
        && totalLength <= 50
        && totalLength >= 20
        && sum == 0xFFFF
        && ttl > 1
        && source != destination;
  }

  private static void encapsulate(MemorySegment memory, long ip) {
    int length = Short.toUnsignedInt(memory.get(SHORT, ip + 2)) + 24;
    long outer = ip - 24;
    memory.set(LONG, outer - 14, 0x0200_0000_0001_0200L);
    memory.set(INT, outer - 6, 2);
    memory.set(SHORT, outer - 2, (short) 0x0800);
    memory.set(INT, outer, 0x4500_0000 | length);
    memory.set(INT, outer + 4, 0x4000);
    memory.set(INT, outer + 8, 0x402F_0000 | ~length & 0xFFFF);
    memory.set(LONG, outer + 12, 0xC633_6401_C300_0001L);
    memory.set(INT, outer + 20, 0x0800);
  }
}
