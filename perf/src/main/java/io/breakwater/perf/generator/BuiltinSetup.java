package io.breakwater.perf.generator;

import io.breakwater.perf.traffic.FrameSizes;
import io.breakwater.perf.traffic.TrafficKind;
import io.breakwater.perf.traffic.TrafficMix;
import io.breakwater.perf.traffic.TrafficProfile;
import io.breakwater.perf.traffic.Workload;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the builtin generator's process is told when it starts, as a line of JSON: its device, and
 * its profile in so few words that it can be made again.
 */
record BuiltinSetup(
    String device,
    boolean pci,
    boolean hugepages,
    int core,
    int mtuBytes,
    long applianceMac,
    long generatorMac,
    int tenants,
    int prefixes,
    long seed,
    int flows,
    TrafficProfile.Popularity popularity,
    String frames,
    Map<TrafficKind, Integer> mix) {

  /** Ethernet header; and what a tunnel with a key adds to what comes back. */
  private static final int HEADER_BYTES = 14;

  private static final int TUNNEL_BYTES = 28;
  private static final int MTU_BYTES_MIN = 1_500;

  static BuiltinSetup of(TrafficProfile profile, Link link, int core) {
    Workload workload = profile.workload();
    int tenants = workload.tunnels().getLast().tenant() + 1;
    int prefixes = workload.prefixes().size();
    if (!workload.equals(Workload.of(tenants, prefixes, workload.seed()))) {
      throw new IllegalArgumentException(
          "the builtin generator makes the workload again from its seed: this one was made"
              + " otherwise");
    }
    return new BuiltinSetup(
        link.generatorDevice(),
        link.generatorPci(),
        !link.ealOptions().contains("--no-huge"),
        core,
        Math.max(MTU_BYTES_MIN, profile.frames().largestBytes() - HEADER_BYTES + TUNNEL_BYTES),
        link.applianceMac(),
        link.generatorMac(),
        tenants,
        prefixes,
        workload.seed(),
        profile.flows(),
        profile.popularity(),
        profile.frames().word(),
        new EnumMap<>(profile.mix().shares()));
  }

  /** The largest frame that comes back from a tunnel within an MTU. */
  static int frameBytesMax(int mtuBytes) {
    return mtuBytes + HEADER_BYTES - TUNNEL_BYTES;
  }

  TrafficProfile profile() {
    return new TrafficProfile(
        Workload.of(tenants, prefixes, seed),
        flows,
        popularity,
        FrameSizes.parse(frames),
        new TrafficMix(mix));
  }
}
