package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PortPairTest {
  private static final PacketPool POOL = Dpdk.POOL;

  private final PacketBurst burst = new PacketBurst(64);

  @AfterEach
  void allPacketsShouldBeBackInThePool() {
    assertEquals(0, POOL.inUse());
  }

  private static PortPair start(String name, int queues, int size) {
    PortPair pair = PortPair.create(name, queues, size, POOL);
    pair.first().start();
    pair.second().start();
    return pair;
  }

  @Test
  void shouldReceiveOnOnePortTheBytesThatTheOtherSent() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (PortPair pair = start("bytes", 2, 1024)) {
      for (int turn = 0; turn < 100; turn++) {
        Port from = turn % 2 == 0 ? pair.first() : pair.second();
        Port to = turn % 2 == 0 ? pair.second() : pair.first();
        int queue = random.nextInt(2);
        byte[][] frames = fill(random);
        assertEquals(64, from.txQueue(queue).transmit(burst, 64), "seed=" + seed);
        assertEquals(0, to.rxQueue(1 - queue).receive(burst), "seed=" + seed);
        assertEquals(64, to.rxQueue(queue).receive(burst), "seed=" + seed);
        for (int i = 0; i < 64; i++) {
          assertArrayEquals(frames[i], bytes(i), "seed=" + seed + " turn=" + turn + " i=" + i);
        }
        POOL.free(burst, 0, 64);
      }
    }
  }

  /** Random frames of random lengths, some reaching into the headroom as prepended headers do. */
  private byte[][] fill(Random random) {
    byte[][] frames = new byte[64][];
    POOL.allocate(burst, 64);
    for (int i = 0; i < 64; i++) {
      int frame = burst.frame(i) - random.nextInt(POOL.headroomBytes() + 1);
      frames[i] = new byte[random.nextInt(POOL.roomBytes() + 1)];
      random.nextBytes(frames[i]);
      MemorySegment.copy(frames[i], 0, POOL.memory(), JAVA_BYTE, frame, frames[i].length);
      burst.set(i, burst.buffer(i), frame, frames[i].length);
    }
    return frames;
  }

  private byte[] bytes(int index) {
    return POOL.memory().asSlice(burst.frame(index), burst.length(index)).toArray(JAVA_BYTE);
  }

  @Test
  void shouldCountNothingWhenNothingCame() {
    try (PortPair pair = start("empty", 1, 64)) {
      POOL.allocate(burst, 64);
      POOL.free(burst, 0, 64);
      assertEquals(0, pair.first().rxQueue(0).receive(burst));
      assertEquals(0, burst.count());
    }
  }

  @Test
  void shouldClearWhatTheCallerKeptInARecord() {
    try (PortPair pair = start("clear", 1, 64)) {
      POOL.allocate(burst, 64);
      pair.first().txQueue(0).transmit(burst, 64);
      Arrays.fill(burst.records(), -1);
      assertEquals(64, pair.second().rxQueue(0).receive(burst));
      for (int i = 0; i < 64; i++) {
        int at = i * PacketBurst.RECORD_INTS;
        assertArrayEquals(
            new int[] {burst.buffer(i), POOL.frame(burst.buffer(i)), 0, 0, 0, 0, 0, 0},
            Arrays.copyOfRange(burst.records(), at, at + PacketBurst.RECORD_INTS));
      }
      POOL.free(burst, 0, 64);
    }
  }

  /**
   * The records are on Java's heap, where a collector moves what it likes, but not during a call.
   */
  @Test
  void shouldKeepPacketsWhileTheCollectorMovesTheBursts() throws InterruptedException {
    AtomicBoolean stopping = new AtomicBoolean();
    Thread collector =
        new Thread(() -> {
          while (!stopping.get()) {
            System.gc();
          }
        });
    collector.start();
    try (PortPair pair = start("moved", 1, 64)) {
      POOL.allocate(burst, 64);
      long handles = sumOfHandles(burst);
      PacketBurst current = burst;
      for (int turn = 0; turn < 20_000; turn++) {
        assertEquals(64, pair.first().txQueue(0).transmit(current, 64), "turn=" + turn);
        // A young one: it will be moved, the others have been.
        current = new PacketBurst(64);
        assertEquals(64, pair.second().rxQueue(0).receive(current), "turn=" + turn);
        assertEquals(handles, sumOfHandles(current), "turn=" + turn);
      }
      POOL.free(current, 0, 64);
    } finally {
      stopping.set(true);
      collector.join();
    }
    assertEquals(0, POOL.inUse());
  }

  private static long sumOfHandles(PacketBurst burst) {
    long sum = 0;
    for (int i = 0; i < 64; i++) {
      sum += burst.buffer(i);
    }
    return sum;
  }

  @Test
  void shouldLeaveToTheCallerWhatDoesNotFit() {
    try (PortPair pair = start("full", 1, 100)) {
      POOL.allocate(burst, 64);
      assertEquals(64, pair.first().txQueue(0).transmit(burst, 64));
      POOL.allocate(burst, 64);
      assertEquals(36, pair.first().txQueue(0).transmit(burst, 64));
      POOL.free(burst, 36, 28);
      assertEquals(100, POOL.inUse());
    }
    assertEquals(0, POOL.inUse(), "closing the pair frees what is between the ports");
  }

  @Test
  void shouldRefuseCountsThatDoNotFitTheBurst() {
    try (PortPair pair = start("count", 1, 64)) {
      TxQueue queue = pair.first().txQueue(0);
      assertThrows(IndexOutOfBoundsException.class, () -> queue.transmit(burst, -1));
      assertThrows(IndexOutOfBoundsException.class, () -> queue.transmit(burst, 65));
      assertEquals(0, queue.transmit(burst, 0));
    }
  }

  @Test
  void shouldSayWhatThePortsAre() {
    try (PortPair pair = start("facts", 2, 64)) {
      Port port = pair.first();
      assertEquals("net_ring", port.driverName());
      assertFalse(port.blocking());
      assertTrue(port.linkUp());
      assertEquals(10_000, port.linkSpeedMbps());
      assertEquals(1500, port.mtuBytes());
      assertEquals(0, port.mac() >>> 48);
      assertNotEquals(port.deviceName(), pair.second().deviceName());

      POOL.allocate(burst, 10);
      port.txQueue(1).transmit(burst, 10);
      assertEquals(10, pair.second().rxQueue(1).receive(burst));
      POOL.free(burst, 0, 10);
      assertEquals(10, port.statistics().txPackets());
      assertEquals(10, pair.second().statistics().rxPackets());
      assertEquals(10, port.xstats().get("tx_good_packets"));
      assertEquals(10, pair.second().xstats().get("rx_q1_packets"));
    }
  }

  @Test
  void shouldRefuseMoreQueuesThanTheDriverHas() {
    String message =
        assertThrows(DpdkException.class, () -> PortPair.create("many", 17, 64, POOL)).getMessage();

    assertTrue(message.startsWith("rte_eth_from_rings failed: "), message);
    assertTrue(message.contains("name=many-0 queues=17"), message);
    assertTrue(message.endsWith("no other port has, and 1..16 queues"), message);
    start("many", 16, 64).close();
  }
}
