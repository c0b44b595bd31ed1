package io.breakwater.config.yaml;

import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import io.breakwater.config.text.Shown;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names of the appliance, of ports, tenants and tunnels: what can stand in a file name, a metric's
 * label and a log line without quoting (RFC 1123 labels in lower case).
 */
public final class Name {

  static final Pattern PATTERN = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  static final String RULE = "must be 1..63 of a-z, 0-9 and '-', the first not '-'";

  private Name() {}

  /** A name that stands as a value. */
  static Optional<String> read(YamlValue value) {
    Optional<String> name = value.text();
    if (name.isPresent() && !PATTERN.matcher(name.get()).matches()) {
      value.problem(RULE + ": " + Shown.value(name.get()));
      return Optional.empty();
    }
    return name;
  }

  /** A name that may be there only once. */
  static Optional<String> read(YamlValue value, Unique<String> names) {
    return read(value).flatMap(name -> names.add(name, value));
  }

  /** Whether a file's name or a key is fit to be a tenant's name; if not a problem is recorded. */
  public static boolean check(String tenant, Position at, Problems problems) {
    boolean matches = PATTERN.matcher(tenant).matches();
    if (!matches) {
      problems.add(at, "tenant name " + RULE + ": " + Shown.value(tenant));
    }
    return matches;
  }
}
