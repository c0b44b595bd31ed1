package io.breakwater.workers.protection;

import io.breakwater.workers.table.KeyedFlowHash;
import java.util.random.RandomGenerator;

/**
 * All that is remembered of TCP connections, shared by the workers: taken at the start, {@link
 * #bytes} large, and never more.
 *
 * <p>One table for all workers and tenants, and not one for each: the flows of a connection meet on
 * one worker, but another one's after the distribution changed, and a table of each worker would
 * have to be as large as this for a day when one tenant is all there is. A flow is known by its
 * addresses and ports without its tenant: so it stays known when its prefix goes to another tenant.
 *
 * <p>Threading: any number of threads; see the parts.
 */
public final class TcpStates {

  /** Connections that an appliance knows at most: 32 MiB. */
  public static final int FLOWS = 1 << 22;

  /** Of small appliances, such as those that trace a packet. */
  public static final int FLOWS_MIN = 1 << 10;

  private final TcpFlows flows;
  private final TcpCandidates candidates;
  private final KeyedFlowHash hash;
  private final TcpLearning learning;
  private final TcpAdmissions admissions;
  private final TcpFlood flood;
  private final TcpWorker[] workers;
  private final AttackWords synFlood;

  /**
   * @param tenantSlots slots of tenants are below it
   * @param workers that share it
   * @param flows most connections, a power of two; there are as many candidates
   * @param synFlood which tenants' SYN guards are engaged
   * @param random makes the key of the flows' hash
   */
  public TcpStates(
      int tenantSlots, int workers, int flows, AttackWords synFlood, RandomGenerator random) {
    hash = KeyedFlowHash.withRandomKey(random);
    this.synFlood = synFlood;
    this.flows = new TcpFlows(flows);
    candidates = new TcpCandidates(flows);
    learning = new TcpLearning(tenantSlots);
    admissions = new TcpAdmissions(tenantSlots);
    flood = new TcpFlood(tenantSlots);
    this.workers = new TcpWorker[workers];
    for (int worker = 0; worker < workers; worker++) {
      this.workers[worker] = new TcpWorker(tenantSlots, flood, workers);
    }
  }

  /** What it takes: by connections, and by tenants for each worker. */
  public static long bytes(int tenantSlots, int workers, int flows) {
    return 12L * flows + tenantSlots * (28L + 64L * workers);
  }

  public TcpFlows flows() {
    return flows;
  }

  public TcpCandidates candidates() {
    return candidates;
  }

  public KeyedFlowHash hash() {
    return hash;
  }

  /** What a worker counts. */
  public TcpWorker worker(int worker) {
    return workers[worker];
  }

  /** What all workers have counted of a tenant since the start. */
  public long count(int tenant, TcpWorker.Count count) {
    long sum = 0;
    for (TcpWorker worker : workers) {
      sum += worker.count(tenant, count);
    }
    return sum;
  }

  /** Which tenants are sent floods of segments that belong to no connection. */
  public AttackWords flood() {
    return flood;
  }

  /** How long a tenant's connections are to be learned before anything is enforced; 0: no more. */
  public long learningLeftNs(int tenant, long nowNs) {
    return learning.leftNs(tenant, nowNs);
  }

  /** Enforces at once: for who warms up the code, and has no connections to lose. */
  public void endLearning() {
    learning.end();
  }

  /** Whether what belongs to no connection is dropped now. */
  public boolean isEnforced(int tenant, TcpStateTable table, long nowNs) {
    // First of all: it begins to learn when it is asked first.
    boolean learned = learning.isOver(tenant, table.periods()[tenant], nowNs);
    return switch (table.modes()[tenant]) {
      case TcpStateTable.ENFORCE -> learned;
      case TcpStateTable.ENFORCE_IN_ATTACK ->
          learned && (flood.isEngaged(tenant, nowNs) || synFlood.isEngaged(tenant, nowNs));
      default -> false;
    };
  }

  /**
   * Whether a segment of an unknown flow is let in, since it comes again: then the flow is known.
   *
   * @param flowHash of {@link #hash}
   * @param segmentHash of the flow and the sequence number
   * @param plausible whether it continues what was seen before
   * @param keep whether there is a connection to be known: not so with a RST
   */
  public boolean admits(
      int tenant,
      long flowHash,
      long segmentHash,
      int sequence,
      boolean plausible,
      boolean fin,
      boolean keep,
      long nowNs) {
    if (!candidates.isAgain(segmentHash, nowNs) && !plausible || !admissions.take(tenant, nowNs)) {
      return false;
    }
    if (keep) {
      flows.admit(flowHash, sequence, fin, TcpEntry.tickOf(nowNs));
    }
    return true;
  }

  /** Forgets what was of the tenant that had a slot before: on each worker's own thread. */
  void reassignTenant(int tenant, int worker) {
    flood.end(tenant);
    workers[worker].clear(tenant);
  }
}
