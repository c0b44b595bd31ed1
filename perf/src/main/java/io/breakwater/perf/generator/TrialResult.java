package io.breakwater.perf.generator;

import io.breakwater.perf.traffic.TrafficKind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * What the builtin generator's process says of a trial, as a line of JSON.
 *
 * @param sent packets that left, by {@link TrafficKind}
 * @param received own packets that came back, by kind
 * @param others packets that came and are none of ours
 * @param refused packets that were due and that the link did not take
 * @param stallMaxNs longest turn of the generator's loop
 * @param latency HdrHistogram's compressed encoding in Base64, or an empty string
 */
record TrialResult(
    long[] sent,
    long[] received,
    long others,
    long refused,
    double seconds,
    long stallMaxNs,
    String latency) {

  static String encode(Histogram histogram) {
    ByteBuffer bytes = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(bytes);
    return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length));
  }

  Trial trial() {
    return new Trial(
        Arrays.stream(sent).sum(),
        Arrays.stream(received).sum(),
        seconds,
        latency.isEmpty() ? Optional.empty() : Optional.of(decode(latency)),
        new Trial.Detail(byKind(sent), byKind(received), others, refused, stallMaxNs));
  }

  private static Map<TrafficKind, Long> byKind(long[] counts) {
    Map<TrafficKind, Long> byKind = new EnumMap<>(TrafficKind.class);
    for (TrafficKind kind : TrafficKind.values()) {
      byKind.put(kind, counts[kind.ordinal()]);
    }
    return byKind;
  }

  private static Histogram decode(String text) {
    try {
      return Histogram.decodeFromCompressedByteBuffer(
          ByteBuffer.wrap(Base64.getDecoder().decode(text)), TrialCounts.LATENCY_MAX_NS);
    } catch (DataFormatException e) {
      throw new GeneratorLostException("the generator's histogram is broken: " + e.getMessage());
    }
  }
}
