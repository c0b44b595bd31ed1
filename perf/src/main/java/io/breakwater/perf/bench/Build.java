package io.breakwater.perf.bench;

import io.breakwater.appliance.CommandException;
import io.breakwater.perf.process.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A build of Breakwater whose Java side can be measured: this one, or another on the disk. */
interface Build {

  /** The build that runs now. */
  Build THIS = arguments -> ChildProcess.java(JavaRound.class, List.of(), arguments);

  /** The command of a {@link JavaRound} of that build. */
  List<String> round(List<String> arguments);

  /**
   * The build in a tree, or in a folder laid out as {@code target/dist}. It is started as its own
   * launcher would: with the options of Java that belong to it, and what BREAKWATER_JAVA_OPTS adds.
   * The Java runtime is the one that runs now.
   *
   * @throws CommandException if there is none
   */
  static Build in(Path folder) {
    Path dist =
        Stream.of(folder.resolve("target/dist"), folder)
            .filter(candidate -> Files.isDirectory(candidate.resolve("launch")))
            .findFirst()
            .orElseThrow(() ->
                CommandException.wrongInput(
                    "there is no build of Breakwater: folder=%s; run ./breakwater --help in that tree, which builds it"
                        .formatted(folder)))
            .toAbsolutePath()
            .normalize();
    Path shim = dist.resolve("native/libbreakwater.so");
    if (!Files.isReadable(shim)) {
      throw CommandException.wrongInput(
          "the build is not complete: missing=%s; run ./breakwater --help in that tree"
              .formatted(shim));
    }
    return arguments -> command(dist, shim, arguments);
  }

  private static List<String> command(Path dist, Path shim, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--module-path", dist.resolve("modules").toString()));
    command.addAll(List.of("--class-path", dist.resolve("lib") + "/*"));
    command.add("-Dbreakwater.shim=" + shim);
    command.add("@" + dist.resolve("launch/java.args"));
    command.add("@" + dist.resolve("launch/packet-path.args"));
    String added = System.getenv().getOrDefault("BREAKWATER_JAVA_OPTS", "");
    Arrays.stream(added.split("\\s+")).filter(word -> !word.isEmpty()).forEach(command::add);
    command.add(JavaRound.class.getName());
    command.addAll(arguments);
    return command;
  }
}
