package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The first IP packets that a queue receives: their first bytes, and the hash that the driver told.
 *
 * <p>The queue's thread copies them inside its receive call until the sample is full or {@link
 * #end} is called; after that the queue has no cost of it. All calls here come from one other
 * thread.
 */
public final class PacketSample implements AutoCloseable {

  /** Bytes that are kept of a frame. */
  public static final int FRAME_BYTES = SharedLayout.SAMPLE_BYTES;

  private static final StructLayout SAMPLED = SharedLayout.SAMPLED;

  private final String queue;
  private long sample;
  private int read;

  private PacketSample(String queue, long sample) {
    this.queue = queue;
    this.sample = sample;
  }

  /**
   * A packet.
   *
   * @param hashed whether the driver told a hash
   * @param hash that hash
   * @param frame its first {@value #FRAME_BYTES} bytes; what it does not have is 0
   */
  public record Packet(boolean hashed, int hash, byte[] frame) {}

  static PacketSample start(PortDevice device, int queue, int capacity) {
    String arguments = "device=%s queue=%d".formatted(device.name(), queue);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment started = arena.allocate(ADDRESS);
      NativeError.check(
          Shim.sampleStart(device.port(), queue, capacity, started),
          "rte_eth_add_rx_callback",
          arguments);
      return new PacketSample(arguments, started.get(JAVA_LONG, 0));
    }
  }

  /** Packets that came since the last call. */
  public List<Packet> read() {
    int count = Shim.sampleCount(sample) - read;
    List<Packet> packets = new ArrayList<>(count);
    if (count > 0) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment copies = arena.allocate(SAMPLED, count);
        Shim.sampleRead(sample, read, count, copies);
        for (int i = 0; i < count; i++) {
          packets.add(packet(copies.asSlice(i * SAMPLED.byteSize(), SAMPLED)));
        }
      }
      read += count;
    }
    return packets;
  }

  private static Packet packet(MemorySegment sampled) {
    return new Packet(
        sampled.get(JAVA_INT, SharedLayout.offset(SAMPLED, "hashed")) != 0,
        sampled.get(JAVA_INT, SharedLayout.offset(SAMPLED, "hash")),
        sampled.asSlice(SharedLayout.offset(SAMPLED, "frame"), FRAME_BYTES).toArray(JAVA_BYTE));
  }

  /** Keeps no more. The queue may be polled meanwhile. */
  public void end() {
    NativeError.check(Shim.sampleEnd(sample), "rte_eth_remove_rx_callback", queue);
  }

  /** Frees it. Its queue's thread must have ended, or have been in no burst since {@link #end}. */
  @Override
  public void close() {
    if (sample != 0) {
      Shim.sampleFree(sample);
      sample = 0;
    }
  }
}
