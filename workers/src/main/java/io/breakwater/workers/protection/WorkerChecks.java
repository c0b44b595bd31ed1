package io.breakwater.workers.protection;

/**
 * What one worker remembers for checks, signatures and rates. Written by its thread; any thread
 * reads the counters.
 */
public final class WorkerChecks {

  private static final int HEAVY_SETS = 128;
  private static final long HEAVY_WINDOW_NS = 1_000_000_000L;

  private final TrafficCounters traffic;
  private final SlotCounters observed;
  private final SlotCounters matched;
  private final FragmentRanges fragments;

  private final HeavySources heavySources;
  private final FairShare fairShare;

  WorkerChecks(int tenantSlots, int signatureColumns, int fragmentedDatagrams, long seed) {
    traffic = new TrafficCounters(tenantSlots);
    observed = new SlotCounters(tenantSlots, PacketCheck.values().length);
    matched = new SlotCounters(tenantSlots, signatureColumns);
    fragments = new FragmentRanges(fragmentedDatagrams);
    fairShare = new FairShare(tenantSlots);
    heavySources = new HeavySources(HEAVY_SETS, HEAVY_WINDOW_NS, seed);
  }

  /** What it was sent, by tenant and class. */
  public TrafficCounters traffic() {
    return traffic;
  }

  /** Packets that a check found and let by, by tenant and {@link PacketCheck}. */
  public SlotCounters observed() {
    return observed;
  }

  /** Packets that fitted a signature, whatever was done, by tenant and the signature's column. */
  public SlotCounters matched() {
    return matched;
  }

  /** What is there of fragmented datagrams. */
  public FragmentRanges fragments() {
    return fragments;
  }

  /** Who gives way when it is sent more than it can process. */
  public FairShare fairShare() {
    return fairShare;
  }

  /** The sources that sent the most, of a part of all batches. */
  public HeavySources heavySources() {
    return heavySources;
  }

  /** The slot is another tenant's from here on. Its worker's thread. */
  public void reassignTenant(int tenant) {
    traffic.clear(tenant);
    observed.clear(tenant);
    matched.clear(tenant);
  }
}
