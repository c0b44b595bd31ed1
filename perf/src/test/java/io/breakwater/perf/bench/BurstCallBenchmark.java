package io.breakwater.perf.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.breakwater.dpdk.DpdkThread;
import io.breakwater.dpdk.Eal;
import io.breakwater.dpdk.EalOptions;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.Port;
import io.breakwater.dpdk.PortOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a burst call costs: received from and sent to {@code net_null}, by plain downcalls, by
 * {@code critical} ones, which leave out the thread's state transition, and by critical ones that
 * are given an array of the heap.
 *
 * <p>Links the shim's functions itself, because the bindings offer only the way that was chosen.
 * The scores are nanoseconds for one receive and one transmit of a whole burst. Decision: {@code
 * docs/decisions/0001-packet-memory-access.md}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
public class BurstCallBenchmark {
  private static final MethodHandle RECEIVE_PLAIN;
  private static final MethodHandle RECEIVE_CRITICAL;
  private static final MethodHandle RECEIVE_ON_HEAP;
  private static final MethodHandle TRANSMIT_PLAIN;
  private static final MethodHandle TRANSMIT_CRITICAL;
  private static final MethodHandle TRANSMIT_ON_HEAP;

  static {
    System.load(Path.of(System.getProperty("breakwater.shim")).toAbsolutePath().toString());
    Linker linker = Linker.nativeLinker();
    SymbolLookup symbols = SymbolLookup.loaderLookup();
    MemorySegment receive = symbols.findOrThrow("bw_receive");
    MemorySegment transmit = symbols.findOrThrow("bw_transmit");
    FunctionDescriptor type =
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS, JAVA_INT);
    Linker.Option critical = Linker.Option.critical(false);
    Linker.Option onHeap = Linker.Option.critical(true);
    RECEIVE_PLAIN = linker.downcallHandle(receive, type);
    RECEIVE_CRITICAL = linker.downcallHandle(receive, type, critical);
    RECEIVE_ON_HEAP = linker.downcallHandle(receive, type, onHeap);
    TRANSMIT_PLAIN = linker.downcallHandle(transmit, type);
    TRANSMIT_CRITICAL = linker.downcallHandle(transmit, type, critical);
    TRANSMIT_ON_HEAP = linker.downcallHandle(transmit, type, onHeap);
  }

  private static final int RECORD_BYTES = 32;

  @Param({"1", "32", "64"})
  public int burst;

  private Eal eal;
  private PacketPool pool;
  private Port port;
  private long start;
  private final MemorySegment offHeap = Arena.global().allocate(64 * RECORD_BYTES, 64);
  private final MemorySegment onHeap = MemorySegment.ofArray(new int[64 * RECORD_BYTES / 4]);

  @Setup
  public void open() {
    eal = Eal.start(EalOptions.of("burst-" + ProcessHandle.current().pid(), 128));
    pool = PacketPool.create("packets", 8_191, 2_048, 256);
    port = Port.open("net_null0,size=64", PortOptions.of(pool));
    port.start();
    DpdkThread.register();
    start = pool.memory().address();
  }

  @TearDown
  public void close() {
    DpdkThread.unregister();
    port.close();
    pool.close();
    eal.close();
  }

  @Benchmark
  public int plain() throws Throwable {
    int received = (int) RECEIVE_PLAIN.invokeExact(0, 0, start, offHeap, burst);
    return (int) TRANSMIT_PLAIN.invokeExact(0, 0, start, offHeap, received);
  }

  @Benchmark
  public int critical() throws Throwable {
    int received = (int) RECEIVE_CRITICAL.invokeExact(0, 0, start, offHeap, burst);
    return (int) TRANSMIT_CRITICAL.invokeExact(0, 0, start, offHeap, received);
  }

  @Benchmark
  public int criticalOnHeap() throws Throwable {
    int received = (int) RECEIVE_ON_HEAP.invokeExact(0, 0, start, onHeap, burst);
    return (int) TRANSMIT_ON_HEAP.invokeExact(0, 0, start, onHeap, received);
  }
}
