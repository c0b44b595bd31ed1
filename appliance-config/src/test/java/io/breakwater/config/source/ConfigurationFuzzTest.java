package io.breakwater.config.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.text.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever the bytes of the files are, the result is a configuration or problems with places that
 * exist. Run more with {@code -Dbreakwater.fuzz.rounds=N}.
 */
class ConfigurationFuzzTest {

  private static final int ROUNDS = Integer.getInteger("breakwater.fuzz.rounds", 1_500);

  private static final List<String> WORDS =
      List.of(
          "&a ",
          "*a",
          "!!int ",
          "!x ",
          "<<: ",
          "? ",
          "- ",
          ": ",
          "{",
          "}",
          "[",
          "]",
          "|\n",
          ">\n",
          "---\n",
          "...\n",
          "%YAML 1.2\n",
          "\t",
          "\r",
          "\r\n",
          "\u0085",
          "\u2028",
          "\ufeff",
          "\0",
          "\"",
          "'",
          "\"\\x00\"",
          "\"\\UFFFFFFFF\"",
          "\"\\ud800\"",
          "#",
          "null",
          "~",
          "true",
          "-1",
          "99999999999999999999",
          "1e9",
          "::",
          "::/0",
          "0.0.0.0/0",
          "\ud83d\ude80",
          "tenants: {}",
          "prefixes: [203.0.113.0/24]",
          "firewall: x",
          "protection: {}",
          "65536",
          "9-1",
          "0/second",
          "101%",
          "proxy",
          "drop",
          "{ports: [1-65535], mode: off}",
          "{prefix: ::/0, mode: off}",
          "9000",
          "/dev/zero",
          "..",
          "\\",
          "@",
          "`");

  private static final String MAIN =
      """
      appliance: edge-1
      workers: {cores: [2, 3]}
      ports:
        - name: uplink
          device: "0000:3b:00.0"
          mtu: 1500
          vlan: [100, 200]
          addresses: [192.0.2.2/24, "2001:db8:1::2/64"]
          gateways:
            - address: 192.0.2.1
              routes: [0.0.0.0/0]
            - {address: "2001:db8:1::1", mac: "02:00:5e:00:00:01"}
          host: {interface: bw-uplink, endpoints: false}
      anycast:
        endpoints: [198.51.100.1, "2001:db8:a::1"]
      syn-cookies: {secret: cookie.secret}
      bogons: drop
      limits: {tenants: 10, packets: 2048}
      host-limits: {control: 5000/second, other: 1/second}
      firewall-limits: {rules: 100, memory: 16MiB}
      journal: {directory: journal, size: 256MiB}
      tenants: tenants.d/
      """;

  private static final String TENANT =
      """
      prefixes: &p
        - 203.0.113.0/24
        - "2001:db8:acc::/48"
      tunnels:
        - {name: chicago-1, local: &l 198.51.100.1, remote: 192.0.2.200, priority: 10, weight: 3,
           health: {probe: off}}
        - {name: chicago-2, local: *l, remote: 192.0.2.201, key: 7, mtu: 1400, health: {target: 9.9.9.9}}
      egress: true
      protection:
        syn-flood:
          mode: challenge
          when: attack
          threshold: 20000/second
          destination-threshold: 5000/second
          completion: 50%
          hold: 30s
          exceptions:
            - {prefix: 203.0.113.25/32, ports: [25, 587, 6667-6669], mode: reset}
            - {prefix: "2001:db8:acc::/64", mode: off}
            - {ports: [22], mode: retransmit}
        tcp-state: {mode: enforce, when: attack}
        checks: {tcp-flags: drop, own-source: observe}
        amplification: {default: observe, dns: limit, ntp: drop, limit: 1000/second}
        rates: {syn: 50000/second, source: 2000/second}
        automatic: observe
      """;

  @TempDir Path directory;

  @Test
  void shouldEndInAConfigurationOrInProblemsWithPlaces() throws IOException {
    ConfigurationDirectory files = new ConfigurationDirectory(directory);
    files.main(MAIN).tenant("acme", TENANT);
    assertEquals(List.of(), files.problems());
    Path main = files.main();
    Path tenant = directory.resolve("tenants.d/acme.yaml");
    for (long seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      Files.write(main, random.nextInt(3) > 0 ? mutate(MAIN, random) : utf8(MAIN));
      Files.write(tenant, random.nextInt(3) > 0 ? mutate(TENANT, random) : utf8(TENANT));
      check(seed, main);
    }
  }

  private static void check(long seed, Path main) throws IOException {
    ConfigurationFiles.Result result;
    try {
      result = ConfigurationFiles.load(main);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new AssertionError("seed=" + seed, e);
    }
    assertEquals(
        result.configuration().isEmpty(), !result.problems().isEmpty(), () -> "seed=" + seed);
    for (Problem problem : result.problems()) {
      assertTrue(hasPlace(problem), () -> "seed=" + seed + " problem=" + problem);
    }
  }

  /** The end of the file counts: something may be missing there. */
  private static boolean hasPlace(Problem problem) throws IOException {
    if (problem.line() == 1 && problem.column() == 1) {
      return true;
    }
    String text = new String(Files.readAllBytes(problem.file()), StandardCharsets.UTF_8);
    String[] lines = text.replaceFirst("^\ufeff", "").split("\r\n|[\r\n]", -1);
    if (problem.line() < 1 || problem.line() > lines.length) {
      return false;
    }
    String line = lines[problem.line() - 1];
    int columnMax = line.codePointCount(0, line.length()) + 1;
    return problem.column() >= 1 && problem.column() <= columnMax;
  }

  private static byte[] mutate(String text, Random random) {
    byte[] mutated = utf8(random.nextBoolean() ? structure(text, random) : text);
    for (int i = random.nextInt(4); i > 0; i--) {
      mutated = bytes(mutated, random);
    }
    return mutated;
  }

  /** Deletes, doubles, swaps, indents and splices lines. */
  private static String structure(String text, Random random) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    for (int i = 1 + random.nextInt(3); i > 0 && !lines.isEmpty(); i--) {
      int at = random.nextInt(lines.size());
      switch (random.nextInt(6)) {
        case 0 -> lines.remove(at);
        case 1 -> lines.add(at, lines.get(random.nextInt(lines.size())));
        case 2 -> Collections.swap(lines, at, random.nextInt(lines.size()));
        case 3 -> lines.set(at, " ".repeat(random.nextInt(5)) + lines.get(at).strip());
        case 4 -> {
          String line = lines.get(at);
          lines.set(at, line.substring(0, line.lastIndexOf(':') + 1) + " " + word(random));
        }
        default -> lines.add(at, word(random));
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private static byte[] bytes(byte[] text, Random random) {
    if (text.length == 0) {
      return utf8(word(random));
    }
    int at = random.nextInt(text.length);
    int end = Math.min(text.length, at + 1 + random.nextInt(20));
    return switch (random.nextInt(5)) {
      case 0 -> splice(text, at, at + 1, new byte[] {(byte) random.nextInt(256)});
      case 1 -> splice(text, at, end, new byte[0]);
      case 2 -> splice(text, at, at, Arrays.copyOfRange(text, at, end));
      case 3 -> Arrays.copyOf(text, at);
      default -> splice(text, at, random.nextBoolean() ? at : end, utf8(word(random)));
    };
  }

  private static byte[] splice(byte[] text, int from, int to, byte[] insert) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(text, 0, from);
    out.writeBytes(insert);
    out.write(text, to, text.length - to);
    return out.toByteArray();
  }

  private static String word(Random random) {
    return WORDS.get(random.nextInt(WORDS.size()));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
