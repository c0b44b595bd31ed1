package io.breakwater.perf.generator;

/**
 * What to send in one trial: for a time at a rate, or a number of packets back to back.
 *
 * @param packetsPerSecond {@link Double#POSITIVE_INFINITY}: as fast as it can
 * @param seconds 0 if {@code packets} says when to end
 * @param packets 0 if {@code seconds} says when to end
 * @param latency whether packets carry time stamps
 */
public record TrialOrder(double packetsPerSecond, double seconds, long packets, boolean latency) {

  public static TrialOrder rate(double packetsPerSecond, double seconds) {
    return new TrialOrder(packetsPerSecond, seconds, 0, false);
  }

  public static TrialOrder burst(long packets) {
    return new TrialOrder(Double.POSITIVE_INFINITY, 0, packets, false);
  }

  public TrialOrder withLatency() {
    return new TrialOrder(packetsPerSecond, seconds, packets, true);
  }
}
