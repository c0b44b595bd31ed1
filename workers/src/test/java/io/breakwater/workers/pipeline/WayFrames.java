package io.breakwater.workers.pipeline;

import io.breakwater.workers.Frames;

/**
 * The outer parts of frames between {@link TestAppliance} and its surroundings: from and to its
 * ports, into and out of its tunnels.
 */
final class WayFrames {

  static final String CLIENT = "8.8.4.4";
  static final String CLIENT6 = "2600::8";
  static final String BROADCAST = "ff:ff:ff:ff:ff:ff";
  static final int DF = 0x4000;

  private WayFrames() {}

  static Frames fromUplink() {
    return Frames.ethernet(TestAppliance.UPLINK_MAC, TestAppliance.GATEWAY_MAC);
  }

  static Frames toUplink() {
    return Frames.ethernet(TestAppliance.GATEWAY_MAC, TestAppliance.UPLINK_MAC);
  }

  static Frames fromInside() {
    return Frames.ethernet(TestAppliance.INSIDE_MAC, TestAppliance.REMOTE_MAC).vlan(7);
  }

  static Frames toInside() {
    return Frames.ethernet(TestAppliance.REMOTE_MAC, TestAppliance.INSIDE_MAC).vlan(7);
  }

  /** The outer header of acme's tunnel, as we write it (TTL 64, atomic: RFC 6864 4.1). */
  static Frames intoAcme(int tos) {
    return toUplink()
        .ipv4(TestAppliance.ENDPOINT, TestAppliance.ACME_REMOTE)
        .id(0)
        .flagsAndOffset(DF)
        .tos(tos)
        .gre();
  }

  static Frames intoBeta(int tos) {
    return toInside()
        .ipv4(TestAppliance.ENDPOINT, TestAppliance.BETA_REMOTE)
        .id(0)
        .flagsAndOffset(DF)
        .tos(tos)
        .gre(TestAppliance.BETA_KEY);
  }

  static Frames toUplink6() {
    return Frames.ethernet(TestAppliance.GATEWAY6_MAC, TestAppliance.UPLINK_MAC);
  }

  static Frames intoGamma(int tos) {
    return toUplink6().ipv6(TestAppliance.ENDPOINT6, TestAppliance.GAMMA_REMOTE).tos(tos).gre();
  }

  static Frames outOfGamma() {
    return fromUplink().ipv6(TestAppliance.GAMMA_REMOTE, TestAppliance.ENDPOINT6).gre();
  }

  static Frames outOfAcme() {
    return fromUplink().ipv4(TestAppliance.ACME_REMOTE, TestAppliance.ENDPOINT).gre();
  }

  static Frames outOfBeta() {
    return fromInside()
        .ipv4(TestAppliance.BETA_REMOTE, TestAppliance.ENDPOINT)
        .gre(TestAppliance.BETA_KEY);
  }
}
