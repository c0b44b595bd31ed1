package io.breakwater.config.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.protection.AmplificationSignature.PayloadMatch;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each signature fits an answer as its protocol's document has it, and no other does; none fits a
 * request, an ordinary answer, or what else crosses the Internet from the same port.
 */
class AmplificationCatalogueTest {

  /** Whom a mask of so many bits fits by chance, of random payloads: fewer than one in 4,096. */
  private static final int DISTINCTIVE_BITS = 12;

  /** A payload, and the port that it comes from. */
  private record Datagram(String what, int sourcePort, byte[] payload) {}

  private static Datagram datagram(String what, int sourcePort, byte[]... parts) {
    int length = Stream.of(parts).mapToInt(part -> part.length).sum();
    byte[] payload = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, payload, at, part.length);
      at += part.length;
    }
    return new Datagram(what, sourcePort, payload);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] zeros(int count) {
    return new byte[count];
  }

  /** By signature. */
  private static Map<String, Datagram> answers() {
    Map<String, Datagram> answers = new HashMap<>();
    answers.put("arms", datagram("a description", 3283, hex("0001 03ea"), zeros(1_002)));
    answers.put(
        "bittorrent",
        datagram(
            "find_node", 6881, ascii("d1:rd2:id20:mnopqrstuvwxyz1234565:nodes0:e1:t2:aa1:y1:re")));
    answers.put(
        "chargen", datagram("a line", 19, ascii(" !\"#$%&'()*+,-./0123456789:;".repeat(3))));
    answers.put(
        "cldap",
        datagram(
            "a searchResEntry",
            389,
            hex("3084 00000a14 020101 64 84 00000a0b 0400 3084 00000a03"),
            zeros(2_563)));
    answers.put(
        "coap",
        datagram(
            "2.05 with a token", 5683, hex("64 45 1234 01020304 c028 ff"), ascii("</a>,</b>")));
    answers.put(
        "dns",
        datagram(
            "ANY",
            53,
            hex("1234 8580 0001 000f 0000 0001 076578616d706c6503636f6d00 00ff 0001"),
            zeros(900)));
    answers.put(
        "dvr",
        datagram(
            "a description",
            37_810,
            hex("20000000 44484950 00000000 00000000 60010000 00000000 60010000 00000000"),
            ascii("{\"mac\":\"9c:14:63:00:00:01\",\"method\":\"client.notifyDevInfo\"}")));
    answers.put(
        "jenkins", datagram("hello", 33_848, ascii("<hudson><version>2.2</version></hudson>")));
    answers.put(
        "ldap",
        datagram("a searchResEntry", 389, hex("3082 0a0f 020107 64 82 0a08 0400"), zeros(2_566)));
    answers.put(
        "mdns",
        datagram(
            "services",
            5353,
            hex("0000 8400 0000 0003 0000 0000 095f7365727669636573075f646e732d7364"),
            zeros(60)));
    answers.put(
        "memcached",
        datagram(
            "a value",
            11_211,
            hex("0001 0000 00c8 0000"),
            ascii("VALUE a 0 300000\r\n" + "a".repeat(1_374))));
    answers.put(
        "mssql",
        datagram(
            "instances",
            1434,
            hex("05 5800"),
            ascii("ServerName;DB;InstanceName;MSSQLSERVER;IsClustered;No;")));
    answers.put(
        "netbios",
        datagram(
            "node status",
            137,
            hex("80f0 8400 0000 0001 0000 0000 20 434b"),
            ascii("A".repeat(30)),
            hex("00 0021 0001 00000000 0065 03"),
            zeros(100)));
    answers.put("ntp", datagram("monlist", 123, hex("d7 00 03 2a 0006 0048"), zeros(432)));
    answers.put(
        "ntp-control",
        datagram(
            "readvar",
            123,
            hex("16 82 0001 0615 0000 0000 01d4"),
            ascii("version=\"ntpd 4.2.6p5\", ")));
    answers.put(
        "openvpn",
        datagram(
            "a hard reset",
            1194,
            hex("40 0102030405060708 01 00000000 1112131415161718 00000000")));
    answers.put(
        "plex",
        datagram("hello", 32_414, ascii("HTTP/1.0 200 OK\r\nContent-Type: plex/media-server\r\n")));
    answers.put(
        "portmap",
        datagram(
            "DUMP",
            111,
            hex("12345678 00000001 00000000 00000000 00000000 00000000 00000001 000186a0"),
            zeros(400)));
    answers.put("qotd", datagram("a quote", 17, ascii("\"We have nothing to fear.\"\r\n")));
    answers.put(
        "quake",
        datagram("status", 27_960, hex("ffffffff"), ascii("statusResponse\n\\sv_maxclients\\8")));
    answers.put(
        "rip",
        datagram("routes", 520, hex("0201 0000 0002 0000 0a000000 00000000 00000000 00000001")));
    answers.put(
        "slp",
        datagram(
            "service types",
            427,
            hex("02 0a 000020 0000 000000 0001 0002 656e 0000 000e"),
            ascii("service:printer")));
    answers.put(
        "snmp",
        datagram(
            "a bulk",
            161,
            hex("3082 05c8 020101 0406"),
            ascii("public"),
            hex("a282 05b9 0201 01 0201 00 0201 00 3082 05ab"),
            zeros(1_451)));
    answers.put(
        "ssdp",
        datagram(
            "a device",
            1900,
            ascii("HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nST: upnp:rootdevice\r\n")));
    answers.put(
        "steam",
        datagram("A2S_INFO", 27_015, hex("ffffffff 49 11"), ascii("A server\0cp_well\0tf\0")));
    answers.put(
        "steam-rules",
        datagram("A2S_RULES", 27_015, hex("ffffffff 45 3c00"), ascii("mp_timelimit\0000\0")));
    answers.put(
        "ubiquiti",
        datagram(
            "a radio",
            10_001,
            hex("01 00 0018 02 000a 0027220000010a000001 03 0008"),
            ascii("XW.v6.1")));
    answers.put(
        "ws-discovery",
        datagram(
            "a match",
            3702,
            ascii("<?xml version=\"1.0\"?><SOAP-ENV:Envelope>" + "x".repeat(400))));
    answers.put(
        "xdmcp",
        datagram(
            "willing",
            177,
            hex("0001 0005 0011 0000 0004"),
            ascii("host"),
            hex("0007"),
            ascii("0 users")));
    return answers;
  }

  /** From the ports that they come from: who asks has one of his own. */
  private static List<Datagram> ordinary() {
    return List.of(
        datagram(
            "a DNS query of a resolver bound to port 53",
            53,
            hex("1234 0100 0001 0000 0000 0001"),
            zeros(600)),
        datagram(
            "a DNS answer of one address", 53, hex("1234 8180 0001 0001 0000 0000"), zeros(40)),
        datagram("an NTP request, also from port 123", 123, hex("23 00 06 ec"), zeros(44)),
        datagram("the time", 123, hex("24 01 03 e8"), zeros(44)),
        datagram("the time with a warning", 123, hex("e4 01 03 e8"), zeros(44)),
        datagram("NTP peers", 123, hex("21 02 06 ec"), zeros(44)),
        datagram(
            "an mDNS query from port 5353", 5353, hex("0000 0000 0001 0000 0000 0000"), zeros(30)),
        datagram(
            "a WS-Discovery probe", 50_123, ascii("<?xml version=\"1.0\"?>" + "x".repeat(500))),
        datagram(
            "an SSDP search", 50_123, ascii("M-SEARCH * HTTP/1.1\r\nMAN: \"ssdp:discover\"\r\n")),
        datagram("an SSDP announcement", 1900, ascii("NOTIFY * HTTP/1.1\r\nNTS: ssdp:alive\r\n")),
        datagram("an LDAP search", 389, hex("3084 0000002d 020101 63 84 00000024 0400"), zeros(30)),
        datagram("a small LDAP search", 389, hex("3025 020101 6320 0400"), zeros(30)),
        datagram("a CoAP request", 5683, hex("44 01 1234 01020304 bb"), ascii(".well-known")),
        datagram("an empty CoAP acknowledgement", 5683, hex("60 00 1234")),
        datagram(
            "a name query from port 137", 137, hex("80f0 0110 0001 0000 0000 0000 20"), zeros(37)),
        datagram(
            "a positive name response", 137, hex("80f0 8500 0000 0001 0000 0000 20"), zeros(49)),
        datagram(
            "an RPC call",
            111,
            hex("12345678 00000000 00000002 000186a0 00000002 00000004"),
            zeros(16)),
        datagram(
            "an RPC refusal", 111, hex("12345678 00000001 00000001 00000000 00000002 00000002")),
        datagram(
            "an SNMP get",
            161,
            hex("3026 020101 0406"),
            ascii("public"),
            hex("a119 0201 01"),
            zeros(20)),
        datagram(
            "an SNMP answer of one value",
            161,
            hex("302c 020101 0406"),
            ascii("public"),
            hex("a21f"),
            zeros(30)),
        datagram("an SNMPv3 message", 161, hex("3082 0110 020103 3011"), zeros(260)),
        datagram(
            "a RIP request", 520, hex("0101 0000 0000 0000 00000000 00000000 00000000 00000010")),
        datagram(
            "RIP version 2", 520, hex("0202 0000 0002 0000 0a000000 ff000000 00000000 00000001")),
        datagram("a character for CHARGEN", 19, hex("00")),
        datagram("a datagram for QOTD", 17, hex("0d0a")),
        datagram("an ARMS probe", 3283, hex("00 14 00 00")),
        datagram("an instance browser's question", 1434, hex("03")),
        datagram("a memcached command", 11_211, hex("0001 0000 0001 0000"), ascii("get a\r\n")),
        datagram("a Quake status request", 27_960, hex("ffffffff"), ascii("getstatus\n")),
        datagram("a Quake game's packet", 27_960, hex("00001a2b 00001a2a"), zeros(60)),
        datagram("A2S_INFO asked", 27_015, hex("ffffffff 54"), ascii("Source Engine Query\0")),
        datagram("a Source challenge", 27_015, hex("ffffffff 41 01020304")),
        datagram("a Source game's packet", 27_015, hex("0b1c0000 0a1c0000 00"), zeros(80)),
        datagram("an OpenVPN client's reset", 1194, hex("38 0102030405060708 00 00000000")),
        datagram("OpenVPN data", 1194, hex("48 000000 00000001"), zeros(100)),
        datagram(
            "a DHT question",
            6881,
            ascii("d1:ad2:id20:mnopqrstuvwxyz123456e1:q4:ping1:t2:aa1:y1:qe")),
        datagram("uTP", 6881, hex("01 00 1234 00000000 00000000 00100000 0001 0001"), zeros(1_000)),
        datagram("an XDMCP query", 177, hex("0001 0002 0001 00")),
        datagram("an SLP request", 427, hex("02 09 000020 0000 000000 0001 0002 656e"), zeros(16)),
        datagram("a Ubiquiti probe", 10_001, hex("01000000")));
  }

  /** What is tried from the port of each signature: an ephemeral port may be any of these. */
  private static List<Datagram> normal() {
    byte[] random = new byte[1_150];
    new Random(4711).nextBytes(random);
    return List.of(
        datagram(
            "a QUIC Initial (RFC 9000 17.2.2)", 0, hex("c3 00000001 08 8394c8f03e515708"), random),
        datagram("a QUIC short header", 0, hex("4c"), random),
        datagram(
            "a STUN binding (RFC 8489 5)",
            0,
            hex("0001 0058 2112a442 6162636465666768696a6b6c"),
            zeros(88)),
        datagram("RTP (RFC 3550 5.1)", 0, hex("806f 1a2b 000003e8 deadbeef"), random),
        datagram(
            "RTCP (RFC 3550 6.4.1)", 0, hex("80c8 0006 deadbeef 83aa7e80 00000000"), zeros(24)),
        datagram("DTLS (RFC 6347 4.1)", 0, hex("17fefd 0001 000000000001 0100"), random),
        datagram("WireGuard data", 0, hex("04000000 01020304 0000000000000000"), random),
        datagram("ESP in UDP (RFC 3948 2.1)", 0, hex("c0ffee01 00000001"), random),
        datagram("a keep-alive (RFC 3948 2.3)", 0, hex("ff")),
        datagram("an empty datagram", 0));
  }

  /** As the packet path is to do it. */
  private static boolean fits(AmplificationSignature signature, int sourcePort, byte[] payload) {
    return sourcePort == signature.sourcePort()
        && payload.length >= signature.payloadMinBytes()
        && signature.matches().stream().allMatch(match -> fits(match, payload));
  }

  private static boolean fits(PayloadMatch match, byte[] payload) {
    if (match.offset() + match.bytes() > payload.length) {
      return false;
    }
    long found = 0;
    for (int i = 0; i < match.bytes(); i++) {
      found = found << 8 | payload[match.offset() + i] & 0xff;
    }
    return (found & match.mask()) == match.value();
  }

  private static List<String> fitting(Datagram datagram) {
    return AmplificationCatalogue.signatures().stream()
        .filter(signature -> fits(signature, datagram.sourcePort, datagram.payload))
        .map(AmplificationSignature::name)
        .toList();
  }

  @Test
  void shouldHaveAnAnswerForEachSignature() {
    assertEquals(
        AmplificationCatalogue.signatures().stream().map(AmplificationSignature::name).toList(),
        List.copyOf(new TreeSet<>(answers().keySet())));
  }

  @TestFactory
  Stream<DynamicTest> shouldKnowEachAnswerByItsOwnName() {
    return answers().entrySet().stream()
        .map(answer ->
            DynamicTest.dynamicTest(
                answer.getKey() + ": " + answer.getValue().what,
                () -> assertEquals(List.of(answer.getKey()), fitting(answer.getValue()))));
  }

  /** From another port, or cut before the last byte that is looked at, it is none. */
  @Test
  void shouldFitNoPartOfAnAnswer() {
    for (AmplificationSignature signature : AmplificationCatalogue.signatures()) {
      byte[] payload = answers().get(signature.name()).payload;
      int lookedAt =
          signature.matches().stream()
              .mapToInt(match -> match.offset() + match.bytes())
              .max()
              .orElse(0);
      int needed = Math.max(lookedAt, signature.payloadMinBytes());
      byte[] cut = Arrays.copyOf(payload, needed - 1);
      assertTrue(!fits(signature, signature.sourcePort(), cut), signature.name());
      assertTrue(!fits(signature, signature.sourcePort() + 1, payload), signature.name());
    }
  }

  @TestFactory
  Stream<DynamicTest> shouldLetOrdinaryDatagramsBe() {
    return ordinary().stream()
        .map(datagram ->
            DynamicTest.dynamicTest(
                datagram.what, () -> assertEquals(List.of(), fitting(datagram), datagram.what)));
  }

  /** The few that go by little more than the port are those of ports that nobody else may take. */
  @TestFactory
  Stream<DynamicTest> shouldLetOtherProtocolsBeThatComeFromTheSamePort() {
    return normal().stream()
        .flatMap(datagram ->
            AmplificationCatalogue.signatures().stream()
                .filter(AmplificationCatalogueTest::isDistinctive)
                .map(signature ->
                    DynamicTest.dynamicTest(
                        datagram.what + " as " + signature.name(),
                        () ->
                            assertTrue(
                                !fits(signature, signature.sourcePort(), datagram.payload)))));
  }

  private static boolean isDistinctive(AmplificationSignature signature) {
    return bits(signature) >= DISTINCTIVE_BITS;
  }

  private static int bits(AmplificationSignature signature) {
    return signature.matches().stream().mapToInt(match -> Long.bitCount(match.mask())).sum();
  }

  @Test
  void shouldGoByThePortNearlyAloneOnlyWhereItIsSaid() {
    assertEquals(
        List.of(
            "arms", "chargen", "coap", "dns", "mdns", "ntp", "ntp-control", "qotd", "ws-discovery"),
        AmplificationCatalogue.signatures().stream()
            .filter(signature -> !isDistinctive(signature))
            .map(AmplificationSignature::name)
            .toList());
  }
}
