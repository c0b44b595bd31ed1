package io.breakwater.dpdk;

/**
 * Registration of the calling thread with DPDK.
 *
 * <p>A registered thread has an lcore id, and with it its own cache of free packets in every pool:
 * taking and giving back packets then needs no atomic operation. A worker pins itself first ({@link
 * CpuAffinity#pin}), registers, loops, and unregisters before it ends. Only platform threads, since
 * a registration belongs to the thread of the operating system.
 */
public final class DpdkThread {
  private DpdkThread() {}

  /**
   * Registers the calling thread.
   *
   * @return its lcore id
   * @throws DpdkException when no lcore id is free
   */
  public static int register() {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException(
          "only a platform thread can be registered: thread=" + Thread.currentThread());
    }
    return NativeError.check(
        Shim.threadRegister(),
        "rte_thread_register",
        "thread=" + Thread.currentThread().getName(),
        "start fewer workers: each needs an lcore id");
  }

  /** Takes the registration back; what the thread's caches hold returns to the pools. */
  public static void unregister() {
    Shim.threadUnregister();
  }
}
