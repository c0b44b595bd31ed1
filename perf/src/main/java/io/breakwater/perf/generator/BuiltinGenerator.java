package io.breakwater.perf.generator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.appliance.CommandException;
import io.breakwater.perf.process.AnswerWatch;
import io.breakwater.perf.process.ChildProcess;
import io.breakwater.perf.traffic.TrafficProfile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Our own generator: the near end of {@link BuiltinGeneratorMain}, which it starts, orders about in
 * lines of JSON, and ends.
 */
final class BuiltinGenerator implements Generator {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** Ten million flows and their popularity are made in a few seconds. */
  private static final long START_TIMEOUT_S = 120;

  private static final long ANSWER_TIMEOUT_S = 60;
  private static final long STOP_TIMEOUT_S = 10;

  private final Process process;
  private final Path errors;
  private final String commandLine;
  private final Writer orders;
  private final BufferedReader results;

  private BuiltinGenerator(Process process, Path errors, String commandLine) {
    this.process = process;
    this.errors = errors;
    this.commandLine = commandLine;
    orders = process.outputWriter(StandardCharsets.UTF_8);
    results = process.inputReader(StandardCharsets.UTF_8);
  }

  static BuiltinGenerator start(TrafficProfile profile, Link link, int core)
      throws InterruptedException {
    BuiltinSetup setup = BuiltinSetup.of(profile, link, core);
    if (setup.mtuBytes() > link.mtuBytesMax()) {
      throw CommandException.wrongInput(
          "the link does not carry such frames: bytes=%d most=%d device=%s"
              .formatted(
                  profile.frames().largestBytes(),
                  BuiltinSetup.frameBytesMax(link.mtuBytesMax()),
                  link.generatorDevice()));
    }
    try {
      List<String> command = ChildProcess.java(BuiltinGeneratorMain.class, List.of(), List.of());
      Path errors = Files.createTempFile("breakwater-generator", ".err");
      Process process = ChildProcess.builder(command).redirectError(errors.toFile()).start();
      BuiltinGenerator generator =
          new BuiltinGenerator(
              process,
              errors,
              "%s <<< '%s'".formatted(String.join(" ", command), MAPPER.writeValueAsString(setup)));
      try {
        var ready = generator.ask(setup, BuiltinGeneratorMain.Ready.class, START_TIMEOUT_S);
        if (!ready.problem().isEmpty()) {
          throw CommandException.wrongInput(
              "the generator cannot use its end of the link: " + ready.problem());
        }
        return generator;
      } catch (RuntimeException | InterruptedException e) {
        generator.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String label() {
    return "builtin";
  }

  @Override
  public Set<Ability> abilities() {
    return EnumSet.allOf(Ability.class);
  }

  @Override
  public Trial run(TrialOrder order) throws InterruptedException {
    return ask(order, TrialResult.class, (long) order.seconds() + ANSWER_TIMEOUT_S).trial();
  }

  private <T> T ask(Object question, Class<T> answer, long timeoutSeconds)
      throws InterruptedException {
    AnswerWatch watch = AnswerWatch.over(process, timeoutSeconds);
    try {
      orders.write(MAPPER.writeValueAsString(question));
      orders.write('\n');
      orders.flush();
      String line = results.readLine();
      if (line == null) {
        throw lost("it ended", null);
      }
      return MAPPER.readValue(line, answer);
    } catch (JsonProcessingException e) {
      throw lost("it gave no answer", e);
    } catch (IOException e) {
      throw lost("it ended", e);
    } finally {
      watch.answered();
    }
  }

  private GeneratorLostException lost(String how, Exception cause) {
    String said;
    try {
      said = Files.readString(errors).strip();
    } catch (IOException e) {
      said = "";
    }
    GeneratorLostException lost =
        new GeneratorLostException("the generator was lost: %s; it said: %s".formatted(how, said));
    lost.initCause(cause);
    return lost;
  }

  @Override
  public String commandLine() {
    return commandLine;
  }

  /** Its input ends, and so does it. */
  @Override
  public void close() {
    try {
      orders.close();
    } catch (IOException e) {
      // It has ended already.
    }
    try {
      if (!process.waitFor(STOP_TIMEOUT_S, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      Files.deleteIfExists(errors);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
