package io.breakwater.config.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files made to exhaust memory or stack, or that are no text at all. */
class HostileFileTest {

  @TempDir Path directory;
  private ConfigurationDirectory files;
  private Path tenant;

  @BeforeEach
  void main() throws IOException {
    files = new ConfigurationDirectory(directory).main(ConfigurationDirectory.MAIN);
    tenant = directory.resolve("tenants.d/acme.yaml");
    Files.createDirectory(tenant.getParent());
  }

  private void assertProblem(String problem) {
    assertEquals(List.of("tenants.d/acme.yaml:" + problem), files.problems());
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: ", "- ", "? "})
  void shouldRefuseDeepNesting(String open) {
    files.tenant("acme", "prefixes:\n  " + open.repeat(100_000));

    List<String> problems = files.problems();

    assertEquals(1, problems.size());
    assertTrue(problems.getFirst().startsWith("tenants.d/acme.yaml:2:"), problems::toString);
    assertTrue(problems.getFirst().contains("not YAML: "), problems::toString);
  }

  @Test
  void shouldSayWhereNestingIsTooDeep() {
    files.tenant("acme", "prefixes: " + "[".repeat(100));
    // The mapping is the first level.
    assertProblem("1:42: not YAML: in a configuration: nesting is too deep");
  }

  @Test
  void shouldRefuseABillionLaughs() {
    StringBuilder text = new StringBuilder("a0: &a0 [lol, lol, lol]\n");
    for (int i = 1; i < 200; i++) {
      text.append("a%d: &a%d [%s*a%d]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(9), i - 1));
    }
    files.tenant("acme", text.toString());
    assertProblem("102:14: not YAML: in a configuration: too many aliases");
  }

  @Test
  void shouldRefuseAliasesOfALongList() {
    StringBuilder text =
        new StringBuilder(ConfigurationDirectory.MAIN.replaceAll("tenants:.*", ""));
    text.append("tenants:\n  t0:\n    prefixes: &long [").append("203.0.113.0/24,".repeat(20_000));
    text.append("]\n");
    for (int i = 1; i < 900; i++) {
      text.append("  t%d: {prefixes: *long}\n".formatted(i));
    }
    files.main(text.toString());

    List<String> problems = files.problems();

    assertTrue(
        problems.contains("appliance.yaml:13:15: aliases stand for too many values"),
        () -> problems.subList(0, 5).toString());
  }

  @Test
  void shouldRefuseMillionsOfValues() {
    files.tenant("acme", "prefixes: [" + "a,".repeat(2_000_000) + "]\n");
    assertProblem("1:2097158: not YAML: in a configuration: too many values");
  }

  @Test
  void shouldReadAliasesOfWhatIsRight() {
    files.tenant(
        "acme",
        """
        prefixes: [203.0.113.0/24]
        tunnels:
          - {name: a, local: &local 198.51.100.1, remote: 10.1.0.1}
          - {name: b, local: *local, remote: 10.1.0.2}
        """);
    assertEquals(List.of(), files.problems());
  }

  @Test
  void shouldTellAMistakeBehindAnAliasOnce() {
    files.tenant(
        "acme",
        """
        prefixes: [&p 203.0.113.0, *p]
        tunnels:
          - {name: a, local: 198.51.100.1, remote: 10.1.0.1}
        """);
    assertProblem("1:12: prefixes: prefix length is missing: 203.0.113.0 has no /length");
  }

  @Test
  void shouldRefuseAFileThatIsTooLarge() throws IOException {
    byte[] spaces = new byte[(16 << 20) + 1];
    Arrays.fill(spaces, (byte) ' ');
    Files.write(tenant, spaces);
    assertProblem("1:1: file is too large: at most 16 MiB");
  }

  @Test
  void shouldBoundTheProblemsOfOneFile() {
    files.tenant("acme", "prefixes:\n" + "  - x\n".repeat(5_000) + "tunnels: []\n");

    List<String> problems = files.problems();

    assertEquals(1_001, problems.size());
    assertTrue(problems.getLast().endsWith("too many problems: the rest is not listed"));
  }

  @Test
  void shouldSayWhereAByteIsNotUtf8() throws IOException {
    byte[] text = "egress: true\n# caf\u00e9 ".getBytes(StandardCharsets.UTF_8);
    byte[] broken = Arrays.copyOf(text, text.length + 1);
    broken[text.length] = (byte) 0xe9;
    Files.write(tenant, broken);
    assertProblem("2:8: not UTF-8");
  }

  @Test
  void shouldRefuseUtf16() throws IOException {
    Files.write(tenant, "prefixes: []".getBytes(StandardCharsets.UTF_16));
    assertProblem("1:1: not UTF-8");
  }

  @Test
  void shouldSayWhereANulIs() {
    files.tenant("acme", "egress: true\r\n# \ud83d\ude80\0\n");
    assertProblem("2:4: character is not allowed: U+0000");
  }

  @Test
  void shouldAcceptAByteOrderMark() {
    files.tenant(
        "acme", "\ufeff" + ConfigurationDirectory.tenantText("203.0.113.0/24", "10.1.0.1"));
    assertEquals(List.of(), files.problems());
  }

  @Test
  void shouldNotReadADirectoryOrADevice() throws IOException {
    Files.createDirectory(tenant);
    Files.createSymbolicLink(tenant.resolveSibling("beta.yaml"), Path.of("/dev/zero"));
    assertEquals(
        List.of(
            "tenants.d/acme.yaml:1:1: not a regular file",
            "tenants.d/beta.yaml:1:1: not a regular file"),
        files.problems());
  }

  @Test
  void shouldSayThatALinkLeadsNowhere() throws IOException {
    Files.createSymbolicLink(tenant, Path.of("nowhere"));
    assertProblem("1:1: no such file");
  }

  @Test
  void shouldNameTheFileAsTheOperatorDid() {
    Path missing = Path.of("does-not-exist.yaml");
    assertEquals(
        "does-not-exist.yaml:1:1: no such file",
        ConfigurationFiles.load(missing).problems().getFirst().toString());
  }
}
