package io.breakwater.perf.bench;

import static io.breakwater.config.protection.Reaction.OFF;

import io.breakwater.config.Appliance;
import io.breakwater.config.Tenant;
import io.breakwater.config.protection.Amplification;
import io.breakwater.config.protection.Protection;
import io.breakwater.config.protection.Reaction;
import io.breakwater.config.protection.StaticChecks;
import io.breakwater.config.protection.SynFlood;
import io.breakwater.config.protection.TcpState;
import io.breakwater.config.protection.When;
import io.breakwater.perf.traffic.FloodFrames;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A flood that protection is to keep from the tenants: its frames, the protection, and what becomes
 * of every packet.
 *
 * @param code of the fate or reason that all packets end with
 */
record Flood(BenchJob.Frames frames, UnaryOperator<Protection> protection, int code) {

  static final Flood SYNS = new Flood(FloodFrames::syns, Flood::challenging, Fate.ANSWERED.code());

  /** Without a cookie of ours. */
  static final Flood RESETS =
      new Flood(FloodFrames::resets, Flood::challenging, DropReason.SYN_COOKIE_INVALID.code());

  static final Flood RECORDER_ANSWERS =
      new Flood(
          FloodFrames::recorderAnswers, Flood::droppingAmplification, DropReason.SIGNATURE.code());

  private static final int NEVER_REACHED = 1_000_000_000;

  private static Protection challenging(Protection usual) {
    var guard =
        new SynFlood(
            SynFlood.Mode.CHALLENGE, When.ALWAYS, NEVER_REACHED, NEVER_REACHED, 0, 30, List.of());
    return new Protection(
        guard,
        new TcpState(TcpState.Mode.OFF, When.NEVER),
        new StaticChecks(OFF, OFF, OFF, OFF, OFF),
        new Amplification(OFF, new TreeMap<>(), 1),
        usual.rates(),
        Protection.Automatic.OFF);
  }

  private static Protection droppingAmplification(Protection usual) {
    return new Protection(
        new SynFlood(SynFlood.Mode.OFF, When.NEVER, 1, 1, 0, 30, List.of()),
        new TcpState(TcpState.Mode.OFF, When.NEVER),
        new StaticChecks(OFF, OFF, OFF, OFF, OFF),
        new Amplification(Reaction.DROP, new TreeMap<>(), 1),
        usual.rates(),
        Protection.Automatic.OFF);
  }

  /** The same appliance, whose tenants are all protected alike. */
  Appliance protect(Appliance appliance) {
    Optional<Protection> protection = Optional.of(this.protection.apply(Protection.DEFAULT));
    SortedMap<String, Tenant> tenants = new TreeMap<>();
    appliance
        .tenants()
        .values()
        .forEach(tenant -> tenants.put(tenant.name(), tenant.withProtection(protection)));
    return appliance.withTenants(tenants);
  }
}
