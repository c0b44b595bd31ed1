package io.breakwater.appliance.mitigation;

import io.breakwater.workers.protection.TrafficClass;

/**
 * Says, second by second, which classes of a tenant's traffic are an attack.
 *
 * <pre>
 *            over the threshold: two seconds in a row, or one second four times
 *   normal ----------------------------------------------------------------------> attack
 *          <----------------------------------------------------------------------
 *                        below the end's threshold for 30 s in a row
 * </pre>
 *
 * <p>The threshold is {@value #FACTOR} times the {@link Baseline}'s level, and the class's floor at
 * least: a crowd of three to five times the busy hours' traffic is none. SYNs are an attack from
 * {@value #SYN_FACTOR} times on where fewer than one more TCP segment comes for each more SYN: of a
 * crowd's handshakes each brings an acknowledgement and a request. The end's threshold is a half of
 * the threshold; of SYNs, three quarters of the lower one. A flood that stays below is not found
 * here: {@code rates} and the SYN guard's own thresholds are absolute.
 *
 * <p>While a class of a tenant is over its threshold, nothing of the tenant is learned.
 *
 * <p>Threading: control thread only. Nothing is allocated after the constructor.
 */
final class Detector {

  static final int FACTOR = 8;
  static final int SYN_FACTOR = 3;

  private static final int OVER_SECONDS = 2;
  private static final int AT_ONCE = 4;
  private static final int END_SECONDS = 30;
  private static final float END_SHARE = 0.5f;
  private static final float SYN_END_SHARE = 0.75f;

  private static final int CLASSES = TrafficClass.COUNT;
  private static final int SYN = TrafficClass.SYN.ordinal();
  private static final int TCP = TrafficClass.TCP.ordinal();

  /**
   * Packets a second of each class that no baseline makes an attack: what a small server takes
   * without harm, and what scans and resolvers come to by chance. SYN, other TCP, UDP, ICMP,
   * fragments, others.
   */
  private static final float[] FLOORS = {1_000, 5_000, 2_000, 500, 500, 500};

  private final Baseline baseline;

  /** A bit for each class that is under attack, by tenant. */
  private final byte[] attacked;

  /** A bit for each class that was over its threshold in the last second, by tenant. */
  private final byte[] suspected;

  /** By tenant and class: seconds in a row over the threshold, or in an attack below its end's. */
  private final byte[] runs;

  /**
   * @param tenantSlots slots of tenants are below it
   */
  Detector(int tenantSlots) {
    baseline = new Baseline(tenantSlots * CLASSES);
    attacked = new byte[tenantSlots];
    suspected = new byte[tenantSlots];
    runs = new byte[tenantSlots * CLASSES];
  }

  /** The slot is another tenant's from here on. */
  void forget(int tenant) {
    attacked[tenant] = 0;
    suspected[tenant] = 0;
    for (int i = 0; i < CLASSES; i++) {
      baseline.forget(tenant * CLASSES + i);
      runs[tenant * CLASSES + i] = 0;
    }
  }

  /**
   * Takes a tenant's rates of the last second.
   *
   * @param rates packets a second by class, of what came in before anything was dropped
   * @return a bit for each class under attack
   */
  int observe(int tenant, float[] rates) {
    float all = 0;
    for (int i = 0; i < CLASSES; i++) {
      all += rates[i];
    }
    // A tenant without traffic learns nothing: it may be away.
    if (all == 0 && attacked[tenant] == 0) {
      suspected[tenant] = 0;
      return 0;
    }
    int first = tenant * CLASSES;
    int over = 0;
    for (int i = 0; i < CLASSES; i++) {
      if (baseline.isLearned(first + i)) {
        over |= judge(tenant, i, rates) << i;
      }
    }
    suspected[tenant] = (byte) over;
    if ((over | attacked[tenant]) == 0) {
      for (int i = 0; i < CLASSES; i++) {
        baseline.learn(first + i, rates[i], FLOORS[i] / FACTOR);
      }
    }
    return attacked[tenant];
  }

  /** Moves a class on by a second; 1 where it is over its threshold. */
  private int judge(int tenant, int index, float[] rates) {
    int series = tenant * CLASSES + index;
    boolean isAttacked = (attacked[tenant] >> index & 1) != 0;
    if (isAttacked) {
      runs[series] = rates[index] < endThreshold(series, index) ? (byte) (runs[series] + 1) : 0;
      if (runs[series] == END_SECONDS) {
        attacked[tenant] &= (byte) ~(1 << index);
        runs[series] = 0;
      }
      return 0;
    }
    float threshold =
        index == SYN && isUnanswered(series, rates)
            ? lowThreshold(series, index)
            : threshold(series, index);
    if (rates[index] <= threshold) {
      runs[series] = 0;
      return 0;
    }
    if (++runs[series] == OVER_SECONDS || rates[index] > AT_ONCE * threshold) {
      attacked[tenant] |= (byte) (1 << index);
      runs[series] = 0;
    }
    return 1;
  }

  /** Whether the SYNs beyond the usual bring fewer segments beyond the usual than they are. */
  private boolean isUnanswered(int synSeries, float[] rates) {
    float moreSyns = rates[SYN] - baseline.level(synSeries);
    float moreSegments = rates[TCP] - baseline.level(synSeries - SYN + TCP);
    return moreSegments < moreSyns;
  }

  private float threshold(int series, int index) {
    return Math.max(FLOORS[index], FACTOR * baseline.level(series));
  }

  private float lowThreshold(int series, int index) {
    return Math.max(FLOORS[index], SYN_FACTOR * baseline.level(series));
  }

  private float endThreshold(int series, int index) {
    return index == SYN
        ? SYN_END_SHARE * lowThreshold(series, index)
        : END_SHARE * threshold(series, index);
  }

  /** A bit for each class under attack. */
  int attacked(int tenant) {
    return attacked[tenant];
  }

  /** A bit for each class that was over its threshold in the last second, and no attack before. */
  int suspected(int tenant) {
    return suspected[tenant];
  }

  /** Packets a second that are hardly any: what they look like needs not be known. */
  static double hardlyAny(TrafficClass traffic) {
    return FLOORS[traffic.ordinal()] / FACTOR;
  }

  /** Whether what is usual is known. */
  boolean isLearned(int tenant) {
    return baseline.isLearned(tenant * CLASSES);
  }

  /** What is usual, packets a second. */
  float level(int tenant, TrafficClass traffic) {
    return baseline.level(tenant * CLASSES + traffic.ordinal());
  }

  /** From how many packets a second on it is an attack, whatever else comes. */
  float threshold(int tenant, TrafficClass traffic) {
    return threshold(tenant * CLASSES + traffic.ordinal(), traffic.ordinal());
  }
}
