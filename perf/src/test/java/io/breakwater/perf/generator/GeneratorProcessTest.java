package io.breakwater.perf.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.perf.generator.GeneratorProcess.Answers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A shell is the generator. */
@Timeout(300)
class GeneratorProcessTest {

  private static final long LONG_NS = 120_000_000_000L;

  @Test
  void shouldGiveAllLinesUntilTheOneThatIsWaitedFor() throws Exception {
    try (GeneratorProcess process = shell("cat", Answers.ON_STANDARD_OUTPUT)) {
      process.say("one");
      process.say("two");

      assertEquals(List.of("one", "two"), process.until(line -> line.equals("two"), LONG_NS));
    }
  }

  @Test
  void shouldReadAnswersFromStandardErrorOnly() throws Exception {
    try (GeneratorProcess process =
        shell("echo screen; echo answer >&2; cat", Answers.ON_STANDARD_ERROR)) {

      assertEquals(List.of("answer"), process.until(line -> true, LONG_NS));
    }
  }

  @Test
  void shouldQuoteTheLastWordsOfAGeneratorThatEnded() throws Exception {
    try (GeneratorProcess process = shell("echo no memory", Answers.ON_STANDARD_OUTPUT)) {
      GeneratorLostException thrown =
          assertThrows(GeneratorLostException.class, () -> process.until(line -> false, LONG_NS));

      assertEquals(
          "the generator ended: generator=shell its last words: no memory", thrown.getMessage());
    }
  }

  @Test
  void shouldLoseAGeneratorThatDoesNotAnswerInTime() throws Exception {
    try (GeneratorProcess process = shell("cat", Answers.ON_STANDARD_OUTPUT)) {
      GeneratorLostException thrown =
          assertThrows(GeneratorLostException.class, () -> process.until(line -> false, 1));

      assertTrue(thrown.getMessage().contains("does not answer"), thrown::getMessage);
    }
  }

  @Test
  void shouldLeaveNoProcessBehindThatIgnoresTheEndOfItsInput() throws Exception {
    GeneratorProcess process =
        shell("echo here; trap '' TERM; while :; do sleep 1; done", Answers.ON_STANDARD_OUTPUT);
    process.until(line -> line.equals("here"), LONG_NS);
    ProcessHandle handle = ProcessHandle.of(process.pid()).orElseThrow();

    process.close(0);

    assertFalse(handle.isAlive());
  }

  private static GeneratorProcess shell(String script, Answers answers) {
    return GeneratorProcess.start("shell", List.of("sh", "-c", script), answers);
  }
}
