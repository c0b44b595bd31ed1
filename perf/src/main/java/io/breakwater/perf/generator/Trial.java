package io.breakwater.perf.generator;

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
 */
public record Trial(long sent, long received, double seconds, Optional<Histogram> latency) {

  public long lost() {
    return sent - received;
  }

  public double lossRatio() {
    return sent == 0 ? 0 : (double) lost() / sent;
  }

  /** Packets a second that were sent. */
  public double sentPerSecond() {
    return sent / seconds;
  }

  public double receivedPerSecond() {
    return received / seconds;
  }
}
