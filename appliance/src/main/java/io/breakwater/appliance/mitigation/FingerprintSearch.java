package io.breakwater.appliance.mitigation;

import io.breakwater.appliance.mitigation.Pattern.Range;
import io.breakwater.appliance.mitigation.Pattern.Word;
import io.breakwater.workers.packet.Tcp;
import io.breakwater.workers.protection.TrafficClass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Derives a fingerprint: patterns that an attack fits, and what is usual does not.
 *
 * <p>Greedy. It begins with all packets of the class and narrows by one property after another
 * ({@link Narrowing}), each time by that which leaves the least of what is usual, while nearly all
 * of the attack stays. It ends when at most {@value #COLLATERAL_MAX} of the class's usual samples
 * fit, and the pattern asks for something that packets don't have by chance: a port, a length,
 * bytes, not the protocol alone. Where that does not succeed, as of an attack of several vectors,
 * it begins from each port, length or set of flags that is much of the attack, and takes the
 * largest, up to {@value #PATTERNS_MAX} times.
 *
 * <p>There may be none: of fragments, which show no header, and of floods that look like what is
 * usual, or have nothing in common. {@code rates} are for those.
 *
 * <p>Costs milliseconds; a pure function.
 */
final class FingerprintSearch {

  static final double COLLATERAL_MAX = 0.01;
  static final int PATTERNS_MAX = 3;

  /** Of an attack, else it is not worth a rule. */
  static final double COVERAGE_MIN = 0.5;

  private static final double WHOLE = 0.9;
  private static final double VECTOR_MIN = 0.15;
  private static final double KEPT_OF_ALL_MIN = 0.95;
  private static final double GAIN_MIN = 0.2;
  private static final int STEPS_MAX = 10;
  private static final int SEEDS_MAX = 12;

  /** How special a pattern is: one port, or two bytes of payload, are enough. */
  private static final double SPECIAL = 2;

  private static final double SPECIAL_MIN = 1;

  private final Evidence all;

  private FingerprintSearch(Evidence all) {
    this.all = all;
  }

  /**
   * @param evidence of one class
   */
  static Optional<Fingerprint> find(TrafficClass traffic, Evidence evidence) {
    // A later fragment shows no header, and a pattern can't ask for fragments.
    if (traffic == TrafficClass.FRAGMENT || evidence.now().isEmpty()) {
      return Optional.empty();
    }
    List<Pattern> found = new FingerprintSearch(evidence).find(traffic);
    double coverage = 0;
    double collateral = 0;
    Evidence rest = evidence;
    for (Pattern pattern : found) {
      coverage += rest.attackShare(pattern);
      collateral += (double) pattern.count(rest.usual());
      rest = rest.without(pattern);
    }
    int usual = evidence.usual().size();
    if (coverage < COVERAGE_MIN) {
      return Optional.empty();
    }
    return Optional.of(
        new Fingerprint(found, Math.min(1, coverage), usual == 0 ? 0 : collateral / usual, usual));
  }

  private List<Pattern> find(TrafficClass traffic) {
    Optional<Pattern> whole = narrow(start(traffic, all), all);
    if (whole.isPresent() && all.attackShare(whole.get()) >= all.lessNoise(WHOLE)) {
      return List.of(whole.get());
    }
    List<Pattern> found = new ArrayList<>();
    Evidence rest = all;
    while (found.size() < PATTERNS_MAX && rest.attackShare() >= VECTOR_MIN) {
      Evidence left = rest;
      Optional<Pattern> next =
          seeds(start(traffic, rest), rest).stream()
              .map(seed -> narrow(seed, left))
              .flatMap(Optional::stream)
              .filter(pattern -> left.attackShare(pattern) >= VECTOR_MIN)
              .max(Comparator.comparingDouble(left::attackShare));
      if (next.isEmpty() || collateral(found, next.get()) > COLLATERAL_MAX) {
        break;
      }
      found.add(next.get());
      rest = rest.without(next.get());
    }
    return found;
  }

  private double collateral(List<Pattern> found, Pattern next) {
    Evidence rest = all;
    for (Pattern pattern : found) {
      rest = rest.without(pattern);
    }
    rest = rest.without(next);
    return all.usual().isEmpty() ? 0 : 1 - (double) rest.usual().size() / all.usual().size();
  }

  /** All packets of the class, or of its most frequent protocol. */
  private static Pattern start(TrafficClass traffic, Evidence evidence) {
    int protocol = largest(evidence, Sample::protocol);
    Pattern any = Pattern.of(protocol);
    return switch (traffic) {
      case SYN -> any.withFlags(Tcp.SYN | Tcp.ACK, Tcp.SYN);
      case TCP ->
          (largest(evidence, Sample::tcpFlags) & Tcp.SYN) == 0
              ? any.withFlags(Tcp.SYN, 0)
              : any.withFlags(Tcp.SYN | Tcp.ACK, Tcp.SYN | Tcp.ACK);
      default -> any;
    };
  }

  private static int largest(Evidence evidence, ToIntFunction<Sample> number) {
    return evidence.weights(number).entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(0);
  }

  /** The start, with one of each value that is much of the attack. */
  private static List<Pattern> seeds(Pattern start, Evidence evidence) {
    List<Pattern> seeds = new ArrayList<>();
    seeds.add(start);
    if (start.isPorted()) {
      addSeeds(seeds, evidence, Sample::sourcePort, v -> start.withSourcePorts(Range.of(v)));
      addSeeds(
          seeds, evidence, Sample::destinationPort, v -> start.withDestinationPorts(Range.of(v)));
    }
    addSeeds(seeds, evidence, Sample::lengthBytes, v -> start.withLengths(Range.of(v)));
    addSeeds(seeds, evidence, Sample::ttl, v -> start.withTtls(Range.of(v)));
    if (start.protocol() == Protocols.TCP && start.flags() == 0) {
      addSeeds(seeds, evidence, Sample::tcpFlags, v -> start.withFlags(0xff, v));
    }
    return seeds.subList(0, Math.min(seeds.size(), SEEDS_MAX));
  }

  private static void addSeeds(
      List<Pattern> seeds,
      Evidence evidence,
      ToIntFunction<Sample> number,
      Function<Integer, Pattern> seed) {
    evidence
        .weights(number)
        .forEach((value, weight) -> {
          if (weight >= VECTOR_MIN) {
            seeds.add(seed.apply(value));
          }
        });
  }

  /** A narrower pattern that spares what is usual, and keeps nearly all of the attack. */
  private Optional<Pattern> narrow(Pattern start, Evidence evidence) {
    double keptMin = all.lessNoise(KEPT_OF_ALL_MIN) * evidence.attackShare(start);
    Pattern pattern = start;
    for (int step = 0; step < STEPS_MAX; step++) {
      double usual = usualShare(pattern);
      // One more than were seen: what is rare is not seen in a few samples.
      boolean spares = usual == 0 || usual + 1.0 / all.usual().size() <= COLLATERAL_MAX;
      if (spares && special(pattern) >= SPECIAL) {
        break;
      }
      Optional<Pattern> next = next(pattern, evidence, keptMin, spares, usual);
      if (next.isEmpty()) {
        break;
      }
      pattern = next.get();
    }
    boolean good = usualShare(pattern) <= COLLATERAL_MAX && special(pattern) >= SPECIAL_MIN;
    return good ? Optional.of(finished(pattern, evidence)) : Optional.empty();
  }

  private Pattern finished(Pattern pattern, Evidence evidence) {
    Pattern wide = Narrowing.widened(pattern, evidence);
    Pattern widest = usualShare(wide) <= usualShare(pattern) ? wide : pattern;
    return Narrowing.withSourcePort(widest, evidence.fitting(widest));
  }

  private Optional<Pattern> next(
      Pattern pattern, Evidence evidence, double keptMin, boolean spares, double usual) {
    double special = special(pattern);
    Evidence within = evidence.fitting(pattern);
    double kept = Math.max(keptMin, all.lessNoise(Narrowing.KEPT_MIN) * within.attackShare());
    return Narrowing.of(pattern, within).stream()
        .filter(narrower -> within.attackShare(narrower) >= kept)
        .filter(narrower ->
            spares ? special(narrower) > special : usualShare(narrower) <= (1 - GAIN_MIN) * usual)
        .min(
            Comparator.<Pattern>comparingDouble(
                    narrower -> usualShare(narrower) - within.attackShare(narrower))
                .thenComparingDouble(narrower -> -special(narrower))
                .thenComparingDouble(narrower -> -within.attackShare(narrower)));
  }

  private double usualShare(Pattern pattern) {
    return all.usualShare(pattern);
  }

  /** How unlikely it is that a packet of another sender fits by chance. */
  private static double special(Pattern pattern) {
    double special = pattern.isPorted() ? 0 : 1;
    special += pattern.sourcePorts().isOne() ? 2 : 0;
    special += pattern.destinationPorts().isOne() ? 1 : 0;
    special += pattern.lengths().isOne() ? 1 : pattern.lengths().width() <= 64 ? 0.5 : 0;
    special += pattern.ttls().width() <= 4 ? 1 : pattern.ttls().width() <= 16 ? 0.5 : 0;
    special += pattern.flagsMask() > (Tcp.SYN | Tcp.ACK) ? 0.5 : 0;
    for (Word word : pattern.words()) {
      special += word.bytes() > 1 ? 2 : 1;
    }
    return special;
  }
}
