package io.breakwater.perf.generator;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which generator sends, and how it is wired to the appliance.
 *
 * @param program the generator's executable, if it is not where the PATH says
 * @param link a vdev pair between two processes, or two PCI addresses
 */
public record GeneratorChoice(Kind kind, Optional<Path> program, String link) {

  /** Generators that we can drive. */
  public enum Kind {
    BUILTIN,
    PKTGEN,
    TESTPMD
  }

  public static final GeneratorChoice DEFAULT =
      new GeneratorChoice(Kind.BUILTIN, Optional.empty(), "memif");
}
