package io.breakwater.config.yaml;

import io.breakwater.config.protection.Amplification;
import io.breakwater.config.protection.AmplificationCatalogue;
import io.breakwater.config.protection.AmplificationSignature;
import io.breakwater.config.protection.Reaction;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads {@code amplification}: one reaction to all signatures, or a mapping of reactions by the
 * names of the catalogue, which therefore are the known keys.
 */
final class AmplificationReader {

  private AmplificationReader() {}

  static Optional<Amplification> read(YamlValue value) {
    return value.isMapping()
        ? value.mapping(mapping -> Optional.of(amplification(mapping)))
        : reaction(value)
            .map(all -> new Amplification(all, new TreeMap<>(), limit(Optional.empty())));
  }

  private static Amplification amplification(YamlMapping mapping) {
    Reaction byDefault =
        mapping
            .value("default")
            .flatMap(AmplificationReader::reaction)
            .orElse(Amplification.DEFAULT.byDefault());
    SortedMap<String, Reaction> bySignature = new TreeMap<>();
    for (AmplificationSignature signature : AmplificationCatalogue.signatures()) {
      mapping
          .value(signature.name())
          .flatMap(AmplificationReader::reaction)
          .ifPresent(reaction -> bySignature.put(signature.name(), reaction));
    }
    return mapping.noted(new Amplification(byDefault, bySignature, limit(mapping.value("limit"))));
  }

  private static Optional<Reaction> reaction(YamlValue value) {
    return Words.read(value, List.of(Reaction.values()));
  }

  private static int limit(Optional<YamlValue> value) {
    return value.flatMap(Rate::packets).orElse(Amplification.DEFAULT.limitPerSecond());
  }
}
