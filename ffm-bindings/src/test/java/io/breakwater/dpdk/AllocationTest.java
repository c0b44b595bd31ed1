package io.breakwater.dpdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class AllocationTest {
  private static final int BURSTS = 100_000;

  /** The interpreter and the first compiler make objects: the steady state comes after them. */
  private static final int ROUNDS_MAX = 10;

  /**
   * What the measurement itself may allocate; one object for each burst would be 1.6 MB or more.
   */
  private static final long ALLOCATED_BYTES_MAX = 1000;

  private final PacketBurst burst = new PacketBurst(64);

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
      long allocated = Long.MAX_VALUE;
      for (int round = 0; round < ROUNDS_MAX && allocated >= ALLOCATED_BYTES_MAX; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        turns(pool, rx, tx, ring);
        allocated = threads.getCurrentThreadAllocatedBytes() - before;
      }
      assertTrue(allocated < ALLOCATED_BYTES_MAX, "allocated bytes: " + allocated);
    }
    assertEquals(0, pool.inUse());
  }

  private void turns(PacketPool pool, RxQueue rx, TxQueue tx, PacketRing ring) {
    for (int i = 0; i < BURSTS; i++) {
      int count = rx.receive(burst);
      ring.enqueue(burst, count);
      ring.dequeue(burst);
      pool.free(burst, 32, 32);
      tx.transmit(burst, 32);
      pool.allocate(burst, 1);
      pool.free(burst, 0, 1);
    }
  }
}
