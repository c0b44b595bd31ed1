package io.breakwater.workers.protection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The sources that sent the most in the last window, by a sketch of fixed size: SpaceSaving
 * (Metwally, Agrawal, El Abbadi, "Efficient computation of frequent and top-k elements in data
 * streams", 2005), in sets of {@value #SET} sources that a hash chooses, so that a packet looks at
 * one set only.
 *
 * <p>The error, for certain: of a source that is here, {@code count - error <= packets <= count};
 * {@code error}, and the packets of one that is not here, are at most {@link Ended#smallest} of its
 * set, which is at most an eighth of all packets of the set's sources. Sources spread over sets by
 * a hash under a random seed, so with n packets in all and s sets that is about n / (8 s), and a
 * source with more than that is here; it is only not if others as heavy share its set.
 *
 * <p>Two windows take turns: one is written, the one that ended before is read. Threading: {@link
 * #count} by its worker, {@link #ended} by any thread.
 */
public final class HeavySources {

  public static final int SET = 8;

  private static final VarHandle SEQUENCE;

  private static final long MIX = 0x9e37_79b9_7f4a_7c15L;
  private static final int READS_MAX = 4;
  private static final int ENTRY = 4;
  private static final int SOURCE = 0;
  private static final int OWNER = 1;
  private static final int COUNT = 2;
  private static final int ERROR = 3;
  private static final int IPV6_BIT = 1 << 31;

  static {
    try {
      SEQUENCE = MethodHandles.lookup().findVarHandle(HeavySources.class, "sequence", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final long seed;
  private final long windowNs;
  private final int setMask;
  private final long[][] windows;

  /** Windows begun: its lowest bit is the one that is written. */
  @SuppressWarnings("unused")
  private int sequence;

  private int written;
  private long beganNs;

  /**
   * @param sets a power of two
   * @param seed the same for all workers whose findings are added up
   */
  public HeavySources(int sets, long windowNs, long seed) {
    if (Integer.bitCount(sets) != 1) {
      throw new IllegalArgumentException("sets must be a power of two: sets=" + sets);
    }
    this.seed = seed;
    this.windowNs = windowNs;
    setMask = sets - 1;
    windows = new long[2][sets * SET * ENTRY];
  }

  /**
   * What was found of a source.
   *
   * @param source an IPv4 address in the low 32 bits, or the first 64 bits of an IPv6 address
   * @param packetsMin it sent at least so many
   * @param packetsMax at most
   */
  public record Source(int tenant, boolean ipv6, long source, long packetsMin, long packetsMax) {}

  /** Begins a new window if the one before is over. Its worker's thread. */
  public void turn(long nowNs) {
    long elapsedNs = nowNs - beganNs;
    if (elapsedNs >= windowNs || elapsedNs < 0) {
      beganNs = nowNs;
      written = written + 1;
      SEQUENCE.setRelease(this, written);
      VarHandle.storeStoreFence();
      Arrays.fill(windows[written & 1], 0);
    }
  }

  /** Counts a packet. Its worker's thread. */
  public void count(int tenant, boolean ipv6, long source) {
    long owner = owner(tenant, ipv6);
    long[] window = windows[written & 1];
    int first = set(owner, source);
    int smallest = first;
    for (int at = first; at < first + SET * ENTRY; at += ENTRY) {
      if (window[at + SOURCE] == source && window[at + OWNER] == owner) {
        window[at + COUNT]++;
        return;
      }
      if (window[at + COUNT] < window[smallest + COUNT]) {
        smallest = at;
      }
    }
    window[smallest + SOURCE] = source;
    window[smallest + OWNER] = owner;
    window[smallest + ERROR] = window[smallest + COUNT]++;
  }

  private static long owner(int tenant, boolean ipv6) {
    return (ipv6 ? IPV6_BIT : 0) | tenant;
  }

  private int set(long owner, long source) {
    long hash = (source ^ seed) * MIX;
    hash = (hash ^ hash >>> 32 ^ owner) * MIX;
    return ((int) (hash >>> 40) & setMask) * SET * ENTRY;
  }

  /**
   * A copy of the window that ended last, or none if windows end faster than it is copied. Any
   * thread.
   */
  public Ended ended() {
    for (int read = 0; read < READS_MAX; read++) {
      int before = (int) SEQUENCE.getAcquire(this);
      long[] copy = windows[before + 1 & 1].clone();
      VarHandle.loadLoadFence();
      if ((int) SEQUENCE.getAcquire(this) == before) {
        return new Ended(copy);
      }
    }
    return new Ended(new long[windows[0].length]);
  }

  /**
   * The heaviest sources of a tenant over the windows of several workers: bounds add up, and a
   * worker that does not know a source may have missed as many packets as it says.
   */
  static List<Source> merge(List<Ended> windows, int tenant, int sourcesMax) {
    Map<Key, long[]> bounds = new HashMap<>();
    for (Ended window : windows) {
      window.forEach(found -> {
        if (found.tenant == tenant) {
          bounds.put(new Key(found.ipv6, found.source), new long[2]);
        }
      });
    }
    for (Ended window : windows) {
      Map<Key, Source> here = new HashMap<>();
      window.forEach(found -> {
        if (found.tenant == tenant) {
          here.put(new Key(found.ipv6, found.source), found);
        }
      });
      bounds.forEach((key, sum) -> {
        Source found = here.get(key);
        sum[0] += found == null ? 0 : found.packetsMin;
        sum[1] += found == null ? window.smallest(tenant, key.ipv6, key.source) : found.packetsMax;
      });
    }
    return bounds.entrySet().stream()
        .map(entry ->
            new Source(
                tenant,
                entry.getKey().ipv6,
                entry.getKey().source,
                entry.getValue()[0],
                entry.getValue()[1]))
        .sorted(Comparator.comparingLong(Source::packetsMin).reversed())
        .limit(sourcesMax)
        .toList();
  }

  private record Key(boolean ipv6, long source) {}

  /** A window that has ended. */
  public final class Ended {

    private final long[] window;

    private Ended(long[] window) {
      this.window = window;
    }

    public void forEach(Consumer<Source> consumer) {
      for (int at = 0; at < window.length; at += ENTRY) {
        long packets = window[at + COUNT];
        if (packets > 0) {
          int owner = (int) window[at + OWNER];
          consumer.accept(
              new Source(
                  owner & ~IPV6_BIT,
                  owner < 0,
                  window[at + SOURCE],
                  packets - window[at + ERROR],
                  packets));
        }
      }
    }

    /** What a source sent at most that is not here. */
    public long smallest(int tenant, boolean ipv6, long source) {
      int first = set(owner(tenant, ipv6), source);
      long smallest = Long.MAX_VALUE;
      for (int at = first; at < first + SET * ENTRY; at += ENTRY) {
        smallest = Math.min(smallest, window[at + COUNT]);
      }
      return smallest;
    }
  }
}
