package io.breakwater.perf.generator;

import io.breakwater.perf.traffic.TrafficKind;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * What came of one {@link TrialOrder}.
 *
 * @param sent packets that left the generator
 * @param received packets that came back
 * @param seconds from the first packet sent to the last
 * @param latency from the time a packet was due to be sent until it was received, in nanoseconds
 *     (the time it was due, not the time it left: a generator that is held up by the appliance does
 *     not hide the waiting, which is known as coordinated omission)
 * @param detail what only the builtin generator knows
 */
public record Trial(
    long sent, long received, double seconds, Optional<Histogram> latency, Detail detail) {

  /**
   * More about a trial.
   *
   * @param sentByKind empty if the generator does not tell
   * @param receivedByKind empty if the generator does not tell
   * @param others packets that came and are none of the generator's: replies of the appliance
   * @param refused packets that were due, and were lost because the link's ring stayed full: on a
   *     real wire the appliance's receive ring would have lost them
   * @param stallMaxNs longest turn of the generator's loop: so long it, or its machine, stood still
   */
  public record Detail(
      Map<TrafficKind, Long> sentByKind,
      Map<TrafficKind, Long> receivedByKind,
      long others,
      long refused,
      long stallMaxNs) {

    public static final Detail NONE = new Detail(Map.of(), Map.of(), 0, 0, 0);
  }

  /** Of a generator that knows no more. */
  public Trial(long sent, long received, double seconds, Optional<Histogram> latency) {
    this(sent, received, seconds, latency, Detail.NONE);
  }

  /** Packets that were to be sent: those that left, and those that the link refused. */
  public long offered() {
    return sent + detail.refused();
  }

  public long lost() {
    return offered() - received;
  }

  public double lossRatio() {
    return offered() == 0 ? 0 : (double) lost() / offered();
  }

  /** Packets a second that were sent. */
  public double sentPerSecond() {
    return sent / seconds;
  }

  public double receivedPerSecond() {
    return received / seconds;
  }
}
