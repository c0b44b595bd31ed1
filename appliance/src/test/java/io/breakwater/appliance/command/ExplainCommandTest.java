package io.breakwater.appliance.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.appliance.Breakwater;
import io.breakwater.appliance.ExitStatus;
import io.breakwater.appliance.capture.PcapWriter;
import io.breakwater.appliance.replay.Frames;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {

  private static final String CONFIGURATION =
      """
      appliance: edge-1
      workers: {cores: [0]}
      ports:
        - name: uplink
          device: net_null0
          addresses: [192.0.2.2/24, "2001:db8:1::2/64"]
          gateways: [{address: 192.0.2.1}]
        - name: tagged
          device: net_null1
          vlan: [7, 9]
          addresses: [198.18.0.2/24]
      anycast: {endpoints: [198.51.100.1]}
      tenants:
        acme:
          prefixes: [203.0.113.0/24, "2001:db8:acc::/48"]
          tunnels:
            - {name: chicago-1, local: 198.51.100.1, remote: 192.0.2.200, priority: 10, weight: 3}
            - {name: chicago-2, local: 198.51.100.1, remote: 192.0.2.201, priority: 10, key: 7}
            - {name: spare, local: 198.51.100.1, remote: 192.0.2.202, priority: 20}
        beta:
          prefixes: [203.0.112.0/24]
          tunnels: [{name: one, local: 198.51.100.1, remote: 192.0.2.203}]
        gamma:
          prefixes: [203.0.111.0/24]
          tunnels: [{name: one, local: 198.51.100.1, remote: 192.0.2.204}]
          firewall: |
            table inet filter {
              set office { type ipv4_addr; flags interval; elements = { 192.0.2.0/25 } }
              chain web { tcp dport 80 accept; }
              chain prerouting {
                type filter hook prerouting priority 0; policy accept;
                ip saddr @office accept
                tcp dport 80-81 jump web
                ip daddr 203.0.111.100 drop
                limit rate over 2/second reject
              }
            }
      """;

  @TempDir private Path directory;

  private final StringWriter stdout = new StringWriter();
  private final StringWriter stderr = new StringWriter();
  private Path configuration;

  @BeforeEach
  void writeFiles() throws IOException {
    configuration = Files.writeString(directory.resolve("a.yaml"), CONFIGURATION);
  }

  @Test
  void shouldTellWayOfDeliveredPacket() {
    assertEquals(
        ExitStatus.DONE,
        explain("--tenant", "acme", "198.51.100.9:4242 > 203.0.113.100:21 tcp syn mss 1460"));
    assertEquals("", stderr.toString());
    assertEquals(
        """
        packet     198.51.100.9:4242 > 203.0.113.100:21 tcp syn seq 0 window 65535 mss 1460 ttl 64,\
         44 bytes, on port uplink
        stages     plain-input > destination-lookup > firewall > tunnel-selection > fit > gre-encapsulation
        tenant     acme: the destination is in 203.0.113.0/24
        firewall   the tenant has none
        tunnel     chicago-1: place 135 of 257 in the tenant's row, by the flow's hash 86a34a40
                     chicago-1: not-probed, priority 10, weight 3, 75.1% of the tenant's flows
                     chicago-2: not-probed, priority 10, weight 1, 24.9% of the tenant's flows
                     spare: not-probed, priority 20, weight 1, takes no part: others have a better priority
        fit        44 bytes, the tunnel takes 1476; MSS lowered from 1460 to 1436
        sent       82 bytes by port uplink: 198.51.100.1 > 192.0.2.200 gre ttl 64 |\
         198.51.100.9:4242 > 203.0.113.100:21 tcp syn seq 0 window 65535 mss 1436 ttl 63, 44 bytes
                   0000  02 00 00 00 00 01 02 00  00 00 00 02 08 00 45 00
                   0010  00 44 00 00 40 00 40 2f  4d 8e c6 33 64 01 c0 00
                   0020  02 c8 00 00 08 00 45 00  00 2c 00 00 00 00 3f 06
                   0030  15 2b c6 33 64 09 cb 00  71 64 10 92 00 15 00 00
                   0040  00 00 00 00 00 00 60 02  ff ff 20 f6 00 00 02 04
                   0050  05 9c
        fate       delivered
        """,
        stdout.toString());
  }

  @Test
  void shouldTellRuleByRuleWhatTheFirewallDid() {
    assertEquals(
        ExitStatus.DONE, explain("--tenant", "gamma", "--why", "8.8.8.8:1 > 203.0.111.100:81 tcp"));
    String file = configuration.toString();
    assertEquals(
        """
        packet     8.8.8.8:1 > 203.0.111.100:81 tcp syn seq 0 window 65535 ttl 64, 40 bytes, on port uplink
        stages     plain-input > destination-lookup > firewall (dropped)
        tenant     gamma: the destination is in 203.0.111.0/24
        firewall   drop, by the rule at FILE:34: ip daddr 203.0.111.100 drop
                   chain inet filter prerouting (prerouting, priority 0, policy accept): drop by FILE:34
                     FILE:32 ip saddr @office: the packet has 8.8.8.8
                     FILE:33 tcp dport 80-81 jump web: matched: jump web
                       FILE:29 tcp dport 80: the packet has 81
                     FILE:34 ip daddr 203.0.111.100 drop: matched: drop
        why        accepted if the rule at FILE:34 were absent: ip daddr 203.0.111.100 drop
        why        accepted if ip daddr of the packet were 203.0.111.99 and not 203.0.111.100: see the rule at FILE:34
        why        accepted if the rule at FILE:32 matched the packet in ip saddr: ip saddr @office: the packet has 8.8.8.8
        fate       dropped, firewall-deny (filtered): The tenant's own firewall dropped it.
        """,
        stdout.toString().replace(file, "FILE"));
  }

  @Test
  void shouldSayWhereThePacketPathDecidedOtherwiseThanForAFirstPacket() throws IOException {
    Path capture = directory.resolve("in.pcap");
    byte[] frame = Frames.udp(0x08080808, 0xcb006f07);
    try (PcapWriter writer = PcapWriter.create(capture, false)) {
      for (int i = 0; i < 8; i++) {
        writer.write(1_000_000_000L, frame, 0, frame.length);
      }
    }

    assertEquals(ExitStatus.DONE, explain("--pcap", capture.toString(), "--packet", "2"));
    assertTrue(!stdout.toString().contains("decided otherwise"), stdout.toString());
    stdout.getBuffer().setLength(0);
    assertEquals(ExitStatus.DONE, explain("--pcap", capture.toString(), "--packet", "8"));
    assertTrue(stdout.toString().contains("decided otherwise"), stdout.toString());
  }

  @Test
  void shouldTellFateAndMeaningOfDroppedPacket() {
    assertEquals(ExitStatus.DONE, explain("8.8.8.8 > 9.9.9.9"));
    assertEquals(
        """
        packet     8.8.8.8 > 9.9.9.9 icmp echo-request ttl 64, 28 bytes, on port uplink
        stages     plain-input > ethernet-input > ipv4-input > destination-lookup (dropped)
        tenant     the destination is no tenant's
        fate       dropped, no-tenant (filtered): The destination is nobody's: neither a tenant's nor ours.
        """,
        stdout.toString());
  }

  @Test
  void shouldTellAnswerOfPacketAtEndOfItsTtl() {
    assertEquals(ExitStatus.DONE, explain("8.8.8.8:1 > 203.0.112.1:2 udp ttl 1"));
    assertEquals(
        """
        packet     8.8.8.8:1 > 203.0.112.1:2 udp ttl 1, 28 bytes, on port uplink
        stages     plain-input > ethernet-input > ipv4-input > destination-lookup > firewall > tunnel-selection > icmp-error-output
        tenant     beta: the destination is in 203.0.112.0/24
        firewall   the tenant has none
        sent       70 bytes by port uplink: 192.0.2.2 > 8.8.8.8 icmp time-exceeded dscp cs6 ttl 64, 56 bytes
                   0000  02 00 00 00 00 01 02 00  00 00 00 02 08 00 45 c0
                   0010  00 38 00 00 40 00 40 01  67 f3 c0 00 02 02 08 08
                   0020  08 08 0b 00 40 2b 00 00  00 00 45 00 00 1c 00 00
                   0030  00 00 01 11 6e c0 08 08  08 08 cb 00 70 01 00 01
                   0040  00 02 00 08 b4 c9
        fate       answered
        """,
        stdout.toString());
  }

  @Test
  void shouldShowEveryFragment() throws IOException {
    assertEquals(ExitStatus.DONE, explain("--json", "8.8.8.8:1 > 203.0.112.1:2 udp length 1500"));

    JsonNode way = new JsonMapper().readTree(stdout.toString());
    assertEquals(2, way.get("sent").size());
    assertEquals(2, way.get("fit").get("fragments").asInt());
    assertEquals(1476, way.get("fit").get("mtu").asInt());
  }

  @Test
  void shouldTagFrameAsThePortWantsIt() throws IOException {
    assertEquals(
        ExitStatus.DONE, explain("--json", "--port", "tagged", "8.8.8.8:1 > 203.0.112.1:2 udp"));

    JsonNode way = new JsonMapper().readTree(stdout.toString());
    assertEquals("delivered", way.get("fate").asText());
    assertEquals(
        "020000000002020000000001" + "88a80007" + "81000009" + "0800",
        way.get("frame").asText().substring(0, 44));
  }

  @Test
  void shouldTakeFrameInHexadecimalAndFrameOfCapture() throws IOException {
    byte[] stray = Frames.udp(0x08080808, 0x09090909);
    byte[] frame = Frames.udp(0x08080808, 0xcb007107);
    Path capture = directory.resolve("in.pcap");
    try (PcapWriter writer = PcapWriter.create(capture, false)) {
      writer.write(1_000_000_000L, stray, 0, stray.length);
      writer.write(2_000_000_000L, frame, 0, frame.length);
    }
    String hex = HexFormat.ofDelimiter(":").formatHex(frame);

    assertEquals(ExitStatus.DONE, explain("--hex", hex));
    String ofHex = stdout.toString();
    stdout.getBuffer().setLength(0);
    assertEquals(ExitStatus.DONE, explain("--pcap", capture.toString(), "--packet", "2"));

    assertTrue(ofHex.contains("fate       delivered\n"), ofHex);
    assertEquals(ofHex, stdout.toString());
    assertRefused(
        capture + ": the capture has no such frame: packet=3 frames=2",
        "--pcap",
        capture.toString(),
        "--packet",
        "3");
  }

  @Test
  void shouldSayInOneSentenceWhatIsWrong() {
    String packet = "8.8.8.8 > 203.0.112.9";
    assertRefused(
        "the destination is not acme's but beta's (203.0.112.0/24): destination=203.0.112.9",
        "--tenant",
        "acme",
        packet);
    assertRefused(
        "the destination is not acme's but nobody's: destination=9.9.9.9",
        "--tenant",
        "acme",
        "8.8.8.8 > 9.9.9.9");
    assertRefused(
        "no tenant of this name: tenant=acne (did you mean acme?)", "--tenant", "acne", packet);
    assertRefused(
        "--port must name a port of the configuration: port=x ports=uplink,tagged",
        "--port",
        "x",
        packet);
    assertRefused(
        "column 10: expected a destination such as 203.0.113.100:21, and the text ends",
        "8.8.8.8 > ");
    assertRefused("--hex must be bytes in hexadecimal, of two digits each", "--hex", "0");
    assertRefused(
        "one packet is needed: a description such as"
            + " '198.51.100.9:4242 > 203.0.113.100:21 tcp syn', or --hex, or --pcap",
        "--hex",
        "00",
        packet);
    assertRefused("--packet counts from 1: packet=0", "--packet", "0", packet);
    assertRefused(
        "-c is for a configuration's files, --name and --socket are for a running appliance",
        "--name",
        "edge",
        packet);
    assertRefused(
        "not an IP packet, so it is nobody's: tenant=acme packet=no Ethernet frame, 1 bytes",
        "--tenant",
        "acme",
        "--hex",
        "00");
  }

  private void assertRefused(String message, String... arguments) {
    stderr.getBuffer().setLength(0);
    assertEquals(ExitStatus.WRONG_INPUT, explain(arguments));
    assertEquals("breakwater explain: " + message + "\n", stderr.toString());
  }

  private int explain(String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "explain";
    all[1] = "-c";
    all[2] = configuration.toString();
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return Breakwater.commandLine()
        .setOut(new PrintWriter(stdout))
        .setErr(new PrintWriter(stderr))
        .execute(all);
  }
}
