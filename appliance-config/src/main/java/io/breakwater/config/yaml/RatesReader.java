package io.breakwater.config.yaml;

import io.breakwater.config.protection.TrafficRates;
import java.util.OptionalInt;

/** Reads how many packets of each class a tenant is sent at most. */
final class RatesReader {

  private RatesReader() {}

  static TrafficRates read(YamlMapping mapping) {
    return mapping.noted(
        new TrafficRates(
            rate(mapping, "syn"),
            rate(mapping, "tcp"),
            rate(mapping, "udp"),
            rate(mapping, "icmp"),
            rate(mapping, "fragments"),
            rate(mapping, "other"),
            rate(mapping, "source")));
  }

  private static OptionalInt rate(YamlMapping mapping, String key) {
    return mapping
        .value(key)
        .flatMap(Rate::packets)
        .map(OptionalInt::of)
        .orElse(OptionalInt.empty());
  }
}
