package io.breakwater.appliance.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.Breakwater;
import io.breakwater.appliance.ExitStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {

  static final String VALID =
      """
      appliance: edge-1
      workers: {cores: [0]}
      ports:
        - name: uplink
          device: net_null0
          addresses: [192.0.2.2/24]
          gateways:
            - address: 192.0.2.1
      anycast:
        endpoints: [198.51.100.1]
      tenants:
        acme:
          prefixes: [203.0.113.0/24]
          tunnels:
            - {name: chicago-1, local: 198.51.100.1, remote: 192.0.2.200}
      """;

  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldSummariseValidConfiguration() throws IOException {
    Path file = Files.writeString(directory.resolve("a.yaml"), VALID);

    assertEquals(ExitStatus.DONE, check(file));
    assertEquals("", err.toString());
    assertEquals(file + ": ok: 1 port, 1 tenant, 1 prefix, 1 tunnel\n", out.toString());
  }

  @Test
  void shouldTellWhatFirewallsWillCostAndRefuseWhatCostsTooMuch() throws IOException {
    String text =
        VALID
            + """
                firewall: |
                  table inet t {
                    chain c {
                      type filter hook prerouting priority 0
                      tcp dport { 80, 443 } accept
                      tcp dport 22 drop
                    }
                  }
            """;
    Path file = Files.writeString(directory.resolve("a.yaml"), text);

    assertEquals(ExitStatus.DONE, check(file));
    String line = out.toString().lines().toList().getLast();
    assertTrue(
        line.matches(
            "firewall of acme: 2 rules, 0 elements, \\d+ bytes, at most \\d+ cycles a packet"),
        line);

    Files.writeString(file, text + "firewall-limits: {rules: 1}\n");
    assertEquals(ExitStatus.WRONG_INPUT, check(file));
    assertEquals(
        file
            + ":21:11: firewall-limits.rules is exceeded: rules=2 limit=1: this rule is beyond it\n",
        err.toString());
  }

  @Test
  void shouldAcceptTheContractsProtectionAndRefuseItWithoutASecret() throws IOException {
    String text =
        VALID
            + """
                protection:
                  syn-flood: {mode: challenge, when: attack, threshold: 20000/second}
            """;
    Path file = directory.resolve("a.yaml");

    Files.writeString(file, text + "syn-cookies: {secret: cookie.secret}\n");
    assertEquals(ExitStatus.DONE, check(file), err::toString);

    Files.writeString(file, text);
    assertEquals(ExitStatus.WRONG_INPUT, check(file));
    assertEquals(
        file
            + ":17:25: mode challenge of the SYN guard sends cookies: the main file must have"
            + " syn-cookies: {secret: FILE}\n",
        err.toString());
  }

  @Test
  void shouldPrintEveryProblemWithItsPlace() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("a.yaml"),
            VALID
                .replace("appliance: edge-1", "applianc: edge-1")
                .replace("name: uplink", "nam: u"));

    assertEquals(ExitStatus.WRONG_INPUT, check(file));
    assertEquals("", out.toString());
    String[] lines = err.toString().split("\n");
    assertTrue(lines.length >= 2, err.toString());
    for (String line : lines) {
      assertTrue(line.matches("\\Q" + file + "\\E:\\d+:\\d+: .+"), line);
    }
  }

  @Test
  void shouldPrintProblemsAsJson() throws IOException {
    Path file = Files.writeString(directory.resolve("a.yaml"), "[]\n");

    assertEquals(ExitStatus.WRONG_INPUT, check(file, "--json"));
    assertEquals("", err.toString());
    assertTrue(out.toString().contains("\"ok\" : false"), out.toString());
    assertTrue(out.toString().contains("\"line\" : 1"), out.toString());
  }

  @Test
  void shouldRefuseMissingFile() {
    assertEquals(ExitStatus.WRONG_INPUT, check(directory.resolve("absent.yaml")));
    assertTrue(err.toString().contains("absent.yaml:1:1: "), err.toString());
  }

  private int check(Path file, String... more) {
    String[] arguments = new String[more.length + 3];
    arguments[0] = "check";
    arguments[1] = "-c";
    arguments[2] = file.toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    return Breakwater.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }
}
