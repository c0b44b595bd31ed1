package io.breakwater.dpdk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class AllocationTest {
  private static final int BURSTS = 100_000;

  private final PacketBurst burst = new PacketBurst(64);
  private final int[] buffer = new int[64];
  private final int[] frame = new int[64];
  private final int[] length = new int[64];

  @Test
  void shouldAllocateNothingForABurst() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    PacketPool pool = Dpdk.POOL;
    try (Port port = Port.open("net_null4,size=64", PortOptions.of(pool));
        PacketRing ring =
            PacketRing.create("allocation", 64, PacketRing.Threads.ONE_TO_ONE, pool)) {
      port.start();
      RxQueue rx = port.rxQueue(0);
      TxQueue tx = port.txQueue(0);
      // The interpreter and the first compiler make objects that the last compiler does not.
      turns(pool, rx, tx, ring);

      long before = threads.getCurrentThreadAllocatedBytes();
      turns(pool, rx, tx, ring);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;

      // What the measurement itself allocates is less than one byte in 1,000 bursts.
      assertEquals(0, allocated / (BURSTS / 1000), "bytes in all: " + allocated);
    }
    assertEquals(0, pool.inUse());
  }

  private void turns(PacketPool pool, RxQueue rx, TxQueue tx, PacketRing ring) {
    for (int i = 0; i < BURSTS; i++) {
      int count = rx.receive(burst);
      burst.copyTo(buffer, frame, length, count);
      burst.copyFrom(buffer, frame, length, count);
      ring.enqueue(burst, count);
      ring.dequeue(burst);
      pool.free(burst, 32, 32);
      tx.transmit(burst, 32);
      pool.allocate(burst, 1);
      pool.free(burst, 0, 1);
    }
  }
}
