package io.breakwater.config.protection;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The signatures that are known: the resource {@code amplification.tsv}, which says itself how it
 * is written ({@link AmplificationTable}), and docs/amplification.md for people.
 */
public final class AmplificationCatalogue {

  private static final String RESOURCE = "amplification.tsv";
  private static final List<AmplificationSignature> SIGNATURES = AmplificationTable.parse(text());

  private AmplificationCatalogue() {}

  /** In the order of their names. */
  public static List<AmplificationSignature> signatures() {
    return SIGNATURES;
  }

  private static String text() {
    try (InputStream in = AmplificationCatalogue.class.getResourceAsStream(RESOURCE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
