package io.breakwater.workers.protection;

import io.breakwater.workers.protection.SynGuardCounters.Event;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.random.RandomGenerator;

/**
 * What the SYN guard remembers: verified sources, first SYNs, rates and keys, shared by all
 * workers, and a row of counters for each worker.
 *
 * <p>All memory is taken here: for {@value #SOURCES} sources and {@code SOURCES / 2} first SYNs 12
 * MiB, and 384 KiB for rates.
 */
public final class SynGuardState {

  /** Sources that an appliance remembers. */
  public static final int SOURCES = 1 << 20;

  private static final int DESTINATIONS_BITS = 14;
  private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

  private final VerifiedSources sources;
  private final FirstSyns firstSyns;
  private final SynRates tenants;
  private final SynRates destinations;
  private final AtomicIntegerArray generations;
  private final SynGuardCounters[] counters;
  private final long seed;
  private volatile CookieKeys keys = CookieKeys.random();

  /**
   * @param tenantSlots slots of tenants are below it
   * @param workers that share it
   * @param sourcesMax a power of two from 32 on: sources, and twice the first SYNs
   * @param random makes the keys of hashes
   */
  public SynGuardState(int tenantSlots, int workers, int sourcesMax, RandomGenerator random) {
    seed = random.nextLong();
    sources = new VerifiedSources(sourcesMax, random);
    firstSyns = new FirstSyns(sourcesMax / 2, random);
    tenants = new SynRates(tenantSlots);
    destinations = new SynRates(1 << DESTINATIONS_BITS);
    generations = new AtomicIntegerArray(tenantSlots);
    counters = new SynGuardCounters[workers];
    for (int worker = 0; worker < workers; worker++) {
      counters[worker] = new SynGuardCounters(tenantSlots);
    }
  }

  /** Gives the workers other keys, at any time. Control thread. */
  public void setKeys(CookieKeys latest) {
    keys = latest;
  }

  public CookieKeys keys() {
    return keys;
  }

  public VerifiedSources sources() {
    return sources;
  }

  public FirstSyns firstSyns() {
    return firstSyns;
  }

  /** By tenants' slots. */
  public SynRates tenants() {
    return tenants;
  }

  /** By {@link #destinationPlace}. */
  public SynRates destinations() {
    return destinations;
  }

  /** Addresses that share a place are counted together. */
  public int destinationPlace(int tenant, long high, long low) {
    long mixed = (high ^ seed ^ tenant) * MIX;
    mixed = (mixed ^ mixed >>> 29 ^ low) * MIX;
    mixed = (mixed ^ mixed >>> 32) * MIX;
    return (int) (mixed >>> Long.SIZE - DESTINATIONS_BITS);
  }

  /** A governor for one worker and version of IP. */
  public ReplyGovernor newGovernor() {
    return new ReplyGovernor(seed);
  }

  /** Stands for a tenant in hashes: a slot that another tenant gets is another one. */
  public long tenantKey(int tenant) {
    return (long) (generations.getPlain(tenant) & 0x7fff_ffff) << 32 | tenant;
  }

  public SynGuardCounters counters(int worker) {
    return counters[worker];
  }

  /** What all workers counted. Any thread. */
  public long count(int tenant, Event event) {
    long sum = 0;
    for (SynGuardCounters counted : counters) {
      sum += counted.read(tenant, event);
    }
    return sum;
  }

  /** Forgets what was of the tenant that had a slot before, for one worker: on its thread. */
  void reassignTenant(int tenant, int worker) {
    generations.incrementAndGet(tenant);
    tenants.clear(tenant);
    counters[worker].reassignTenant(tenant);
  }
}
