package io.breakwater.appliance.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.Breakwater;
import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.ExitStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ControlSocketTest {

  private static final String SNAPSHOT =
      """
      {"stats": {"appliance": "edge-1", "received": 12},
       "tenants": [{"tenant": "acme", "received": 5}, {"tenant": "b", "received": 12345}],
       "drops": []}
      """;

  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();

  @Test
  void shouldHandOutSnapshotToOwnerAndRemoveSocketAtEnd() throws IOException {
    Path socket = directory.resolve("run/edge-1.sock");
    try (ControlServer server = ControlServer.start(socket, request -> SNAPSHOT)) {
      for (int i = 0; i < 3; i++) {
        assertEquals(SNAPSHOT, ControlClient.snapshot(socket));
      }
      assertEquals(
          "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
      assertThrows(IOException.class, () -> ControlServer.start(socket, request -> SNAPSHOT));
      assertEquals(SNAPSHOT, ControlClient.snapshot(socket), server::toString);
    }
    assertFalse(Files.exists(socket));
    assertThrows(CommandException.class, () -> ControlClient.snapshot(socket));
  }

  @Test
  void shouldTakeOverSocketOfKilledProcess() throws IOException {
    Path socket = directory.resolve("edge-1.sock");
    try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      killed.bind(UnixDomainSocketAddress.of(socket));
    }
    assertTrue(Files.exists(socket));

    try (ControlServer server = ControlServer.start(socket, request -> SNAPSHOT)) {
      assertEquals(SNAPSHOT, ControlClient.snapshot(socket), server::toString);
    }
  }

  @Test
  void shouldShowObjectsAsLinesAndListsAsTables() throws IOException {
    assertEquals("appliance  edge-1\nreceived   12\n", show("stats"));
    assertEquals("tenant  received\nacme           5\nb          12345\n", show("tenants"));
    assertEquals("none\n", show("drops"));
    assertEquals(
        "{\"appliance\":\"edge-1\",\"received\":12}",
        show("stats", "--json").replaceAll("\\s", ""));
  }

  @Test
  void shouldAskForAFlow() throws IOException {
    Path socket = directory.resolve("flow.sock");
    try (ControlServer server =
        ControlServer.start(socket, request -> "[{\"request\": \"" + request + "\"}]")) {
      String[] words = {"show", "rss", "--socket", socket.toString(), "--flow", ""};
      words[5] = "tcp  198.51.100.7:1 203.0.113.9:443";
      CommandLine command = Breakwater.commandLine().setOut(new PrintWriter(out));
      assertEquals(ExitStatus.DONE, command.execute(words), server::toString);
      assertEquals("request\nflow tcp 198.51.100.7:1 203.0.113.9:443\n", out.toString());

      command.setErr(new PrintWriter(new StringWriter()));
      words[5] = "tcp 198.51.100.7 203.0.113.9:443";
      assertEquals(ExitStatus.WRONG_INPUT, command.execute(words));
      words[1] = "ports";
      words[5] = "icmp 198.51.100.7 203.0.113.9";
      assertEquals(ExitStatus.WRONG_INPUT, command.execute(words));
    }
  }

  @Test
  void shouldShowFirewallOfATenantAndSayWhatIsWrong() throws IOException {
    Path socket = directory.resolve("firewall.sock");
    try (ControlServer server =
        ControlServer.start(
            socket,
            request ->
                request.equals("firewall acme")
                    ? "{\"tenant\": \"acme\", \"ruleset\": \"table inet t {\\n}\\n\"}"
                    : "{\"error\": \"no tenant of this name runs: tenant=x\"}")) {
      CommandLine command = Breakwater.commandLine().setOut(new PrintWriter(out));
      String[] words = {"show", "firewall", "acme", "--socket", socket.toString()};
      assertEquals(ExitStatus.DONE, command.execute(words), server::toString);
      assertEquals("table inet t {\n}\n", out.toString());

      StringWriter err = new StringWriter();
      command.setErr(new PrintWriter(err));
      words[2] = "x";
      assertEquals(ExitStatus.WRONG_INPUT, command.execute(words));
      assertEquals(
          ExitStatus.WRONG_INPUT, command.execute("show", "firewall", "--socket", words[4]));
      words[1] = "ports";
      assertEquals(ExitStatus.WRONG_INPUT, command.execute(words));
      assertEquals(
          """
          breakwater show: no tenant of this name runs: tenant=x
          breakwater show: firewall needs a tenant: show firewall TENANT
          breakwater show: a tenant goes with firewall: topic=ports
          """,
          err.toString());
    }
  }

  @Test
  void shouldShowMitigationsAndPassOnAnOperatorsWord() throws IOException {
    Path socket = directory.resolve("mitigation.sock");
    try (ControlServer server =
        ControlServer.start(
            socket,
            request ->
                switch (request) {
                  case "mitigation list" ->
                      "{\"attacks\": [], \"mitigations\": [{\"id\": \"a-1\", \"state\": \"active\"}]}";
                  case "mitigation pin a-1" -> "{\"id\": \"a-1\", \"state\": \"pinned\"}";
                  default -> "{\"error\": \"no mitigation has this id: id=x\"}";
                })) {
      CommandLine command = Breakwater.commandLine().setOut(new PrintWriter(out));
      String at = "--socket=" + socket;
      assertEquals(ExitStatus.DONE, command.execute("show", "mitigations", at), server::toString);
      assertEquals(ExitStatus.DONE, command.execute("show", "attacks", at));
      assertEquals(ExitStatus.DONE, command.execute("mitigation", "pin", "a-1", at));
      assertEquals(
          """
          id   state
          a-1  active
          none
          id     a-1
          state  pinned
          """,
          out.toString());
      StringWriter err = new StringWriter();
      command.setErr(new PrintWriter(err));
      assertEquals(ExitStatus.WRONG_INPUT, command.execute("mitigation", "release", "x", at));
      assertEquals("breakwater mitigation: no mitigation has this id: id=x\n", err.toString());
    }
  }

  /** Such as `socat - UNIX-CONNECT:...`: it ends its side without a word, or says nothing. */
  @Test
  void shouldTakeSilenceForASnapshot() throws IOException {
    Path socket = directory.resolve("silent.sock");
    try (ControlServer server = ControlServer.start(socket, request -> request)) {
      for (boolean ends : new boolean[] {true, false}) {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
          if (ends) {
            client.shutdownOutput();
          }
          byte[] answer = Channels.newInputStream(client).readAllBytes();
          assertEquals("snapshot", new String(answer, StandardCharsets.UTF_8), server::toString);
        }
      }
    }
  }

  @Test
  void shouldPlaceSocketWhereRuntimeFilesOfUserBelong() {
    assertEquals(Path.of("/run/breakwater"), ControlSocketPath.directory("root", Map.of()));
    assertEquals(
        Path.of("/run/user/7/breakwater"),
        ControlSocketPath.directory("u", Map.of("XDG_RUNTIME_DIR", "/run/user/7")));
  }

  private String show(String... arguments) throws IOException {
    Path socket = directory.resolve("show.sock");
    String[] all = new String[arguments.length + 3];
    all[0] = "show";
    all[1] = "--socket";
    all[2] = socket.toString();
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    out.getBuffer().setLength(0);
    try (ControlServer server = ControlServer.start(socket, request -> SNAPSHOT)) {
      assertEquals(
          ExitStatus.DONE,
          Breakwater.commandLine().setOut(new PrintWriter(out)).execute(all),
          server::toString);
    }
    return out.toString();
  }
}
