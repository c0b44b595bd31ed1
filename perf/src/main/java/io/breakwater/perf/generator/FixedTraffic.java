package io.breakwater.perf.generator;

import io.breakwater.perf.traffic.Workload;
import java.util.Optional;

/**
 * Where a generator sends to that does not let us choose: an appliance must be made for it.
 *
 * @param applianceMac Ethernet destination of all frames
 * @param destinations all addresses that it sends to
 */
public record FixedTraffic(long applianceMac, Workload.Prefix destinations) {

  /** {@code cfg_ether_dst}, and {@code cfg_ip_dst} and what follows it, of {@code flowgen.c}. */
  private static final FixedTraffic FLOWGEN =
      new FixedTraffic(0x00_01_02_03_04_01L, new Workload.Prefix(0x0A_FC_00_00, 14, 0));

  /** Empty if a generator sends where it is told. */
  public static Optional<FixedTraffic> of(GeneratorChoice.Kind kind) {
    return kind == GeneratorChoice.Kind.TESTPMD_FLOWGEN ? Optional.of(FLOWGEN) : Optional.empty();
  }
}
