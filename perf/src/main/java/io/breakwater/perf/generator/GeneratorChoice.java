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
    BUILTIN("builtin"),
    PKTGEN("pktgen"),
    /** One packet again and again. */
    TESTPMD("testpmd"),
    /** Flows of its own. */
    TESTPMD_FLOWGEN("testpmd-flowgen");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** Its name on the command line. */
    @Override
    public String toString() {
      return label;
    }
  }

  public static final GeneratorChoice DEFAULT =
      new GeneratorChoice(Kind.BUILTIN, Optional.empty(), "memif");
}
