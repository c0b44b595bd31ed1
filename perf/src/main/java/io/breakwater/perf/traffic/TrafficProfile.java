package io.breakwater.perf.traffic;

import java.nio.ByteBuffer;

/**
 * What a generator sends: frames of many flows, in the order in which they are drawn, and attacks
 * among them.
 *
 * @param workload whose tenants the flows go to
 * @param flows 1 to 10,000,000 different 5-tuples
 * @param popularity how often each flow is drawn
 * @param frames their sizes; attacks have their own
 * @param mix how many packets are of which kind
 */
public record TrafficProfile(
    Workload workload, int flows, Popularity popularity, FrameSizes frames, TrafficMix mix) {

  public static final int FLOWS_MAX = 10_000_000;

  public TrafficProfile {
    if (flows < 1 || flows > FLOWS_MAX) {
      throw new IllegalArgumentException(
          "flows must be 1..%d: flows=%d".formatted(FLOWS_MAX, flows));
    }
  }

  /** Legitimate traffic only. */
  public TrafficProfile(Workload workload, int flows, Popularity popularity, FrameSizes frames) {
    this(workload, flows, popularity, frames, TrafficMix.LEGITIMATE);
  }

  public TrafficProfile withMix(TrafficMix other) {
    return new TrafficProfile(workload, flows, popularity, frames, other);
  }

  /** How packets spread over flows. */
  public enum Popularity {
    UNIFORM,
    /** The n-th flow gets a share of 1/n: few flows carry most packets, as on the Internet. */
    ZIPF
  }

  /** The legitimate flows' frames, {@link FrameSizes#strideBytes} apart. */
  public ByteBuffer framesOfFlows() {
    return workload.framesToTenants(flows, frames);
  }
}
