package io.breakwater.appliance.mitigation;

import io.breakwater.appliance.mitigation.Pattern.Range;
import io.breakwater.appliance.mitigation.Pattern.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/**
 * Ways to narrow a pattern by one more property that nearly all of the attack has: each field's one
 * value, or its shortest range, and bytes of the payload that do not change.
 */
final class Narrowing {

  /** Of what a pattern has of the attack, a narrower one keeps at least this. */
  static final double KEPT_MIN = 0.98;

  private static final int FLAGS_MASK = 0x3f;
  private static final int WORDS_OFFSET_END = 48;

  private final Pattern pattern;
  private final Evidence within;
  private final List<Pattern> found = new ArrayList<>();

  private Narrowing(Pattern pattern, Evidence within) {
    this.pattern = pattern;
    this.within = within;
  }

  /**
   * @param within the samples that fit the pattern
   */
  static List<Pattern> of(Pattern pattern, Evidence within) {
    Narrowing narrowing = new Narrowing(pattern, within);
    narrowing.addPorts();
    narrowing.addRanges();
    narrowing.addFlags();
    narrowing.addWords();
    return narrowing.found;
  }

  /**
   * The same with ranges that are as wide as they may be without more of what is usual: in them are
   * what was left out of the attack by chance.
   *
   * @param all not only the samples that fit
   */
  static Pattern widened(Pattern pattern, Evidence all) {
    Pattern wide = pattern;
    if (!pattern.lengths().equals(Range.ALL)) {
      Evidence others = all.fitting(pattern.withLengths(Range.ALL));
      wide = wide.withLengths(widened(pattern.lengths(), others, Sample::lengthBytes));
    }
    if (!pattern.ttls().equals(Range.ALL)) {
      Evidence others = all.fitting(wide.withTtls(Range.ALL));
      wide = wide.withTtls(widened(pattern.ttls(), others, Sample::ttl));
    }
    return wide;
  }

  /** The same with the source port that nearly all have, if there is one: it names the service. */
  static Pattern withSourcePort(Pattern pattern, Evidence within) {
    Narrowing narrowing = new Narrowing(pattern, within);
    int port =
        pattern.isPorted() && pattern.sourcePorts().equals(Range.ALL)
            ? narrowing.only(within.weights(Sample::sourcePort))
            : Sample.UNKNOWN;
    return port == Sample.UNKNOWN ? pattern : pattern.withSourcePorts(Range.of(port));
  }

  private void addPorts() {
    if (!pattern.isPorted()) {
      return;
    }
    int source = only(within.weights(Sample::sourcePort));
    if (source != Sample.UNKNOWN && pattern.sourcePorts().equals(Range.ALL)) {
      found.add(pattern.withSourcePorts(Range.of(source)));
    }
    int destination = only(within.weights(Sample::destinationPort));
    if (destination != Sample.UNKNOWN && pattern.destinationPorts().equals(Range.ALL)) {
      found.add(pattern.withDestinationPorts(Range.of(destination)));
    }
  }

  /** Of each two ranges: what the samples have at random may make the first too wide. */
  private void addRanges() {
    for (double kept : new double[] {KEPT_MIN, within.lessNoise(KEPT_MIN)}) {
      Range lengths = shortest(Sample::lengthBytes, kept);
      if (lengths != null && !lengths.equals(pattern.lengths())) {
        found.add(pattern.withLengths(lengths));
      }
      Range ttls = shortest(Sample::ttl, kept);
      if (ttls != null && !ttls.equals(pattern.ttls())) {
        found.add(pattern.withTtls(ttls));
      }
    }
  }

  private void addFlags() {
    if (pattern.protocol() != Protocols.TCP || pattern.flagsMask() == FLAGS_MASK) {
      return;
    }
    int flags = only(within.weights(sample -> sample.tcpFlags() & FLAGS_MASK));
    if (flags != Sample.UNKNOWN) {
      found.add(pattern.withFlags(FLAGS_MASK, flags));
    }
  }

