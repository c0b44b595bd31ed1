package io.breakwater.appliance.journal;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where the journal is unless the configuration or {@code --journal} says otherwise: for root the
 * system's place, for others the XDG base directory of state.
 */
public final class JournalDirectory {

  private JournalDirectory() {}

  public static Path ofThisUser() {
    return of(System.getProperty("user.name"), System.getProperty("user.home"), System.getenv());
  }

  static Path of(String user, String home, Map<String, String> environment) {
    if (user.equals("root")) {
      return Path.of("/var/lib/breakwater/journal");
    }
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    // The XDG specification: a relative path is invalid and to be ignored.
    Path base = state.startsWith("/") ? Path.of(state) : Path.of(home, ".local", "state");
    return base.resolve("breakwater").resolve("journal");
  }
}
