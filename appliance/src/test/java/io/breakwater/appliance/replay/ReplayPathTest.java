package io.breakwater.appliance.replay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.report.ReplayReport;
import io.breakwater.config.Appliance;
import io.breakwater.config.source.ConfigurationFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayPathTest {

  public static final String CONFIGURATION =
      """
      appliance: edge-1
      workers: {cores: [0]}
      ports:
        - name: uplink
          device: net_null0
          addresses: [192.0.2.2/24]
          gateways:
            - address: 192.0.2.1
        - name: inside
          device: net_null1
          addresses: [198.18.0.2/24]
      anycast:
        endpoints: [198.51.100.1]
      tenants:
        acme:
          prefixes: [203.0.113.0/24]
          tunnels:
            - {name: near, local: 198.51.100.1, remote: 198.18.0.200}
        far:
          prefixes: [203.0.112.0/24]
          tunnels:
            - {name: far, local: 198.51.100.1, remote: 10.1.2.3}
      """;

  private static final int CLIENT = 0x08080808;
  private static final int ACME = 0xcb007107;
  private static final int FAR = 0xcb007007;
  private static final int OWN = 0xc0000202;
  private static final int ROOM_BYTES = 2_048;

  @TempDir private Path directory;

  @Test
  void shouldResolveGatewayAndConnectedTunnelEndWithoutAsking() throws IOException {
    for (int destination : new int[] {ACME, FAR}) {
      ReplayPath path = path();

      assertTrue(process(path, Frames.udp(CLIENT, destination)));

      byte[] sent = new byte[ROOM_BYTES];
      assertEquals(50 + 24, path.copySent(0, sent));
      byte[] macs = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0};
      assertArrayEquals(macs, Arrays.copyOf(sent, 14));
      int remote = ByteBuffer.wrap(sent).getInt(30);
      assertEquals(destination == ACME ? 0xc61200c8 : 0x0a010203, remote);
    }
  }

  @Test
  void shouldReportEveryRuleInTheOrderOfTheFileWithItsPacketsAndBytes() throws IOException {
    Path file = directory.resolve("rules.yaml");
    String rules =
        """
        table inet t {
          chain never {
            drop
          }
          chain c {
            type filter hook prerouting priority 0
            tcp dport 80 drop
            udp dport 53 counter packets 5 bytes 6 accept
          }
        }
        """;
    Files.writeString(
        file,
        CONFIGURATION.replace("  far:\n", "    firewall: |\n" + rules.indent(6) + "  far:\n"));
    Appliance appliance = ConfigurationFiles.load(file).configuration().orElseThrow();
    ReplayPath path = new ReplayPath(appliance, 0, ROOM_BYTES, 0);

    process(path, Frames.udp(CLIENT, ACME));
    process(path, Frames.udp(CLIENT, FAR));
    process(path, Frames.udp(CLIENT, ACME));

    assertEquals(
        List.of(
            new ReplayReport.RuleReport("drop", 0, 0),
            new ReplayReport.RuleReport("tcp dport 80 drop", 0, 0),
            // The contract's counts are those of nft, which begin where the file says.
            new ReplayReport.RuleReport("udp dport 53 counter accept", 7, 6 + 2 * 36)),
        path.report().tenants().get("acme").rules());
    assertEquals(List.of(), path.report().tenants().get("far").rules());
  }

  @Test
  void shouldReportFateOfEachKindOfFrame() throws IOException {
    ReplayPath path = path();

    assertTrue(process(path, Frames.udp(CLIENT, ACME)));
    assertTrue(process(path, Frames.arpRequest(0xc0000263, OWN)));
    assertFalse(process(path, Frames.udp(CLIENT, OWN)));
    assertFalse(process(path, Frames.udp(CLIENT, 0x09090909)));
    assertFalse(process(path, new byte[ROOM_BYTES + 1]));
    assertFalse(process(path, new byte[0]));

    ReplayReport report = path.report();
    assertEquals(6, report.received());
    assertEquals(1, report.delivered());
    assertEquals(1, report.answered());
    assertEquals(1, report.host());
    assertEquals(2, report.sent());
    assertEquals(
        Map.of("no-tenant", 1L, "frame-oversize", 1L, "ethernet-truncated", 1L), report.drops());
    assertEquals(List.of("acme", "far"), List.copyOf(report.tenants().keySet()));
    ReplayReport.TenantReport acme = report.tenants().get("acme");
    assertEquals(1, acme.received());
    assertEquals(Map.of("near", new ReplayReport.TunnelReport(1, 60, 0, 0, 0, 0)), acme.tunnels());
  }

  @Test
  void shouldGiveEveryFrameOfAnyLengthOneFate() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    ReplayPath path = path();
    byte[] valid = Frames.udp(CLIENT, ACME);
    int frames = 0;
    for (int length = 0; length <= 9_000; length += length < 200 ? 1 : 37) {
      byte[] frame = new byte[length];
      random.nextBytes(frame);
      // Half of them get past Ethernet, and some past IPv4.
      System.arraycopy(valid, 0, frame, 0, Math.min(length, random.nextInt(valid.length * 2)) / 2);
      process(path, frame);
      frames++;
    }

    assertEquals(frames, path.report().received(), "seed=" + seed);
  }

  @Test
  void shouldSendSameBytesForSameFrames() throws IOException {
    List<Byte> first = sentBytes();
    List<Byte> second = sentBytes();

    assertTrue(first.size() > 10_000, "bytes=" + first.size());
    assertEquals(first, second);
  }

  private List<Byte> sentBytes() throws IOException {
    ReplayPath path = path();
    Random random = new Random(1);
    List<Byte> bytes = new ArrayList<>();
    byte[] sent = new byte[ROOM_BYTES];
    for (int i = 0; i < 500; i++) {
      byte[] frame = Frames.udp(random.nextInt(), random.nextBoolean() ? ACME : OWN);
      if (path.process(frame, frame.length, i * 1_000_000L) > 0) {
        for (int at = 0, length = path.copySent(0, sent); at < length; at++) {
          bytes.add(sent[at]);
        }
      }
    }
    return bytes;
  }

  private ReplayPath path() throws IOException {
    return new ReplayPath(load(directory), 0, ROOM_BYTES, 0);
  }

  private static boolean process(ReplayPath path, byte[] frame) {
    return path.process(frame, frame.length, 0) > 0;
  }

  static Appliance load(Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("appliance.yaml"), CONFIGURATION);
    ConfigurationFiles.Result result = ConfigurationFiles.load(file);
    return result.configuration().orElseThrow(() -> new AssertionError(result.problems()));
  }
}
