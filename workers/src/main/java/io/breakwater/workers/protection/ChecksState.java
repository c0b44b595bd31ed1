package io.breakwater.workers.protection;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What checks, signatures and rates remember: buckets that all workers share, and what is one
 * worker's. All memory is taken when it is made.
 */
public final class ChecksState {

  /** Fragmented datagrams that a worker of the appliance follows at a time. */
  public static final int FRAGMENTED_DATAGRAMS = 4_096;

  private final TokenCells signatureLimits;
  private final TokenCells classRates;
  private final SourceRates sourceRates;
  private final WorkerChecks[] workers;

  private static final int SIGNATURE_COLUMNS =
      SignatureTable.CATALOGUE_MAX + Fingerprints.PER_TENANT;

  /** Sources that have a bucket at a time, of all tenants. */
  public static final int RATED_SOURCES = 1 << 16;

  /**
   * @param tenantSlots slots of tenants are below it
   * @param workers 1 and up
   * @param ratedSources that have a bucket at a time, a power of two and at least 4
   * @param fragmentedDatagrams that a worker follows at a time, a power of two and at least 4
   */
  public ChecksState(int tenantSlots, int workers, int fragmentedDatagrams, int ratedSources) {
    signatureLimits = new TokenCells(tenantSlots * SIGNATURE_COLUMNS);
    classRates = new TokenCells(tenantSlots << RateTable.ROW_SHIFT);
    sourceRates = new SourceRates(ratedSources);
    this.workers = new WorkerChecks[workers];
    long seed = new SplittableRandom().nextLong();
    Arrays.setAll(
        this.workers,
        worker -> new WorkerChecks(tenantSlots, SIGNATURE_COLUMNS, fragmentedDatagrams, seed));
  }

  public WorkerChecks worker(int worker) {
    return workers[worker];
  }

  public int workerCount() {
    return workers.length;
  }

  /** A bucket for each of a tenant's signatures: see {@link SignatureTable#cell}. */
  public TokenCells signatureLimits() {
    return signatureLimits;
  }

  /** A bucket for each class of each tenant: see {@link RateTable}. */
  public TokenCells classRates() {
    return classRates;
  }

  /** Buckets of sources. */
  public SourceRates sourceRates() {
    return sourceRates;
  }

  /** Packets of a tenant that fitted a signature, of all workers. Any thread. */
  public long matched(int tenant, int column) {
    return Arrays.stream(workers).mapToLong(worker -> worker.matched().read(tenant, column)).sum();
  }

  /** The same of a fingerprint, by its place: see {@link Fingerprints}. */
  public long matchedFingerprint(int tenant, int place) {
    return matched(tenant, SignatureTable.CATALOGUE_MAX + place);
  }

  /** Packets that a check found and let by, of all workers. Any thread. */
  public long observed(int tenant, PacketCheck check) {
    return Arrays.stream(workers)
        .mapToLong(worker -> worker.observed().read(tenant, check.ordinal()))
        .sum();
  }

  /** Packets for a tenant from outside, of all workers. Any thread. */
  public long packets(int tenant, TrafficClass trafficClass) {
    return Arrays.stream(workers)
        .mapToLong(worker -> worker.traffic().packets(tenant, trafficClass))
        .sum();
  }

  /** Their layer-3 bytes. */
  public long bytes(int tenant, TrafficClass trafficClass) {
    return Arrays.stream(workers)
        .mapToLong(worker -> worker.traffic().bytes(tenant, trafficClass))
        .sum();
  }

  /**
   * The heaviest sources of a tenant in the last window, those with the most packets for certain
   * first; packets are those of sampled batches. Any thread.
   */
  public List<HeavySources.Source> heavySources(int tenant, int sourcesMax) {
    return HeavySources.merge(
        Arrays.stream(workers).map(worker -> worker.heavySources().ended()).toList(),
        tenant,
        sourcesMax);
  }

  /** The slot is another tenant's from here on: on each worker's own thread. */
  void reassignTenant(int tenant, int worker) {
    workers[worker].reassignTenant(tenant);
    signatureLimits.reset(SignatureTable.cell(tenant, 0), SIGNATURE_COLUMNS);
    classRates.reset(tenant << RateTable.ROW_SHIFT, 1 << RateTable.ROW_SHIFT);
  }
}
