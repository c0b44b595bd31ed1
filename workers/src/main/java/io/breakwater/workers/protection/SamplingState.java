package io.breakwater.workers.protection;

import java.util.Arrays;

/**
 * Samples of protected tenants' packets on their way from all workers to the control thread. All
 * memory is taken when it is made: 426 KB a worker, and 16 bytes a tenant and worker.
 */
public final class SamplingState {

  /** Of a worker of the appliance, until the control thread looks again. */
  public static final int RING_CAPACITY = 4_096;

  /** Of a tenant, from each worker: enough to learn what is usual. */
  private static final int USUAL_DISTANCE_NS = 500_000_000;

  /** The same of a tenant that is suspected to be under attack. */
  private static final int CLOSE_DISTANCE_NS = 4_000_000;

  private final SampleWishes wishes;
  private final PacketSampler[] workers;

  /**
   * @param tenantSlots slots of tenants are below it
   * @param workers 1 and up
   * @param ringCapacity samples of each, a power of two
   */
  public SamplingState(int tenantSlots, int workers, int ringCapacity) {
    wishes = new SampleWishes(tenantSlots, USUAL_DISTANCE_NS);
    this.workers = new PacketSampler[workers];
    Arrays.setAll(this.workers, worker -> new PacketSampler(wishes, tenantSlots, ringCapacity));
  }

  public PacketSampler worker(int worker) {
    return workers[worker];
  }

  /** From now on a tenant is looked at closely, or as usual. Control thread. */
  public void watch(int tenant, boolean closely) {
    wishes.set(tenant, closely ? CLOSE_DISTANCE_NS : USUAL_DISTANCE_NS);
  }

  /** Hands over all samples that are there. Control thread. */
  public void drainTo(PacketSampler.Listener listener) {
    for (PacketSampler worker : workers) {
      worker.drainTo(listener);
    }
  }
}
