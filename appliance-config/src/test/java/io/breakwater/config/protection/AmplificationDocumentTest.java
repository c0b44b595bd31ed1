package io.breakwater.config.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class AmplificationDocumentTest {

  private static final Path FILE = Path.of("..", "docs", "amplification.md");

  @Test
  void shouldBeWhatTheCatalogueSays() throws IOException {
    if ("write".equals(System.getProperty("breakwater.docs"))) {
      AmplificationDocument.write(FILE);
    }
    assertEquals(
        AmplificationDocument.render(),
        Files.readString(FILE),
        "docs/amplification.md differs from the catalogue: run " + AmplificationDocument.COMMAND);
  }
}
