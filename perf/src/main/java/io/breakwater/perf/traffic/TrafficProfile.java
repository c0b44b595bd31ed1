package io.breakwater.perf.traffic;

import java.nio.ByteBuffer;

/**
 * What a generator sends: frames of many flows, in the order in which they are drawn.
 *
 * @param workload whose tenants the flows go to
 * @param flows 1 to 10,000,000 different 5-tuples
 * @param popularity how often each flow is drawn
 * @param frames their sizes
 */
public record TrafficProfile(
    Workload workload, int flows, Popularity popularity, FrameSizes frames) {

  /** How packets spread over flows. */
  public enum Popularity {
    UNIFORM,
    /** The n-th flow gets a share of 1/n: few flows carry most packets, as on the Internet. */
    ZIPF
  }

  /** The flows' frames, {@link FrameSizes#strideBytes} apart. */
  public ByteBuffer framesOfFlows() {
    return workload.framesToTenants(flows, frames);
  }
}
