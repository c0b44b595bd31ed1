package io.breakwater.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.Breakwater;
import io.breakwater.appliance.ExitStatus;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class PerfCommandsTest {

  private final CommandLine breakwater = Breakwater.commandLine();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... arguments) {
    breakwater.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return breakwater.execute(arguments);
  }

  @Test
  void shouldNameTheProfilesThatThereAreWhenOneIsUnknown() {
    assertEquals(ExitStatus.WRONG_INPUT, execute("bench", "gre-encap", "warp"));
    assertEquals(
        "breakwater bench: no such profile: profile=warp; there are forward, gre-encap, gre-decap,"
            + " imix, frame-sizes, tenants, prefixes, flows, onset, start-up",
        err.toString().strip());
  }

  @Test
  void shouldRefuseTimesThatAreNone() {
    assertEquals(ExitStatus.WRONG_INPUT, execute("bench", "--seconds", "0"));
    assertEquals(ExitStatus.WRONG_INPUT, execute("demo", "--seconds", "0"));
    assertTrue(err.toString().contains("--seconds must be at least 1: value=0"), err::toString);
  }

  @Test
  void shouldAddUp() {
    assertEquals(ExitStatus.DONE, execute("demo", "--seconds", "1"), () -> out + "\n" + err);
    assertTrue(out.toString().contains("It adds up: "), out::toString);
  }
}
