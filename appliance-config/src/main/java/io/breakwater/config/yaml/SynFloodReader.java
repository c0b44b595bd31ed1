package io.breakwater.config.yaml;

import io.breakwater.config.protection.SynFlood;
import io.breakwater.config.protection.SynFlood.Mode;
import io.breakwater.config.protection.When;
import java.util.List;
import java.util.Optional;

/** Reads the SYN guard of one tenant. */
final class SynFloodReader {

  private static final int EXCEPTIONS_MAX = 64;

  /** The default of the threshold for one address is this part of that for all. */
  private static final int DESTINATION_PART = 4;

  private final TenantFacts tenant;

  SynFloodReader(TenantFacts tenant) {
    this.tenant = tenant;
  }

  SynFlood read(YamlMapping mapping) {
    SynFlood defaults = SynFlood.DEFAULT;
    Mode mode = mapping.value("mode").flatMap(value -> mode(value, tenant)).orElse(defaults.mode());
    When when =
        mapping
            .value("when")
            .flatMap(value -> Words.read(value, List.of(When.values())))
            .orElse(defaults.when());
    Optional<YamlValue> threshold = mapping.value("threshold");
    Optional<Integer> thresholdRead = threshold.flatMap(Rate::packets);
    int thresholdPerSecond = thresholdRead.orElse(defaults.thresholdPerSecond());
    boolean thresholdKnown = threshold.isEmpty() || thresholdRead.isPresent();
    int destinationPerSecond =
        mapping
            .value("destination-threshold")
            .flatMap(value -> destination(value, thresholdPerSecond, thresholdKnown))
            .orElse(Math.max(1, thresholdPerSecond / DESTINATION_PART));
    int completionPercent =
        mapping.value("completion").flatMap(Percent::read).orElse(defaults.completionPercent());
    int holdSeconds = mapping.value("hold").flatMap(Seconds::read).orElse(defaults.holdSeconds());
    SynExceptionReader exceptions = new SynExceptionReader(tenant);
    return mapping.noted(
        new SynFlood(
            mode,
            when,
            thresholdPerSecond,
            destinationPerSecond,
            completionPercent,
            holdSeconds,
            mapping.list("exceptions", 0, EXCEPTIONS_MAX, exceptions::read)));
  }

  /** A mode that the tenant's routing allows. */
  static Optional<Mode> mode(YamlValue value, TenantFacts tenant) {
    Optional<Mode> mode = Words.read(value, List.of(Mode.values()));
    if (mode.equals(Optional.of(Mode.PROXY))) {
      value.problem(
          tenant.egress()
              ? "proxy is not yet supported: take challenge, or reset"
              : "proxy translates both directions, so the tenant's replies must cross us: write"
                  + " egress: true, or another mode");
    }
    return mode;
  }

  private static Optional<Integer> destination(
      YamlValue value, int thresholdPerSecond, boolean thresholdKnown) {
    Optional<Integer> destination = Rate.packets(value);
    if (thresholdKnown && destination.isPresent() && destination.get() > thresholdPerSecond) {
      value.problem(
          "must be at most threshold, which counts all addresses: destination-threshold=%d/second threshold=%d/second"
              .formatted(destination.get(), thresholdPerSecond));
    }
    return destination;
  }
}
