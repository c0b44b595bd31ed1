package io.breakwater.dpdk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main class in a JVM of its own: DPDK starts once in a process. */
final class ChildJvm {
  private static final int TIMEOUT_S = 180;

  /** What became of it. */
  record Result(int exit, String output) {}

  private final List<String> command = new ArrayList<>();
  private String shim = System.getProperty(ShimLibrary.PROPERTY);

  /**
   * @param prefix a command that starts the JVM in other surroundings, such as {@code unshare -n}
   */
  ChildJvm(String... prefix) {
    command.addAll(List.of(prefix));
  }

  /** With another path of the shim. */
  ChildJvm shim(String path) {
    shim = path;
    return this;
  }

  /** Runs a class of the module io.breakwater.dpdk. */
  Result runInModule(Class<?> main, String... arguments) throws Exception {
    start();
    command.addAll(
        List.of(
            "--patch-module",
            "io.breakwater.dpdk=" + location(main),
            "-m",
            "io.breakwater.dpdk/" + main.getName()));
    return finish(arguments);
  }

  /** Runs a class of the unnamed module, with the module io.breakwater.dpdk at hand. */
  Result runOutsideModule(Class<?> main, String... arguments) throws Exception {
    start();
    command.addAll(
        List.of(
            "--add-modules",
            "io.breakwater.dpdk",
            "-cp",
            location(main).toString(),
            main.getName()));
    return finish(arguments);
  }

  private void start() {
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=io.breakwater.dpdk",
            "--illegal-native-access=deny",
            "-D" + ShimLibrary.PROPERTY + "=" + shim,
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "--module-path",
            location(ChildJvm.class).resolveSibling("classes").toString()));
  }

  private static Path location(Class<?> type) {
    String name = type.getName().replace('.', '/') + ".class";
    String url = type.getResource("/" + name).toString();
    return Path.of(url.substring("file:".length(), url.length() - name.length()));
  }

  private Result finish(String... arguments) throws IOException, InterruptedException {
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("child-jvm", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      Files.delete(output);
    }
  }
}
