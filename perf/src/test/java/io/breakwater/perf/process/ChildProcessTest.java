package io.breakwater.perf.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.ExitStatus;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChildProcessTest {

  @Test
  void shouldReturnWhatItPrinted() throws InterruptedException {
    assertEquals("a result\n", ChildProcess.run("C", List.of("echo", "a result"), 60));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "echo broken >&2; exit 3 | 60 | a round failed: side=C exit=3 said: broken",
        "kill -9 $$              | 60 | a round failed: side=C exit=137 said:",
        "exec sleep 600          |  1 | a round did not end: side=C timeoutSeconds=1",
      })
  void shouldSayHowItEnded(String script, long timeoutSeconds, String message) {
    CommandException failed =
        assertThrows(
            CommandException.class,
            () -> ChildProcess.run("C", List.of("sh", "-c", script), timeoutSeconds));
    assertEquals(ExitStatus.FAILED, failed.exitStatus());
    assertEquals(message, failed.getMessage().strip());
  }
}
