package io.breakwater.config.yaml;

import io.breakwater.config.protection.TcpState;
import io.breakwater.config.protection.TcpState.Mode;
import io.breakwater.config.protection.When;
import java.util.List;
import java.util.Optional;

/** Reads {@code tcp-state}: a mode alone, or a mapping of the mode and when it is at work. */
final class TcpStateReader {

  private TcpStateReader() {}

  static Optional<TcpState> read(YamlValue value) {
    return value.isMapping()
        ? value.mapping(mapping -> Optional.of(state(mapping)))
        : mode(value).map(mode -> new TcpState(mode, TcpState.DEFAULT.when()));
  }

  private static TcpState state(YamlMapping mapping) {
    TcpState defaults = TcpState.DEFAULT;
    return mapping.noted(
        new TcpState(
            mapping.value("mode").flatMap(TcpStateReader::mode).orElse(defaults.mode()),
            mapping
                .value("when")
                .flatMap(value -> Words.read(value, List.of(When.values())))
                .orElse(defaults.when())));
  }

  private static Optional<Mode> mode(YamlValue value) {
    return Words.read(value, List.of(Mode.values()));
  }
}
