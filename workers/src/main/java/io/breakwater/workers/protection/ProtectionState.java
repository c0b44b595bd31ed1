package io.breakwater.workers.protection;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * What the protection of tenants remembers: taken whole at the start, kept over reloads by the
 * tenants' slots, shared by all workers unless a part says that it is one worker's.
 */
public final class ProtectionState {

  private final int tenantSlots;
  private final int workers;
  private final SynGuardState synGuard;
  private final TcpStates tcpStates;
  private final ChecksState checks;
  private final SamplingState sampling;

  /**
   * How much is remembered at most.
   *
   * @param sources that the SYN guard knows, a power of two from 32 on
   * @param tcpFlows connections, a power of two
   * @param fragmentedDatagrams that a worker follows at a time, a power of two from 4 on
   * @param ratedSources that have a bucket at a time, a power of two from 4 on
   * @param samples of packets on their way to the detector, from each worker
   */
  public record Sizes(
      int sources, int tcpFlows, int fragmentedDatagrams, int ratedSources, int samples) {

    public static final Sizes APPLIANCE =
        new Sizes(
            SynGuardState.SOURCES, TcpStates.FLOWS, 4_096, 1 << 16, SamplingState.RING_CAPACITY);

    /** Of one that traces a packet, or a replay. */
    public static final Sizes SMALL =
        new Sizes(1 << 16, TcpStates.FLOWS_MIN, 4_096, 4_096, SamplingState.RING_CAPACITY);

    /** Of a pipeline whose tenants have no protection. */
    public static final Sizes LEAST = new Sizes(32, TcpStates.FLOWS_MIN, 4, 4, 1);
  }

  /**
   * @param tenantSlots slots of tenants are below it
   * @param workers that share it, 1 and up
   */
  public ProtectionState(int tenantSlots, int workers, Sizes sizes) {
    this(tenantSlots, workers, sizes, new SecureRandom());
  }

  /**
   * @param random makes the keys of hashes: a replay's is always the same
   */
  public ProtectionState(int tenantSlots, int workers, Sizes sizes, RandomGenerator random) {
    this.tenantSlots = tenantSlots;
    this.workers = workers;
    synGuard = new SynGuardState(tenantSlots, workers, sizes.sources(), random);
    tcpStates = new TcpStates(tenantSlots, workers, sizes.tcpFlows(), synGuard.tenants(), random);
    checks =
        new ChecksState(tenantSlots, workers, sizes.fragmentedDatagrams(), sizes.ratedSources());
    sampling = new SamplingState(tenantSlots, workers, sizes.samples());
  }

  /** Forgets what was of the tenant that had a slot before: on each worker's own thread. */
  public void reassignTenant(int tenant, int worker) {
    synGuard.reassignTenant(tenant, worker);
    tcpStates.reassignTenant(tenant, worker);
    checks.reassignTenant(tenant, worker);
  }

  public SynGuardState synGuard() {
    return synGuard;
  }

  public TcpStates tcpStates() {
    return tcpStates;
  }

  /** Of checks, signatures and rates, with the workers' counters of traffic. */
  public ChecksState checks() {
    return checks;
  }

  /** Samples of packets, for the detector. */
  public SamplingState sampling() {
    return sampling;
  }

  public int tenantSlots() {
    return tenantSlots;
  }

  public int workers() {
    return workers;
  }
}
