package io.breakwater.workers.pipeline;

import io.breakwater.config.Appliance;
import io.breakwater.config.Tenant;
import io.breakwater.config.protection.Amplification;
import io.breakwater.config.protection.Protection;
import io.breakwater.config.protection.Reaction;
import io.breakwater.config.protection.StaticChecks;
import io.breakwater.config.protection.SynFlood;
import io.breakwater.config.protection.TcpState;
import io.breakwater.config.protection.TrafficRates;
import io.breakwater.config.protection.When;
import java.util.Optional;
import java.util.TreeMap;

/** The standard appliance with protection of acme's that checks single packets and rates. */
final class ProtectedTenants {

  private ProtectedTenants() {}

  static Appliance withAcme(StaticChecks checks, Amplification amplification, TrafficRates rates) {
    Appliance standard = TestAppliance.standard();
    var tenants = new TreeMap<>(standard.tenants());
    Tenant acme = tenants.get("acme");
    SynFlood never =
        new SynFlood(
            SynFlood.Mode.OFF,
            When.NEVER,
            SynFlood.DEFAULT.thresholdPerSecond(),
            SynFlood.DEFAULT.destinationThresholdPerSecond(),
            SynFlood.DEFAULT.completionPercent(),
            SynFlood.DEFAULT.holdSeconds(),
            SynFlood.DEFAULT.exceptions());
    Protection protection =
        new Protection(
            never,
            new TcpState(TcpState.Mode.OFF, When.NEVER),
            checks,
            amplification,
            rates,
            Protection.Automatic.OFF);
    tenants.put("acme", acme.withProtection(Optional.of(protection)));
    return TestAppliance.with(standard, tenants);
  }

  static Appliance withChecks(Reaction reaction) {
    return withAcme(
        new StaticChecks(reaction, reaction, reaction, reaction, reaction),
        Amplification.DEFAULT,
        TrafficRates.NONE);
  }

  static Appliance withRates(TrafficRates rates) {
    return withAcme(StaticChecks.DEFAULT, Amplification.DEFAULT, rates);
  }
}
