package io.breakwater.workers.worker;

import io.breakwater.config.protection.Amplification;
import io.breakwater.config.protection.Protection;
import io.breakwater.config.protection.Reaction;
import io.breakwater.config.protection.StaticChecks;
import io.breakwater.config.protection.SynFlood;
import io.breakwater.config.protection.TcpState;
import io.breakwater.config.protection.TrafficRates;
import io.breakwater.config.protection.When;
import java.util.List;
import java.util.OptionalInt;

/** Protection of a tenant of the warm-up's that looks at all packets and lets them by. */
final class WarmUpProtection {

  private static final OptionalInt MOST = OptionalInt.of(1_000_000_000);

  private WarmUpProtection() {}

  /** Checks that only observe, and rates that nothing reaches; no guard. */
  static Protection ofChecksAndRates() {
    Reaction observe = Reaction.OBSERVE;
    return new Protection(
        new SynFlood(SynFlood.Mode.OFF, When.NEVER, 1, 1, 0, 1, List.of()),
        new TcpState(TcpState.Mode.OFF, When.NEVER),
        new StaticChecks(observe, observe, observe, observe, observe),
        Amplification.DEFAULT,
        new TrafficRates(MOST, MOST, MOST, MOST, MOST, MOST, MOST),
        Protection.Automatic.OFF);
  }
}
