package io.breakwater.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.Breakwater;
import io.breakwater.appliance.ExitStatus;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
            + " imix, frame-sizes, tenants, prefixes, flows, workers, distribution, firewall-100, firewall-1000, blocklist-1m, syn-flood, rst-flood, signature-drop, generators, rfc2544, stalls, onset, start-up",
        err.toString().strip());
  }

  @ParameterizedTest
  @CsvSource({"attack-udp-flood, mitigation"})
  void shouldSayWithWhatAProfileComesThatThisVersionDoesNotHave(String label, String capability) {
    assertEquals(ExitStatus.WRONG_INPUT, execute("bench", label));
    assertEquals(
        "breakwater bench: this profile comes with %s, which this version does not have: profile=%s"
            .formatted(capability, label),
        err.toString().strip());
  }

  @Test
  void shouldRefuseACpuThatIsNotThere() {
    assertEquals(ExitStatus.WRONG_INPUT, execute("bench", "--core", "9999"));
    assertEquals("breakwater bench: there is no such CPU: core=9999", err.toString().strip());
  }

  @Test
  void shouldRefuseAFolderWithoutABuild(@TempDir Path folder) {
    assertEquals(ExitStatus.WRONG_INPUT, execute("bench", "--against", folder.toString()));
    assertTrue(
        err.toString().startsWith("breakwater bench: there is no build of Breakwater: folder="),
        err::toString);
  }

  @Test
  void shouldRefuseTimesThatAreNone() {
    assertEquals(ExitStatus.WRONG_INPUT, execute("bench", "--seconds", "0"));
    assertEquals(ExitStatus.WRONG_INPUT, execute("demo", "--seconds", "0"));
    assertTrue(err.toString().contains("--seconds must be at least 1: value=0"), err::toString);
  }

  @Test
  void shouldSayHowToGetAMissingGenerator() {
    assertEquals(
        ExitStatus.WRONG_INPUT,
        execute("bench", "generators", "--generator", "pktgen", "--generator-program", "/none"));
    assertEquals(
        "breakwater bench: Pktgen-DPDK is not there: program=/none; build Pktgen-DPDK 23.03 as"
            + " docs/benchmarks.md says and put it on the PATH, or name it with"
            + " --generator-program",
        err.toString().strip());
  }

  @Test
  void shouldAddUp() {
    assertEquals(ExitStatus.DONE, execute("demo", "--seconds", "1"), () -> out + "\n" + err);
    assertTrue(out.toString().contains("It adds up: "), out::toString);
  }
}
