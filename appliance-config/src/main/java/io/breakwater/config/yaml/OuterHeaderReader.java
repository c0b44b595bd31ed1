package io.breakwater.config.yaml;

import io.breakwater.config.OuterHeader;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the keys of a tunnel that say how its outer headers are written. */
final class OuterHeaderReader {

  private static final int DSCP_MAX = 63;

  private OuterHeaderReader() {}

  static OuterHeader read(YamlMapping tunnel) {
    OuterHeader byDefault = OuterHeader.DEFAULT;
    return new OuterHeader(
        tunnel.value("checksum").flatMap(YamlValue::bool).orElse(byDefault.checksum()),
        tunnel.integer("ttl", 1, 255).orElse(byDefault.ttl()),
        tunnel.value("dscp").flatMap(OuterHeaderReader::dscp).orElse(byDefault.dscp()),
        tunnel.value("ecn").flatMap(OuterHeaderReader::ecn).orElse(byDefault.ecn()));
  }

  private static Optional<OptionalInt> dscp(YamlValue value) {
    if (value.isText("copy")) {
      return Optional.of(OptionalInt.empty());
    }
    if (value.isText()) {
      return value.wrongType("copy or an integer in 0.." + DSCP_MAX);
    }
    return value.integer(0, DSCP_MAX).map(OptionalInt::of);
  }

  private static Optional<Boolean> ecn(YamlValue value) {
    return value.isText("copy") || value.isText("off")
        ? Optional.of(value.isText("copy"))
        : value.wrongType("copy or off");
  }
}