  /** Each run of bytes that do not change, and its parts of eight. */
  private void addWords() {
    if (pattern.words().size() == Pattern.WORDS_MAX) {
      return;
    }
    int from = 0;
    long value = 0;
    for (int offset = 0; offset <= WORDS_OFFSET_END; offset++) {
      int constant = isAsked(offset) ? Sample.UNKNOWN : constantAt(offset);
      if (offset > from && (constant == Sample.UNKNOWN || offset - from == Long.BYTES)) {
        addWord(from, offset - from, value);
        from = offset;
        value = 0;
      }
      if (constant == Sample.UNKNOWN) {
        from = offset + 1;
      } else {
        value = value << 8 | constant;
      }
    }
  }

  private boolean isAsked(int offset) {
    return pattern.words().stream()
        .anyMatch(word -> offset >= word.offset() && offset < word.offset() + word.bytes());
  }

  private int constantAt(int offset) {
    return offset == WORDS_OFFSET_END
        ? Sample.UNKNOWN
        : only(within.weights(sample -> sample.word(offset)));
  }

  private void addWord(int offset, int bytes, long value) {
    found.add(pattern.withWord(new Word(offset, bytes, value)));
  }

  /** The value that nearly all have. */
  private int only(SortedMap<Integer, Double> weights) {
    double needed = within.lessNoise(KEPT_MIN) * within.attackShare();
    for (Map.Entry<Integer, Double> entry : weights.entrySet()) {
      if (entry.getValue() >= needed) {
        return entry.getKey();
      }
    }
    return Sample.UNKNOWN;
  }

  /**
   * The shortest range that nearly all are in, widened to what else is seen of now as far as
   * nothing usual is there.
   */
  private Range shortest(ToIntFunction<Sample> number, double kept) {
    SortedMap<Integer, Double> weights = within.weights(number);
    int[] values = weights.keySet().stream().mapToInt(Integer::intValue).toArray();
    double[] sums = new double[values.length + 1];
    for (int i = 0; i < values.length; i++) {
      sums[i + 1] = sums[i] + weights.get(values[i]);
    }
    // Of the range that holds most, since what the samples have at random is in the weights too.
    double needed = kept * largestSum(sums);
    int first = -1;
    int last = -1;
    for (int i = 0; i < values.length; i++) {
      for (int j = i; j < values.length; j++) {
        boolean isEnough = sums[j + 1] - sums[i] >= needed;
        if (isEnough && (first < 0 || values[j] - values[i] < values[last] - values[first])) {
          first = i;
          last = j;
        }
        if (isEnough) {
          break;
        }
      }
    }
    return first < 0 ? null : widened(new Range(values[first], values[last]), within, number);
  }

  private static double largestSum(double[] sums) {
    double least = 0;
    double largest = 0;
    for (double sum : sums) {
      least = Math.min(least, sum);
      largest = Math.max(largest, sum - least);
    }
    return largest;
  }

  private static Range widened(Range range, Evidence samples, ToIntFunction<Sample> number) {
    var usual = new TreeSet<Integer>();
    samples.usual().forEach(sample -> usual.add(number.applyAsInt(sample)));
    var now = new TreeSet<Integer>();
    samples.now().forEach(sample -> now.add(number.applyAsInt(sample)));
    // Far away is no longer the attack, though nothing usual was seen there either.
    int further = Math.max(2, range.width() / 4);
    Integer usualBelow = usual.lower(range.first());
    Integer usualAbove = usual.higher(range.last());
    int below = Math.max(usualBelow == null ? -1 : usualBelow, range.first() - further - 1);
    int above =
        Math.min(usualAbove == null ? Integer.MAX_VALUE : usualAbove, range.last() + further + 1);
    Integer least = now.higher(below);
    Integer greatest = now.lower(above);
    return new Range(
        least == null ? range.first() : Math.min(range.first(), least),
        greatest == null ? range.last() : Math.max(range.last(), greatest));
  }
}
