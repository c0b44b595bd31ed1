package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * Every native function that Breakwater calls, each as one method with the name of its C function
 * in {@code native/include/breakwater*.h}, which document them.
 *
 * <p>Calls inside the packet loop ({@link #receive} and what follows it) are linked {@link
 * Linker.Option#critical critical}: no thread state transition, so the call must be short and must
 * not block, because a safepoint waits for it. Where a driver makes system calls inside a burst the
 * same function is called through a plain handle.
 *
 * <p>Addresses are passed as {@code long}: their owners check liveness, the hot path does not.
 */
final class Shim {
  static {
    ShimLibrary.load();
  }

  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup SYMBOLS = SymbolLookup.loaderLookup();
  private static final Linker.Option CRITICAL = Linker.Option.critical(false);

  /** Critical, and may be given arrays of Java's heap: nothing moves them during the call. */
  private static final Linker.Option ON_HEAP = Linker.Option.critical(true);

  private static final MethodHandle LAYOUT = link("bw_layout", JAVA_INT, ADDRESS, JAVA_INT);

  private static final MethodHandle EAL_START = link("bw_eal_start", JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle EAL_STOP = link("bw_eal_stop", JAVA_INT);
  private static final MethodHandle EAL_HUGEPAGES = link("bw_eal_hugepages", JAVA_INT);
  private static final MethodHandle VERSION = link("bw_version", ADDRESS);
  private static final MethodHandle ERROR_TEXT = link("bw_error_text", ADDRESS, JAVA_INT);
  private static final MethodHandle LOG_TAKE = link("bw_log_take", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle CYCLES_PER_SECOND = link("bw_cycles_per_second", JAVA_LONG);

  private static final MethodHandle THREAD_PIN = link("bw_thread_pin", JAVA_INT, JAVA_INT);
  private static final MethodHandle THREAD_AFFINITY =
      link("bw_thread_affinity", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle THREAD_SET_AFFINITY =
      link("bw_thread_set_affinity", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle THREAD_REGISTER = link("bw_thread_register", JAVA_INT);
  private static final MethodHandle THREAD_UNREGISTER = linkVoid("bw_thread_unregister");

  private static final MethodHandle POOL_CREATE =
      link("bw_pool_create", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle POOL_FREE = linkVoid("bw_pool_free", JAVA_LONG);
  private static final MethodHandle POOL_MEMORY =
      link("bw_pool_memory", JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS);
  private static final MethodHandle POOL_FRAME_OFFSET = link("bw_pool_frame_offset", JAVA_INT);
  private static final MethodHandle POOL_HEADROOM = link("bw_pool_headroom", JAVA_INT);
  private static final MethodHandle POOL_AVAILABLE = link("bw_pool_available", JAVA_INT, JAVA_LONG);

  private static final MethodHandle PORT_PLUG = link("bw_port_plug", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle PORT_UNPLUG = link("bw_port_unplug", JAVA_INT, ADDRESS);
  private static final MethodHandle PORT_FIND = link("bw_port_find", JAVA_INT, ADDRESS);
  private static final MethodHandle PORT_NAME = link("bw_port_name", JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle PORT_INFO = link("bw_port_info", JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle PORT_CONFIGURE =
      link("bw_port_configure", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle PORT_ADJUST_DESCRIPTORS =
      link("bw_port_adjust_descriptors", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle PORT_SETUP_RX =
      link("bw_port_setup_rx", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle PORT_SETUP_TX =
      link("bw_port_setup_tx", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle PORT_SET_MTU =
      link("bw_port_set_mtu", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle PORT_MTU = link("bw_port_mtu", JAVA_INT, JAVA_INT);
  private static final MethodHandle PORT_RECEIVE_MULTICAST =
      link("bw_port_receive_multicast", JAVA_INT, JAVA_INT);
  private static final MethodHandle PORT_START = link("bw_port_start", JAVA_INT, JAVA_INT);
  private static final MethodHandle PORT_STOP = link("bw_port_stop", JAVA_INT, JAVA_INT);
  private static final MethodHandle PORT_CLOSE = link("bw_port_close", JAVA_INT, JAVA_INT);
  private static final MethodHandle PORT_MAC = link("bw_port_mac", JAVA_LONG, JAVA_INT);
  private static final MethodHandle PORT_LINK = link("bw_port_link", JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle PORT_STATISTICS =
      link("bw_port_statistics", JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle PORT_XSTATS =
      link("bw_port_xstats", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle PORT_FROM_RINGS =
      link("bw_port_from_rings", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT);

  private static final MethodHandle PORT_RSS = link("bw_port_rss", JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle PORT_SET_RSS_TABLE =
      link("bw_port_set_rss_table", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);

  private static final MethodHandle SAMPLE_START =
      link("bw_sample_start", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle SAMPLE_COUNT = link("bw_sample_count", JAVA_INT, JAVA_LONG);
  private static final MethodHandle SAMPLE_READ =
      linkVoid("bw_sample_read", JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle SAMPLE_END = link("bw_sample_end", JAVA_INT, JAVA_LONG);
  private static final MethodHandle SAMPLE_FREE = linkVoid("bw_sample_free", JAVA_LONG);

  private static final MethodHandle SOURCE_INSTALL =
      link(
          "bw_source_install",
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          ADDRESS,
          ADDRESS,
          JAVA_INT,
          JAVA_INT,
          ADDRESS);
  private static final MethodHandle SOURCE_SELECT =
      link("bw_source_select", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
  private static final MethodHandle SOURCE_REMOVE = link("bw_source_remove", JAVA_INT, JAVA_LONG);

  private static final MethodHandle COUNTER_OPEN =
      link("bw_counter_open", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle COUNTER_READ =
      link("bw_counter_read", JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle COUNTER_CLOSE = linkVoid("bw_counter_close", JAVA_INT);

  private static final MethodHandle RING_CREATE =
      link("bw_ring_create", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle RING_FREE = linkVoid("bw_ring_free", JAVA_LONG);
  private static final MethodHandle RING_COUNT = link("bw_ring_count", JAVA_INT, JAVA_LONG);

  private static final FunctionDescriptor BURST_TYPE =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS, JAVA_INT);
  private static final FunctionDescriptor RING_BURST_TYPE =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT);
  private static final MethodHandle RECEIVE = link("bw_receive", BURST_TYPE, ON_HEAP);
  private static final MethodHandle RECEIVE_BLOCKING = link("bw_receive", BURST_TYPE);
  private static final MethodHandle TRANSMIT = link("bw_transmit", BURST_TYPE, ON_HEAP);
  private static final MethodHandle TRANSMIT_BLOCKING = link("bw_transmit", BURST_TYPE);
  private static final MethodHandle ENQUEUE = link("bw_enqueue", RING_BURST_TYPE, ON_HEAP);
  private static final MethodHandle DEQUEUE = link("bw_dequeue", RING_BURST_TYPE, ON_HEAP);
  private static final MethodHandle ALLOCATE =
      link("bw_allocate", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG), CRITICAL);
  private static final MethodHandle ALLOCATE_BURST =
      link("bw_allocate_burst", RING_BURST_TYPE, ON_HEAP);
  private static final MethodHandle FREE_BURST =
      link(
          "bw_free_burst",
          FunctionDescriptor.ofVoid(JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT),
          ON_HEAP);
  private static final MethodHandle CYCLES =
      link("bw_cycles", FunctionDescriptor.of(JAVA_LONG), CRITICAL);

  private Shim() {}

  private static MethodHandle link(String name, MemoryLayout result, MemoryLayout... arguments) {
    return link(name, FunctionDescriptor.of(result, arguments));
  }

  private static MethodHandle linkVoid(String name, MemoryLayout... arguments) {
    return link(name, FunctionDescriptor.ofVoid(arguments));
  }

  private static MethodHandle link(String name, FunctionDescriptor type, Linker.Option... options) {
    MemorySegment symbol =
        SYMBOLS
            .find(name)
            .orElseThrow(() ->
                new DpdkException(
                    "the C shim lacks a function: function="
                        + name
                        + "; build it from the same source with native/build"));
    return LINKER.downcallHandle(symbol, type, options);
  }

  /** Handles throw nothing but errors of the JVM: the C side has no exceptions. */
  private static AssertionError unexpected(Throwable thrown) {
    return new AssertionError("a native call threw", thrown);
  }

  // ---- Environment ----

  static int layout(MemorySegment values, int capacity) {
    try {
      return (int) LAYOUT.invokeExact(values, capacity);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int ealStart(int argc, MemorySegment argv) {
    try {
      return (int) EAL_START.invokeExact(argc, argv);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int ealStop() {
    try {
      return (int) EAL_STOP.invokeExact();
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static boolean ealHugepages() {
    try {
      return (int) EAL_HUGEPAGES.invokeExact() == 1;
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static String version() {
    try {
      return text((MemorySegment) VERSION.invokeExact(), 256);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static String errorText(int errno) {
    try {
      return text((MemorySegment) ERROR_TEXT.invokeExact(errno), 256);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static String takeLog() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(4096);
      int length = (int) LOG_TAKE.invokeExact(text, 4096);
      return length == 0 ? "" : text.getString(0);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static long cyclesPerSecond() {
    try {
      return (long) CYCLES_PER_SECOND.invokeExact();
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  private static String text(MemorySegment address, long bytesMax) {
    return address.reinterpret(bytesMax).getString(0);
  }

  // ---- Threads ----

  static int threadPin(int cpu) {
    try {
      return (int) THREAD_PIN.invokeExact(cpu);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int threadAffinity(MemorySegment words, int wordCount) {
    try {
      return (int) THREAD_AFFINITY.invokeExact(words, wordCount);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int threadSetAffinity(int thread, MemorySegment words, int wordCount) {
    try {
      return (int) THREAD_SET_AFFINITY.invokeExact(thread, words, wordCount);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int threadRegister() {
    try {
      return (int) THREAD_REGISTER.invokeExact();
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static void threadUnregister() {
    try {
      THREAD_UNREGISTER.invokeExact();
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  // ---- Packet pool ----

  static int poolCreate(
      MemorySegment name, int packets, int roomBytes, int cachePackets, MemorySegment pool) {
    try {
      return (int) POOL_CREATE.invokeExact(name, packets, roomBytes, cachePackets, pool);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static void poolFree(long pool) {
    try {
      POOL_FREE.invokeExact(pool);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int poolMemory(long pool, MemorySegment start, MemorySegment bytes) {
    try {
      return (int) POOL_MEMORY.invokeExact(pool, start, bytes);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int poolFrameOffset() {
    try {
      return (int) POOL_FRAME_OFFSET.invokeExact();
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int poolHeadroom() {
    try {
      return (int) POOL_HEADROOM.invokeExact();
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int poolAvailable(long pool) {
    try {
      return (int) POOL_AVAILABLE.invokeExact(pool);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  // ---- Ports ----

  static int portPlug(MemorySegment name, MemorySegment arguments) {
    try {
      return (int) PORT_PLUG.invokeExact(name, arguments);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int portUnplug(MemorySegment name) {
    try {
      return (int) PORT_UNPLUG.invokeExact(name);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int portFind(MemorySegment name) {
    try {
      return (int) PORT_FIND.invokeExact(name);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int portName(int port, MemorySegment name) {
    try {
      return (int) PORT_NAME.invokeExact(port, name);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int portInfo(int port, MemorySegment info) {
    try {
      return (int) PORT_INFO.invokeExact(port, info);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int portConfigure(int port, int rxQueues, int txQueues, int mtuBytes, int features) {
    try {
      return (int) PORT_CONFIGURE.invokeExact(port, rxQueues, txQueues, mtuBytes, features);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int portAdjustDescriptors(int port, MemorySegment rx, MemorySegment tx) {
    try {
      return (int) PORT_ADJUST_DESCRIPTORS.invokeExact(port, rx, tx);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int portSetupRx(int port, int queue, int descriptors, long pool) {
    try {
      return (int) PORT_SETUP_RX.invokeExact(port, queue, descriptors, pool);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int portSetupTx(int port, int queue, int descriptors) {
    try {
      return (int) PORT_SETUP_TX.invokeExact(port, queue, descriptors);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int portSetMtu(int port, int mtuBytes) {
    try {
      return (int) PORT_SET_MTU.invokeExact(port, mtuBytes);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int portMtu(int port) {
    try {
      return (int) PORT_MTU.invokeExact(port);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int portReceiveMulticast(int port) {
    try {
      return (int) PORT_RECEIVE_MULTICAST.invokeExact(port);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int portStart(int port) {
    try {
      return (int) PORT_START.invokeExact(port);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int portStop(int port) {
    try {
      return (int) PORT_STOP.invokeExact(port);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int portClose(int port) {
    try {
      return (int) PORT_CLOSE.invokeExact(port);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static long portMac(int port) {
    try {
      return (long) PORT_MAC.invokeExact(port);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int portLink(int port, MemorySegment link) {
    try {
      return (int) PORT_LINK.invokeExact(port, link);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int portStatistics(int port, MemorySegment statistics) {
    try {
      return (int) PORT_STATISTICS.invokeExact(port, statistics);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int portXstats(int port, MemorySegment xstats, int capacity) {
    try {
      return (int) PORT_XSTATS.invokeExact(port, xstats, capacity);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int portFromRings(
      MemorySegment name, MemorySegment rxRings, MemorySegment txRings, int queues) {
    try {
      return (int) PORT_FROM_RINGS.invokeExact(name, rxRings, txRings, queues);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  // ---- Receive-side scaling ----

  static int portRss(int port, MemorySegment rss) {
    try {
      return (int) PORT_RSS.invokeExact(port, rss);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int portSetRssTable(int port, MemorySegment queues, int entries) {
    try {
      return (int) PORT_SET_RSS_TABLE.invokeExact(port, queues, entries);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int sampleStart(int port, int queue, int capacity, MemorySegment sample) {
    try {
      return (int) SAMPLE_START.invokeExact(port, queue, capacity, sample);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int sampleCount(long sample) {
    try {
      return (int) SAMPLE_COUNT.invokeExact(sample);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static void sampleRead(long sample, int first, int count, MemorySegment packets) {
    try {
      SAMPLE_READ.invokeExact(sample, first, count, packets);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int sampleEnd(long sample) {
    try {
      return (int) SAMPLE_END.invokeExact(sample);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static void sampleFree(long sample) {
    try {
      SAMPLE_FREE.invokeExact(sample);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  // ---- Traffic sources ----

  static int sourceInstall(
      int port,
      int queue,
      MemorySegment frames,
      MemorySegment lengths,
      int stride,
      int count,
      MemorySegment source) {
    try {
      return (int) SOURCE_INSTALL.invokeExact(port, queue, frames, lengths, stride, count, source);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int sourceSelect(long source, int first, int count) {
    try {
      return (int) SOURCE_SELECT.invokeExact(source, first, count);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int sourceRemove(long source) {
    try {
      return (int) SOURCE_REMOVE.invokeExact(source);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  // ---- Counters of the CPU ----

  static int counterOpen(int thread, int event) {
    try {
      return (int) COUNTER_OPEN.invokeExact(thread, event);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int counterRead(int counter, MemorySegment count) {
    try {
      return (int) COUNTER_READ.invokeExact(counter, count);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static void counterClose(int counter) {
    try {
      COUNTER_CLOSE.invokeExact(counter);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  // ---- Rings ----

  static int ringCreate(MemorySegment name, int packets, int flags, MemorySegment ring) {
    try {
      return (int) RING_CREATE.invokeExact(name, packets, flags, ring);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static void ringFree(long ring) {
    try {
      RING_FREE.invokeExact(ring);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int ringCount(long ring) {
    try {
      return (int) RING_COUNT.invokeExact(ring);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  // ---- The packet loop ----

  static int receive(int port, int queue, long poolStart, MemorySegment packets, int capacity) {
    try {
      return (int) RECEIVE.invokeExact(port, queue, poolStart, packets, capacity);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int receiveBlocking(
      int port, int queue, long poolStart, MemorySegment packets, int capacity) {
    try {
      return (int) RECEIVE_BLOCKING.invokeExact(port, queue, poolStart, packets, capacity);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int transmit(int port, int queue, long poolStart, MemorySegment packets, int count) {
    try {
      return (int) TRANSMIT.invokeExact(port, queue, poolStart, packets, count);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int transmitBlocking(
      int port, int queue, long poolStart, MemorySegment packets, int count) {
    try {
      return (int) TRANSMIT_BLOCKING.invokeExact(port, queue, poolStart, packets, count);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int enqueue(long ring, long poolStart, MemorySegment packets, int count) {
    try {
      return (int) ENQUEUE.invokeExact(ring, poolStart, packets, count);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int dequeue(long ring, long poolStart, MemorySegment packets, int capacity) {
    try {
      return (int) DEQUEUE.invokeExact(ring, poolStart, packets, capacity);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int allocate(long pool, long poolStart) {
    try {
      return (int) ALLOCATE.invokeExact(pool, poolStart);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int allocateBurst(long pool, long poolStart, MemorySegment packets, int count) {
    try {
      return (int) ALLOCATE_BURST.invokeExact(pool, poolStart, packets, count);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static void freeBurst(long poolStart, MemorySegment packets, int from, int count) {
    try {
      FREE_BURST.invokeExact(poolStart, packets, from, count);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static long cycles() {
    try {
      return (long) CYCLES.invokeExact();
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }
}
