package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class TrafficSourceTest {
  private static final PacketPool POOL = Dpdk.POOL;
  private static final int STRIDE = 128;

  @Test
  void shouldFillReceivedPacketsWithTheFramesInTurn() {
    short[] lengths = {60, 88, 128};
    try (Arena arena = Arena.ofConfined();
        Port port = Port.open("net_null0,size=64", PortOptions.of(POOL))) {
      MemorySegment frames = arena.allocate((long) STRIDE * lengths.length);
      for (int i = 0; i < lengths.length; i++) {
        frames.asSlice((long) i * STRIDE, STRIDE).fill((byte) (i + 1));
      }
      TrafficSource source = TrafficSource.install(port, 0, frames, STRIDE, lengths);
      port.start();
      PacketBurst burst = new PacketBurst(64);
      for (int packet = 0; packet < 128; ) {
        port.rxQueue(0).receive(burst);
        for (int i = 0; i < burst.count(); i++, packet++) {
          int frame = packet % lengths.length;
          assertEquals(lengths[frame], burst.length(i));
          assertEquals(frame + 1, POOL.memory().get(JAVA_BYTE, burst.frame(i)));
          assertEquals(
              frame + 1, POOL.memory().get(JAVA_BYTE, burst.frame(i) + burst.length(i) - 1));
        }
        POOL.free(burst, 0, burst.count());
      }
      port.stop();
      source.close();
    }
    assertEquals(0, POOL.inUse());
  }

  @Test
  void shouldSendOnlyTheSelectedFramesFromTheNextBurstOn() {
    short[] lengths = {60, 60, 60, 60, 60};
    try (Arena arena = Arena.ofConfined();
        Port port = Port.open("net_null0,size=64", PortOptions.of(POOL))) {
      MemorySegment frames = arena.allocate((long) STRIDE * lengths.length);
      for (int i = 0; i < lengths.length; i++) {
        frames.asSlice((long) i * STRIDE, STRIDE).fill((byte) i);
      }
      TrafficSource source = TrafficSource.install(port, 0, frames, STRIDE, lengths);
      port.start();
      assertEquals("01234", firstFrames(port));
      source.select(2, 3);
      assertEquals("23423", firstFrames(port));
      source.select(0, 2);
      assertEquals("01010", firstFrames(port));
      source.select(0, 2);
      assertEquals("01010", firstFrames(port), "64 are an even number: it goes on");
      source.select(4, 1);
      assertEquals("44444", firstFrames(port));
      assertThrows(DpdkException.class, () -> source.select(0, 0));
      assertThrows(DpdkException.class, () -> source.select(4, 2));
      assertThrows(DpdkException.class, () -> source.select(6, 1));
      assertThrows(DpdkException.class, () -> source.select(-1, 1));
      port.stop();
      source.close();
    }
    assertEquals(0, POOL.inUse());
  }

  /** The numbers of the first five frames of a burst. */
  private static String firstFrames(Port port) {
    PacketBurst burst = new PacketBurst(64);
    port.rxQueue(0).receive(burst);
    StringBuilder numbers = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      numbers.append(POOL.memory().get(JAVA_BYTE, burst.frame(i)));
    }
    POOL.free(burst, 0, burst.count());
    return numbers.toString();
  }

  @Test
  void shouldRefuseFramesThatDoNotHoldAllOfThem() {
    try (Arena arena = Arena.ofConfined();
        Port port = Port.open("net_null0,size=64", PortOptions.of(POOL))) {
      MemorySegment frames = arena.allocate(STRIDE);
      assertThrows(
          IllegalArgumentException.class,
          () -> TrafficSource.install(port, 0, frames, STRIDE, new short[] {60, 60}));
    }
  }

  @Test
  void shouldRefuseFrameLongerThanStride() {
    try (Arena arena = Arena.ofConfined();
        Port port = Port.open("net_null0,size=64", PortOptions.of(POOL))) {
      MemorySegment frames = arena.allocate(STRIDE);
      assertThrows(
          DpdkException.class,
          () -> TrafficSource.install(port, 0, frames, STRIDE, new short[] {129}));
    }
  }
}
