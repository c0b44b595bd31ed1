package io.breakwater.perf.traffic;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * How many of a thousand packets are of which kind. The shares are exact in every {@value #ROUND}
 * packets, and the order within is random, from a seed.
 *
 * @param shares that sum to {@value #ROUND}
 */
public record TrafficMix(Map<TrafficKind, Integer> shares) {

  public static final int ROUND = 1_000;

  public static final TrafficMix LEGITIMATE = new TrafficMix(Map.of(TrafficKind.LEGITIMATE, ROUND));

  public TrafficMix {
    int sum = shares.values().stream().mapToInt(Integer::intValue).sum();
    if (sum != ROUND || shares.values().stream().anyMatch(share -> share < 0)) {
      throw new IllegalArgumentException(
          "shares must not be negative, and sum to %d: shares=%s".formatted(ROUND, shares));
    }
    shares = Collections.unmodifiableMap(new EnumMap<>(shares));
  }

  /** An attack with a share of all packets; the rest is legitimate. */
  public static TrafficMix attack(TrafficKind kind, int share) {
    return new TrafficMix(Map.of(TrafficKind.LEGITIMATE, ROUND - share, kind, share));
  }

  public int share(TrafficKind kind) {
    return shares.getOrDefault(kind, 0);
  }

  /** The kinds of {@value #ROUND} packets, by ordinal. */
  byte[] round(long seed) {
    List<Byte> kinds = new ArrayList<>(ROUND);
    shares.forEach(
        (kind, share) -> kinds.addAll(Collections.nCopies(share, (byte) kind.ordinal())));
    Collections.shuffle(kinds, new Random(seed));
    byte[] round = new byte[ROUND];
    for (int i = 0; i < ROUND; i++) {
      round[i] = kinds.get(i);
    }
    return round;
  }
}
