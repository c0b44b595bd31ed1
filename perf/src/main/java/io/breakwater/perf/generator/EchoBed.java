package io.breakwater.perf.generator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.appliance.CommandException;
import io.breakwater.perf.process.AnswerWatch;
import io.breakwater.perf.process.ChildProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The far end of a {@link Link} without an appliance: a process that sends back what it receives. A
 * trial at an infinite rate against it is the ceiling of generator and link: no appliance can be
 * measured above it.
 *
 * <p>Used by one thread.
 */
public final class EchoBed implements AutoCloseable {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final long START_TIMEOUT_S = 120;
  private static final long STOP_TIMEOUT_S = 10;

  private final Process process;
  private final Path folder;
  private final Link link;

  private EchoBed(Process process, Path folder, Link link) {
    this.process = process;
    this.folder = folder;
    this.link = link;
  }

  /**
   * Starts it, and waits until it forwards.
   *
   * @param link as on the command line: see {@link Links}
   * @param core CPU on which it polls
   * @throws CommandException if the link cannot be (wrong input), or it does not start
   */
  public static EchoBed start(String link, int core) throws InterruptedException {
    try {
      Path folder = Files.createTempDirectory("breakwater-echo");
      try {
        return start(Links.of(link, folder), core, folder);
      } catch (IOException | RuntimeException | InterruptedException e) {
        Folders.delete(folder);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static EchoBed start(Link link, int core, Path folder) throws IOException {
    List<String> arguments =
        List.of(
            link.applianceDevice(), Boolean.toString(link.generatorPci()), Integer.toString(core));
    Process process =
        ChildProcess.builder(ChildProcess.java(EchoMain.class, List.of(), arguments))
            .redirectError(folder.resolve("echo.log").toFile())
            .start();
    AnswerWatch watch = AnswerWatch.over(process, START_TIMEOUT_S);
    try {
      BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
      String line = output.readLine();
      if (line == null) {
        throw CommandException.failure(
            "the echo did not start: " + Files.readString(folder.resolve("echo.log")).strip());
      }
      EchoMain.Ready ready = MAPPER.readValue(line, EchoMain.Ready.class);
      if (!ready.problem().isEmpty()) {
        throw CommandException.wrongInput("the link cannot be used: " + ready.problem());
      }
      return new EchoBed(process, folder, link.withApplianceMac(ready.mac()));
    } catch (JsonProcessingException e) {
      process.destroyForcibly();
      throw CommandException.failure("the echo said what is no answer", e);
    } catch (IOException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    } finally {
      watch.answered();
    }
  }

  /** The generator's end is free. */
  public Link link() {
    return link;
  }

  /** Its input ends, and so does it. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(STOP_TIMEOUT_S, TimeUnit.SECONDS)) {
        process.destroyForcibly().onExit().join();
      }
      Folders.delete(folder);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
