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

  /** {@code gre-encap}'s: the usual flows, each as often as the others, in frames of 64 bytes. */
  public static TrafficProfile usual() {
    return new TrafficProfile(
        Workload.usual(), Workload.USUAL_FLOWS, Popularity.UNIFORM, FrameSizes.of(64));
  }

  /** In one line, for reports. */
  public String text() {
    return "%s-byte frames, %,d tenants, %,d prefixes, %,d flows"
        .formatted(
            frames.word(),
            workload.tunnels().getLast().tenant() + 1,
            workload.prefixes().size(),
            flows);
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
