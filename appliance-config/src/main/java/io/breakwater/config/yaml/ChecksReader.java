package io.breakwater.config.yaml;

import io.breakwater.config.protection.Reaction;
import io.breakwater.config.protection.StaticChecks;
import java.util.List;

/** Reads what is done with packets that no honest sender makes. */
final class ChecksReader {

  private static final List<Reaction> REACTIONS =
      List.of(Reaction.OFF, Reaction.OBSERVE, Reaction.DROP);

  private ChecksReader() {}

  static StaticChecks read(YamlMapping mapping) {
    StaticChecks defaults = StaticChecks.DEFAULT;
    return mapping.noted(
        new StaticChecks(
            reaction(mapping, "tcp-flags", defaults.tcpFlags()),
            reaction(mapping, "tiny-fragments", defaults.tinyFragments()),
            reaction(mapping, "overlapping-fragments", defaults.overlappingFragments()),
            reaction(mapping, "source-port-zero", defaults.sourcePortZero()),
            reaction(mapping, "own-source", defaults.ownSource())));
  }

  private static Reaction reaction(YamlMapping mapping, String key, Reaction byDefault) {
    return mapping.value(key).flatMap(value -> Words.read(value, REACTIONS)).orElse(byDefault);
  }
}
