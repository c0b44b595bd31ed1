package io.breakwater.config.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.source.ConfigurationSchemas.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The reference for operators, {@code docs/configuration.md}, says what the schemas say. */
class ReferenceTest {

  private static final Path REFERENCE = Path.of("..", "docs", "configuration.md");

  @TempDir Path directory;
  private final ConfigurationSchemas schemas = new ConfigurationSchemas();
  private String reference;

  @BeforeEach
  void read() throws IOException {
    reference = Files.readString(REFERENCE);
  }

  /** The rows of all tables whose key this is: some keys stand in several mappings. */
  private List<String> rows(Key key) {
    return reference.lines().filter(line -> line.startsWith("| `" + key.name() + "` |")).toList();
  }

  @Test
  void shouldHaveARowForEachKeyOfEachMapping() {
    List<Key> keys = schemas.keys();
    for (Key key : keys) {
      long mappings = keys.stream().filter(other -> other.name().equals(key.name())).count();
      assertEquals(mappings, rows(key).size(), key.pointer());
    }
  }

  @Test
  void shouldHaveNoRowForWhatIsNoKey() {
    List<String> keys = schemas.keys().stream().map(Key::name).toList();
    Matcher rows = Pattern.compile("(?m)^\\| `([^`]+)` \\|").matcher(reference);
    while (rows.find()) {
      assertTrue(keys.contains(rows.group(1)), rows.group(1));
    }
  }

  @Test
  void shouldSayTheBoundsAndDefaultsOfNumbers() {
    for (Key key : schemas.keys()) {
      JsonNode schema = key.schema();
      if (schema.has("maximum")) {
        String range = "integer " + schema.get("minimum") + ".." + schema.get("maximum") + " |";
        String text = range + (schema.has("default") ? " " + schema.get("default") + " |" : "");
        assertTrue(rows(key).stream().anyMatch(row -> row.contains(text)), key.pointer() + text);
      }
    }
  }

  @Test
  void shouldHaveExamplesThatLoad() {
    Matcher block =
        Pattern.compile(
                "(?s)```yaml\n# appliance.yaml\n(.*?)```\n```yaml\n# tenants.d/acme.yaml\n(.*?)```")
            .matcher(reference);
    assertTrue(block.find());
    ConfigurationDirectory files =
        new ConfigurationDirectory(directory).main(block.group(1)).tenant("acme", block.group(2));
    assertEquals(List.of(), files.problems());
  }

  @Test
  void shouldHaveAnExampleOfProtectionThatLoads() {
    Matcher block =
        Pattern.compile("(?s)```yaml\n# tenants.d/beta.yaml\n(.*?)```").matcher(reference);
    assertTrue(block.find());
    ConfigurationDirectory files =
        new ConfigurationDirectory(directory)
            .main(ConfigurationDirectory.MAIN + "syn-cookies: {secret: cookie.secret}\n")
            .tenant("beta", block.group(1));
    assertEquals(List.of(), files.problems());
  }

  /** Each further example replaces a key of the first one. */
  @Test
  void shouldHaveSmallExamplesThatLoad() {
    Matcher blocks = Pattern.compile("(?s)```yaml\n([a-z-]+:.*?)```").matcher(reference);
    int examples = 0;
    while (blocks.find()) {
      examples++;
      String example = blocks.group(1);
      String key = example.substring(0, example.indexOf(':'));
      String main = ConfigurationDirectory.MAIN;
      int at = ("\n" + main).indexOf("\n" + key + ":");
      if (at >= 0) {
        main = main.substring(0, at) + main.substring(at).replaceFirst(".*\n([ ].*\n)*", "");
      }
      ConfigurationDirectory files =
          new ConfigurationDirectory(directory)
              .main(main + example)
              .tenant("delta", "198.18.0.0/16", "10.1.0.1");
      assertEquals(List.of(), files.problems(), example);
    }
    assertEquals(7, examples);
  }
}
