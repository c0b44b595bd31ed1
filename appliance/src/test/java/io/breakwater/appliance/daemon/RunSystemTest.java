package io.breakwater.appliance.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.appliance.Breakwater;
import io.breakwater.appliance.control.ControlClient;
import io.breakwater.appliance.control.ControlSocketPath;
import io.breakwater.appliance.explain.ExplainRequest;
import io.breakwater.appliance.journal.JournalEntry;
import io.breakwater.appliance.journal.JournalEvent;
import io.breakwater.appliance.journal.JournalEvent.ConfigurationApplied;
import io.breakwater.appliance.journal.JournalEvent.ConfigurationRejected;
import io.breakwater.appliance.journal.JournalEvent.PortUp;
import io.breakwater.appliance.journal.JournalEvent.Started;
import io.breakwater.appliance.journal.JournalEvent.Stopped;
import io.breakwater.appliance.journal.JournalException;
import io.breakwater.appliance.journal.JournalReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The appliance as a process of its own, with real signals, on DPDK's ports of nothing. Needs no
 * root and no hugepages.
 */
@Tag("system")
class RunSystemTest {

  private static final long TIMEOUT_S = 180;

  /** Its control socket must not be another's on this machine. */
  private static final String NAME = "run-test-" + ProcessHandle.current().pid();

  private static final String CONFIGURATION =
      """
      appliance: %s
      workers: {cores: auto}
      ports:
        - name: uplink
          device: "net_null0,no-rx=1"
          addresses: [192.0.2.2/24]
          gateways:
            - {address: 192.0.2.1, mac: "02:00:00:00:00:01"}
      anycast:
        endpoints: [198.51.100.1]
      journal: {directory: journal, size: 16MiB}
      syn-cookies: {secret: cookie.secret}
      limits: {tenants: 64, tunnels: 64, prefixes: 1000, neighbours: 64, packets: 4096}
      tenants: tenants.d/
      """
          .formatted(NAME);

  private static final String TENANT =
      """
      prefixes: [203.0.113.0/24]
      tunnels:
        - {name: one, local: 198.51.100.1, remote: 10.1.2.3}
      """;

  @TempDir private Path directory;

  private final List<Process> processes = new ArrayList<>();
  private Path configuration;
  private Path tenants;

  @BeforeEach
  void writeConfiguration() throws IOException {
    configuration = Files.writeString(directory.resolve("appliance.yaml"), CONFIGURATION);
    tenants = Files.createDirectory(directory.resolve("tenants.d"));
    Files.writeString(tenants.resolve("acme.yaml"), TENANT);
  }

