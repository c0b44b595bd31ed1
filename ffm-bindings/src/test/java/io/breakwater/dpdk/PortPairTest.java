package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PortPairTest {
  private static final PacketPool POOL = Dpdk.POOL;

  @AfterEach
  void allPacketsShouldBeBackInThePool() {
    assertEquals(0, POOL.inUse());
  }

  @Test
  void shouldReceiveOnOnePortTheBytesThatTheOtherSent() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (PortPair pair = PortPair.create("bytes", 2, 1024, POOL)) {
      pair.first().start();
      pair.second().start();
      PacketBurst burst = new PacketBurst(64);
      for (int queue = 0; queue < 2; queue++) {
        byte[][] frames = new byte[64][];
        assertEquals(64, POOL.allocate(burst, 64));
        for (int i = 0; i < 64; i++) {
          frames[i] = new byte[1 + random.nextInt(POOL.roomBytes())];
          random.nextBytes(frames[i]);
          int frame = burst.frame(i) - random.nextInt(POOL.headroomBytes());
          MemorySegment.copy(frames[i], 0, POOL.memory(), JAVA_BYTE, frame, frames[i].length);
          burst.set(i, burst.buffer(i), frame, frames[i].length);
        }
        assertEquals(64, pair.first().txQueue(queue).transmit(burst, 64), "seed=" + seed);
        assertEquals(0, pair.second().rxQueue(1 - queue).receive(burst));
        assertEquals(64, pair.second().rxQueue(queue).receive(burst));
        for (int i = 0; i < 64; i++) {
          byte[] received =
              POOL.memory().asSlice(burst.frame(i), burst.length(i)).toArray(JAVA_BYTE);
          assertTrue(java.util.Arrays.equals(frames[i], received), "seed=" + seed + " i=" + i);
        }
        POOL.free(burst, 0, 64);
      }
    }
  }
}
