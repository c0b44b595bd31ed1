package io.breakwater.appliance.control;

import io.breakwater.appliance.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where an appliance's control socket is: {@code NAME.sock} in {@code /run/breakwater} for root, in
 * {@code $XDG_RUNTIME_DIR/breakwater} for others (without that variable in a directory of the
 * temporary one that bears the user's name).
 */
public final class ControlSocketPath {

  private static final String SUFFIX = ".sock";

  private ControlSocketPath() {}

  public static Path of(String appliance) {
    return directory().resolve(appliance.replaceAll("[^A-Za-z0-9._-]", "-") + SUFFIX);
  }

  public static Path directory() {
    return directory(System.getProperty("user.name"), System.getenv());
  }

  static Path directory(String user, Map<String, String> environment) {
    if (user.equals("root")) {
      return Path.of("/run/breakwater");
    }
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    return runtime.startsWith("/")
        ? Path.of(runtime, "breakwater")
        : Path.of(System.getProperty("java.io.tmpdir"), "breakwater-" + user);
  }

  /**
   * The socket of the only appliance that there is.
   *
   * @throws CommandException where there is none, or several
   */
  public static Path ofTheOnly() {
    Path directory = directory();
    List<Path> sockets;
    try (Stream<Path> files = Files.list(directory)) {
      sockets = files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    } catch (IOException e) {
      sockets = List.of();
    }
    if (sockets.isEmpty()) {
      throw CommandException.failure(
          "no appliance runs here: no control socket in " + directory + "; name it by --socket");
    }
    if (sockets.size() > 1) {
      String names =
          sockets.stream()
              .map(socket -> socket.getFileName().toString().replace(SUFFIX, ""))
              .collect(Collectors.joining(" "));
      throw CommandException.wrongInput(
          "several appliances run here: name one by --name: names=" + names);
    }
    return sockets.getFirst();
  }
}
