package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * Real frames on a {@code net_null} port, for benchmarks.
 *
 * <p>{@code net_null} hands out packets whose bytes are whatever the buffer held before. A source
 * writes prepared frames into them, round robin, inside the native receive call: one copy for each
 * packet, the same for Java as for a program in C. What the port received is overwritten, so this
 * is not for ports that carry traffic.
 *
 * <p>Install it before the port starts, close it after the port stopped and before it closes.
 */
public final class TrafficSource implements AutoCloseable {
  private final Arena arena;
  private final long source;

  /** Read by C until this is closed, so not to be collected before. */
  private final MemorySegment frames;

  private TrafficSource(Arena arena, long source, MemorySegment frames) {
    this.arena = arena;
    this.source = source;
    this.frames = frames;
  }

  /**
   * Fills every packet that a queue receives.
   *
   * @param frames frame {@code i} is at {@code i * strideBytes}; native memory, kept reachable
   *     until this is closed
   * @param strideBytes a multiple of 64; so many bytes are copied for each packet
   * @param lengths bytes of each frame
   */
  public static TrafficSource install(
      Port port, int queue, MemorySegment frames, int strideBytes, short[] lengths) {
    if (!frames.isNative() || frames.byteSize() < (long) strideBytes * lengths.length) {
      throw new IllegalArgumentException(
          "frames must be native memory that holds all of them: bytes=%d strideBytes=%d count=%d"
              .formatted(frames.byteSize(), strideBytes, lengths.length));
    }
    Arena arena = Arena.ofShared();
    try {
      MemorySegment installed = arena.allocate(ADDRESS);
      NativeError.check(
          Shim.sourceInstall(
              port.number(),
              queue,
              frames,
              arena.allocateFrom(JAVA_SHORT, lengths),
              strideBytes,
              lengths.length,
              installed),
          "rte_eth_add_rx_callback",
          "device=%s queue=%d strideBytes=%d count=%d"
              .formatted(port.deviceName(), queue, strideBytes, lengths.length));
      return new TrafficSource(arena, installed.get(JAVA_LONG, 0), frames);
    } catch (DpdkException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * From the next burst on, only these frames are sent, from the first of them on; until this is
   * called, all are. One store, so any thread may switch the traffic while the port is polled.
   *
   * @param first of the frames installed
   * @param count at least 1
   */
  public void select(int first, int count) {
    NativeError.check(
        Shim.sourceSelect(source, first, count),
        "bw_source_select",
        "first=%d count=%d".formatted(first, count));
  }

  /** Takes the source off its queue. The port must be stopped. */
  @Override
  public void close() {
    NativeError.check(Shim.sourceRemove(source), "rte_eth_remove_rx_callback", "");
    arena.close();
    Reference.reachabilityFence(frames);
  }
}
