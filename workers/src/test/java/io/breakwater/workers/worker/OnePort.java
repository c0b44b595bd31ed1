package io.breakwater.workers.worker;

import io.breakwater.config.Appliance;
import java.util.List;

/** The warm-up's appliance for tests that have one port: its first. */
final class OnePort {

  private OnePort() {}

  static Appliance ofWarmUp() {
    Appliance both = WarmUpConfiguration.make();
    return new Appliance(
        both.name(),
        both.workers(),
        List.of(both.ports().getFirst()),
        both.endpoints(),
        both.synCookieSecret(),
        both.bogonsDropped(),
        both.limits(),
        both.journal(),
        both.tenants());
  }
}
