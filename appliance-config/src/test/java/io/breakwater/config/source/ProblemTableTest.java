package io.breakwater.config.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * YAML in, problems out, word for word: the table is the resource {@code problems.txt}.
 *
 * <p>A case starts with {@code === name}; {@code --- file} starts a file, {@code --- problems} what
 * must be said. Without {@code appliance.yaml} the main file is a right one with a directory of
 * tenants.
 */
class ProblemTableTest {

  private record Case(String name, List<String> sections) {

    static Case of(String text) {
      String[] sections = text.split("(?m)^--- ");
      return new Case(sections[0].strip(), List.of(sections).subList(1, sections.length));
    }
  }

  @TempDir Path directory;

  @TestFactory
  Stream<DynamicTest> shouldSayWhatIsWrongAndWhere() throws IOException {
    List<Case> cases = cases();
    assertFalse(cases.isEmpty());
    return cases.stream().map(c -> DynamicTest.dynamicTest(c.name, () -> check(c)));
  }

  private void check(Case c) {
    Path own = directory.resolve(c.name.replaceAll("[^a-z0-9]+", "-"));
    ConfigurationDirectory files =
        new ConfigurationDirectory(own).main(ConfigurationDirectory.MAIN).write("tenants.d/x", "");
    String expected = "";
    for (String section : c.sections) {
      int lineEnd = section.indexOf('\n');
      String name = section.substring(0, lineEnd).strip();
      String body = section.substring(lineEnd + 1);
      if (name.equals("problems")) {
        expected = body.strip();
      } else {
        files.write(name, body);
      }
    }
    assertFalse(expected.isEmpty(), "a case without problems proves nothing");
    assertEquals(expected, String.join("\n", files.problems()));
  }

  private static List<Case> cases() throws IOException {
    try (InputStream in = ProblemTableTest.class.getResourceAsStream("/problems.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Stream.of(text.split("(?m)^=== ")).skip(1).map(Case::of).toList();
    }
  }
}
