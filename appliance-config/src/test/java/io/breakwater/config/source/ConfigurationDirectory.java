package io.breakwater.config.source;

import io.breakwater.config.Appliance;
import io.breakwater.config.text.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A configuration's files in a temporary directory, and what reading them says. */
final class ConfigurationDirectory {

  /** A main file that is right, with its tenants in {@code tenants.d}. */
  static final String MAIN =
      """
      appliance: edge-1
      ports:
        - name: uplink
          device: net_null0
          addresses: [192.0.2.2/24, "2001:db8:1::2/64"]
          gateways:
            - address: 192.0.2.1
      anycast:
        endpoints: [198.51.100.1, 198.51.100.2]
      tenants: tenants.d
      """;

  private final Path directory;

  ConfigurationDirectory(Path directory) {
    this.directory = directory;
  }

  Path main() {
    return directory.resolve("appliance.yaml");
  }

  ConfigurationDirectory main(String text) {
    return write("appliance.yaml", text);
  }

  ConfigurationDirectory tenant(String name, String text) {
    return write("tenants.d/" + name + ".yaml", text);
  }

  /** A tenant with one prefix and one tunnel. */
  ConfigurationDirectory tenant(String name, String prefix, String remote) {
    return tenant(name, tenantText(prefix, remote));
  }

  static String tenantText(String prefix, String remote) {
    return """
    prefixes: [%s]
    tunnels:
      - {name: one, local: 198.51.100.1, remote: %s}
    """
        .formatted(prefix, remote);
  }

  ConfigurationDirectory write(String file, String text) {
    try {
      Path path = directory.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void delete(String file) {
    try {
      Files.delete(directory.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The problems, with paths relative to the directory. */
  List<String> problems() {
    return relative(ConfigurationFiles.load(main()).problems());
  }

  List<String> relative(List<Problem> problems) {
    return problems.stream().map(problem -> relative(problem.toString())).toList();
  }

  String relative(String text) {
    return text.replace(directory + "/", "");
  }

  Appliance load() {
    ConfigurationFiles.Result result = ConfigurationFiles.load(main());
    return result
        .configuration()
        .orElseThrow(() -> new AssertionError("refused: " + result.problems()));
  }
}
