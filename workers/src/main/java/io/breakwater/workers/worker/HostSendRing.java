package io.breakwater.workers.worker;

import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketRing;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A ring of the kernel's frames on their way to a port, with a count beside it: a worker that finds
 * it empty, as in nearly every turn, has read one cache line and called nothing.
 *
 * <p>Threading: {@link #offer} on the host thread, {@link #isEmpty} and {@link #take} on the first
 * worker's.
 */
final class HostSendRing {

  private static final VarHandle OFFERED;

  static {
    try {
      OFFERED = MethodHandles.lookup().findVarHandle(HostSendRing.class, "offered", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final PacketRing ring;
  private long offered;
  private long taken;

  HostSendRing(PacketRing ring) {
    this.ring = ring;
  }

  /** Returns how many of the first {@code count} packets fitted; the rest stay the caller's. */
  int offer(PacketBurst burst, int count) {
    int fitted = ring.enqueue(burst, count);
    OFFERED.setRelease(this, offered + fitted);
    return fitted;
  }

  boolean isEmpty() {
    return (long) OFFERED.getAcquire(this) == taken;
  }

  /** Takes what is there, up to the burst's capacity. */
  int take(PacketBurst burst) {
    int count = ring.dequeue(burst);
    taken += count;
    return count;
  }
}
