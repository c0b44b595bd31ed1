package io.breakwater.config.yaml;

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
    return value
        .text()
        .filter(text -> {
          boolean matches = PATTERN.matcher(text).matches();
          if (!matches) {
            value.problem(RULE + ": " + Shown.value(text));
          }
          return matches;
        });
  }

  /** A tenant's name that comes from a file name or stands as a key. */
  public static boolean check(String tenant, Position at, Problems problems) {
    boolean matches = PATTERN.matcher(tenant).matches();
    if (!matches) {
      problems.add(at, "tenant name " + RULE + ": " + Shown.value(tenant));
    }
    return matches;
  }
}
