package io.breakwater.config.yaml;

import io.breakwater.config.IpAddress;
import io.breakwater.config.TunnelHealth;
import io.breakwater.config.TunnelHealth.Probe;
import io.breakwater.config.TunnelHealth.Rate;
import java.util.Optional;

/** Reads how a tunnel is probed. */
final class HealthReader {

  private HealthReader() {}

  static TunnelHealth read(YamlMapping mapping) {
    TunnelHealth defaults = TunnelHealth.DEFAULT;
    Probe probe = mapping.value("probe").flatMap(HealthReader::probe).orElse(defaults.probe());
    Rate rate = mapping.value("rate").flatMap(HealthReader::rate).orElse(defaults.rate());
    Optional<IpAddress> target =
        mapping.value("target").flatMap(value -> value.parsed(Addresses::host));
    int timeoutMs =
        mapping
            .value("timeout")
            .flatMap(value -> value.parsed(HealthReader::timeoutMs))
            .orElse(defaults.timeoutMs());
    return mapping.noted(new TunnelHealth(probe, rate, target, timeoutMs));
  }

  private static int timeoutMs(String text) {
    return Milliseconds.parse(text, TunnelHealth.TIMEOUT_MS_MIN, TunnelHealth.TIMEOUT_MS_MAX);
  }

  private static Optional<Probe> probe(YamlValue value) {
    if (value.isText("request")) {
      return Optional.of(Probe.REQUEST);
    }
    if (value.isText("reply")) {
      return Optional.of(Probe.REPLY);
    }
    return value.isText("off") ? Optional.of(Probe.OFF) : value.wrongType("request, reply or off");
  }

  private static Optional<Rate> rate(YamlValue value) {
    if (value.isText("low")) {
      return Optional.of(Rate.LOW);
    }
    if (value.isText("medium")) {
      return Optional.of(Rate.MEDIUM);
    }
    return value.isText("high") ? Optional.of(Rate.HIGH) : value.wrongType("low, medium or high");
  }
}
