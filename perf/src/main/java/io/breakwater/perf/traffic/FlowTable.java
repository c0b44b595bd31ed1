package io.breakwater.perf.traffic;

import java.util.List;
import java.util.Random;

/**
 * The 5-tuples of a profile's legitimate flows, and how they are drawn. Even flows are TCP, odd
 * ones UDP; each comes from another address, so no two are the same; they go evenly to all
 * prefixes.
 *
 * <p>16 bytes for each flow (160 MB for ten million) rather than a whole frame, and 8 more where
 * the popularity is Zipf's. Made from the workload's seed; immutable.
 */
public final class FlowTable {

  /** 128/8 to 168/8: no tenant's, no private range. */
  private static final int SOURCES_FIRST = 128 << 24;

  private static final long SOURCES = 41L << 24;

  /** Prime to the number of sources: a walk in such steps comes to each once. */
  private static final long SOURCE_STEP = 425_101_999L;

  private static final int PORTS_MIN = 1_024;
  private static final int HTTPS = 443;
  private static final int DNS = 53;

  private final long[] addresses;
  private final int[] ports;
  private final AliasTable popularity;

  private FlowTable(long[] addresses, int[] ports, AliasTable popularity) {
    this.addresses = addresses;
    this.ports = ports;
    this.popularity = popularity;
  }

  public static FlowTable of(TrafficProfile profile) {
    List<Workload.Prefix> prefixes = profile.workload().prefixes();
    Random random = new Random(profile.workload().seed() + 3);
    long[] addresses = new long[profile.flows()];
    int[] ports = new int[profile.flows()];
    long walk = Math.floorMod(random.nextLong(), SOURCES);
    for (int flow = 0; flow < addresses.length; flow++) {
      walk = (walk + SOURCE_STEP) % SOURCES;
      int source = SOURCES_FIRST + (int) walk;
      int destination = prefixes.get(random.nextInt(prefixes.size())).host(random);
      addresses[flow] = (long) source << 32 | Integer.toUnsignedLong(destination);
      int sourcePort = PORTS_MIN + random.nextInt(65_536 - PORTS_MIN);
      ports[flow] = sourcePort << 16 | (random.nextBoolean() ? HTTPS : DNS);
    }
    boolean zipf = profile.popularity() == TrafficProfile.Popularity.ZIPF;
    return new FlowTable(addresses, ports, zipf ? AliasTable.zipf(addresses.length) : null);
  }

  int count() {
    return ports.length;
  }

  /**
   * Draws the flow of the next packet.
   *
   * @param random 64 random bits
   */
  public int draw(long random) {
    return popularity == null
        ? (int) ((random >>> 32) * ports.length >>> 32)
        : popularity.draw(random);
  }

  /** Source in the high half, destination in the low. */
  long addresses(int flow) {
    return addresses[flow];
  }

  /** Source in the high half, destination in the low. */
  int ports(int flow) {
    return ports[flow];
  }

  static boolean tcp(int flow) {
    return (flow & 1) == 0;
  }
}
