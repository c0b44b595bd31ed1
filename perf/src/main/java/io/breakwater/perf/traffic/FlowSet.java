package io.breakwater.perf.traffic;

import java.util.List;

/**
 * The 5-tuples of a profile's legitimate flows, and how they are drawn. Even flows are TCP, odd
 * ones UDP; each comes from another address, so no two are the same; they go evenly to all
 * prefixes.
 *
 * <p>A flow is computed from its number and the workload's seed each time, and takes no memory: a
 * table of ten million would miss the cache with every packet, and the generator with it would do 4
 * million packets a second instead of 16.
 *
 * <p>Immutable.
 */
public final class FlowSet {

  /** 128/8 to 168/8: no tenant's, no private range. */
  private static final int SOURCES_FIRST = 128 << 24;

  private static final long SOURCES = 41L << 24;

  /** Prime to the number of sources: a walk in such steps comes to each once. */
  private static final long SOURCE_STEP = 425_101_999L;

  private static final int PORTS_MIN = 1_024;
  private static final int PORTS = 65_536 - PORTS_MIN;
  private static final int HTTPS = 443;
  private static final int DNS = 53;

  private final int count;
  private final long seed;

  /** Address above, host bits below. */
  private final long[] prefixes;

  /** Null: all flows are drawn alike. */
  private final ZipfLaw popularity;

  private FlowSet(int count, long seed, long[] prefixes, ZipfLaw popularity) {
    this.count = count;
    this.seed = seed;
    this.prefixes = prefixes;
    this.popularity = popularity;
  }

  public static FlowSet of(TrafficProfile profile) {
    List<Workload.Prefix> prefixes = profile.workload().prefixes();
    long[] packed = new long[prefixes.size()];
    for (int i = 0; i < packed.length; i++) {
      Workload.Prefix prefix = prefixes.get(i);
      packed[i] = (long) prefix.address() << 32 | 0xffff_ffffL >>> prefix.length();
    }
    boolean zipf = profile.popularity() == TrafficProfile.Popularity.ZIPF;
    return new FlowSet(
        profile.flows(),
        profile.workload().seed(),
        packed,
        zipf ? ZipfLaw.of(profile.flows()) : null);
  }

  int count() {
    return count;
  }

  /**
   * Draws the flow of the next packet.
   *
   * @param random 64 random bits
   */
  int draw(long random) {
    return popularity == null ? (int) ((random >>> 32) * count >>> 32) : popularity.draw(random);
  }

  /** Random bits of a flow, always the same. */
  long bits(int flow) {
    return RandomBits.mixed(seed + flow * RandomBits.STEP);
  }

  /** Source in the high half, destination in the low. */
  long addresses(int flow, long bits) {
    long source = SOURCES_FIRST + (flow * SOURCE_STEP + (seed & 0xffff_ffffL)) % SOURCES;
    long prefix = prefixes[(int) ((bits >>> 32) * prefixes.length >>> 32)];
    int destination = (int) (prefix >>> 32) | (int) (prefix & bits);
    return source << 32 | Integer.toUnsignedLong(destination);
  }

  /** Source in the high half, destination in the low. */
  int ports(long bits) {
    // Other bits than those of the addresses.
    long more = bits * RandomBits.STEP;
    int source = PORTS_MIN + (int) ((more >>> 48) * PORTS >>> 16);
    return source << 16 | ((more & 1L << 40) == 0 ? HTTPS : DNS);
  }

  static boolean tcp(int flow) {
    return (flow & 1) == 0;
  }
}
