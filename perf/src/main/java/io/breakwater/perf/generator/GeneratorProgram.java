package io.breakwater.perf.generator;

import io.breakwater.appliance.CommandException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Generators that are not ours: what their executables are called, and how to get them. */
enum GeneratorProgram {
  PKTGEN(
      "pktgen",
      "Pktgen-DPDK",
      "build Pktgen-DPDK 23.03 as docs/benchmarks.md says and put it on the PATH, or name it with"
          + " --generator-program"),
  TESTPMD(
      "dpdk-testpmd",
      "testpmd",
      "run `apt-get install dpdk-dev`, or name it with --generator-program");

  private final String file;
  private final String label;
  private final String howToGet;

  GeneratorProgram(String file, String label, String howToGet) {
    this.file = file;
    this.label = label;
    this.howToGet = howToGet;
  }

  /**
   * @param given by the user, instead of looking for it
   * @throws CommandException (wrong input) if it is not there
   */
  Path find(Optional<Path> given) {
    return find(given, System.getenv().getOrDefault("PATH", ""));
  }

  Path find(Optional<Path> given, String path) {
    if (given.isPresent()) {
      return given
          .filter(GeneratorProgram::isProgram)
          .orElseThrow(() -> missing("program=" + given.get()));
    }
    return Arrays.stream(path.split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, file))
        .filter(GeneratorProgram::isProgram)
        .findFirst()
        .orElseThrow(() -> missing("no " + file + " on the PATH"));
  }

  private CommandException missing(String where) {
    return CommandException.wrongInput("%s is not there: %s; %s".formatted(label, where, howToGet));
  }

  private static boolean isProgram(Path path) {
    return Files.isRegularFile(path) && Files.isExecutable(path);
  }
}