  @AfterEach
  void end() throws IOException, InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    Files.deleteIfExists(ControlSocketPath.of(NAME));
  }

  @Test
  void shouldObeySignalsAndLeaveNothingBehind() throws Exception {
    Process appliance = start("first");
    try (JournalReader journal = openJournal(appliance)) {
      await(appliance, journal, Started.class);
      await(appliance, journal, ConfigurationApplied.class);
      await(appliance, journal, PortUp.class);

      Files.writeString(
          tenants.resolve("other.yaml"),
          TENANT.replace("203.0.113.0", "203.0.112.0").replace("10.1.2.3", "10.1.2.4"));
      signal(appliance, "HUP");
      var applied = await(appliance, journal, ConfigurationApplied.class);
      assertTrue(applied.changes().getFirst().startsWith("tenant other: added"), applied::toString);

      Files.writeString(tenants.resolve("acme.yaml"), TENANT.replace("remote", "remotee"));
      signal(appliance, "HUP");
      var refused = await(appliance, journal, ConfigurationRejected.class);
      assertTrue(refused.problems().getFirst().startsWith("tenant acme: keeps"), refused::toString);

      Files.writeString(configuration, CONFIGURATION.replace(NAME, "[]"));
      signal(appliance, "HUP");
      refused = await(appliance, journal, ConfigurationRejected.class);
      assertTrue(
          refused.problems().getFirst().contains("appliance.yaml:1:12: "), refused::toString);

      signal(appliance, "TERM");
      assertEquals(new Stopped("SIGTERM", 0, 0, 0), await(appliance, journal, Stopped.class));
      assertTrue(appliance.waitFor(TIMEOUT_S, TimeUnit.SECONDS));
      assertEquals(0, appliance.exitValue(), output("first"));
    }
    assertEquals(45, Files.size(directory.resolve("cookie.secret")));
    assertTrue(output("first").contains("warm-up: "), output("first"));
  }

  @Test
  void shouldExplainPacketsByItsRunningTablesAndReturnTheirBuffers() throws Exception {
    Files.writeString(
        tenants.resolve("acme.yaml"),
        TENANT
            + """
            firewall: |
              table inet t {
                chain c {
                  type filter hook prerouting priority 0
                  tcp dport 22 drop
                }
              }
            """);
    Process appliance = start("first");
    try (JournalReader journal = openJournal(appliance)) {
      await(appliance, journal, PortUp.class);

      JsonNode whole = explain("198.51.100.9:4242 > 203.0.113.100:21 tcp syn mss 1460");
      assertEquals("delivered", whole.get("fate").asText());
      assertEquals("one", whole.get("tunnel").get("name").asText());
      assertEquals("healthy", whole.get("tunnel").get("tunnels").get(0).get("state").asText());
      assertEquals(14 + 24 + 44, whole.get("sent").get(0).get("bytes").asInt());
      JsonNode cut = explain("198.51.100.9:1 > 203.0.113.100:2 udp length 1500");
      assertEquals(2, cut.get("sent").size());
      assertEquals(
          "no tenant of this name: tenant=nobody",
          explain(new ExplainRequest(null, "nobody", "::1 > ::2", null, false))
              .get("error")
              .asText());

      signal(appliance, "TERM");
      assertEquals(new Stopped("SIGTERM", 0, 0, 0), await(appliance, journal, Stopped.class));
    }
  }

  private static JsonNode explain(String packet) throws IOException {
    return explain(new ExplainRequest(null, "acme", packet, null, false));
  }

  private static JsonNode explain(ExplainRequest request) throws IOException {
    return ask(request.line());
  }

  private static JsonNode ask(String request) throws IOException {
    return new JsonMapper().readTree(ControlClient.ask(ControlSocketPath.of(NAME), request));
  }

  @Test
  void shouldRefuseJournalOfRunningAppliance() throws Exception {
    Process appliance = start("first");
    try (JournalReader journal = openJournal(appliance)) {
      await(appliance, journal, Started.class);
      Process second = start("second");
      assertTrue(second.waitFor(TIMEOUT_S, TimeUnit.SECONDS));

      assertEquals(1, second.exitValue());
      assertEquals(
          "breakwater run: "
              + directory.resolve("journal")
              + ": another appliance writes this journal; give each its own journal.directory\n",
          output("second"));
    }
  }

  @Test
  void shouldSayInOneSentenceThatDeviceIsMissing() throws Exception {
    Files.writeString(configuration, CONFIGURATION.replace("net_null0,no-rx=1", "0000:7f:1f.7"));

    Process appliance = start("first");

    assertTrue(appliance.waitFor(TIMEOUT_S, TimeUnit.SECONDS));
    assertEquals(1, appliance.exitValue(), output("first"));
    String last = output("first").lines().toList().getLast();
    assertTrue(last.startsWith("breakwater run: "), last);
    assertTrue(last.contains("0000:7f:1f.7"), last);
  }

  private Process start(String name) throws IOException {
    // Tests that were started by nohup or in the background ignore signals, and so would it.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=HUP,INT"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!argument.startsWith("-javaagent")) {
        command.add(argument);
      }
    }
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            Breakwater.class.getName(),
            "run",
            "-c",
            configuration.toString()));
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log(name).toFile())
            .start();
    processes.add(process);
    return process;
  }

  private Path log(String name) {
    return directory.resolve(name + ".log");
  }

  private String output(String name) throws IOException {
    return Files.readString(log(name));
  }

  private void signal(Process process, String name) throws Exception {
    int status =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    assertEquals(0, status);
  }

  private JournalReader openJournal(Process appliance) throws Exception {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
    while (true) {
      try {
        return JournalReader.open(directory.resolve("journal"));
      } catch (JournalException e) {
        pause(appliance, deadlineNs, e.getMessage());
      }
    }
  }

  /** The next event of that kind; others before it are skipped. */
  private <T extends JournalEvent> T await(Process appliance, JournalReader journal, Class<T> kind)
      throws Exception {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
    while (true) {
      Optional<JournalEntry> entry = journal.next();
      if (entry.isPresent() && kind.isInstance(entry.get().event())) {
        return kind.cast(entry.get().event());
      }
      if (entry.isEmpty()) {
        pause(appliance, deadlineNs, "no event: " + kind.getSimpleName());
      }
    }
  }

  private void pause(Process appliance, long deadlineNs, String awaited) throws Exception {
    boolean ended = appliance.waitFor(50, TimeUnit.MILLISECONDS) && appliance.exitValue() != 0;
    if (ended || System.nanoTime() - deadlineNs > 0) {
      fail(awaited + "\n" + output("first"));
    }
  }
}
