package io.breakwater.workers.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Appliance;
import io.breakwater.config.OuterHeader;
import io.breakwater.config.Tenant;
import io.breakwater.workers.Frames;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What routers on the way tell us of outer packets, on the whole way of their ICMP errors. */
class PipelineTunnelErrorTest {

  private static final String CLIENT = "8.8.4.4";
  private static final String CLIENT6 = "2600::8";
  private static final String ROUTER = "10.9.9.9";
  private static final String ROUTER6 = "2600:9::9";
  private static final String ACME = "203.0.113.9";
  private static final String ACME6 = "2001:db8:acc::9";
  private static final String GAMMA = "100.96.0.9";
  private static final String GAMMA6 = "2001:db8:ca::9";
  private static final String DELTA_REMOTE = "2600:6::2";
  private static final int DELTA_KEY = 9;
  private static final int DF = 0x4000;
  private static final int UPLINK = TestAppliance.UPLINK;

  /** Delta's GRE has a key and a checksum. */
  private final PipelineBench bench = new PipelineBench(appliance(), 32);

  private static Appliance appliance() {
    Tenant acme =
        TestAppliance.tenant(
            "acme",
            true,
            List.of("203.0.113.0/24", "2001:db8:acc::/48"),
            TestAppliance.tunnel("chicago", TestAppliance.ACME_REMOTE, 10, 1));
    Tenant gamma =
        TestAppliance.tenant(
            "gamma",
            true,
            List.of("100.96.0.0/16", "2001:db8:ca::/48"),
            TestAppliance.tunnel6("essen", TestAppliance.GAMMA_REMOTE, OuterHeader.DEFAULT));
    OuterHeader checked = new OuterHeader(true, 64, OptionalInt.empty(), true);
    Tenant delta =
        TestAppliance.tenant(
            "delta",
            false,
            List.of("100.97.0.0/16", "2001:db8:cb::/48"),
            TestAppliance.tunnel6("delft", DELTA_REMOTE, checked, DELTA_KEY));
    return TestAppliance.appliance(
        List.of(TestAppliance.uplink(), TestAppliance.inside()), acme, gamma, delta);
  }

  private static Frames fromUplink() {
    return Frames.ethernet(TestAppliance.UPLINK_MAC, TestAppliance.GATEWAY_MAC);
  }

  private static Frames error(int type, int code, int rest) {
    return fromUplink().ipv4(ROUTER, TestAppliance.ENDPOINT).icmp(type, code, rest);
  }

  private static Frames error6(int type, int code, int rest) {
    return fromUplink().ipv6(ROUTER6, TestAppliance.ENDPOINT6).icmpv6(type, code, rest);
  }

  private int slot(String tenant, String tunnel) {
    return bench.slots.tunnels().slot(new Slots.TunnelId(tenant, tunnel));
  }

  private static byte[] quote(String from, String to, int bytes) {
    return Frames.packet().ipv4(from, to).flagsAndOffset(DF).gre().payload(bytes).bytes();
  }

  private static byte[] quoteOfAcme(int bytes) {
    return quote(TestAppliance.ENDPOINT, TestAppliance.ACME_REMOTE, bytes - 24);
  }

  private static byte[] quote6(String from, String to, int bytes) {
    return Frames.packet().ipv6(from, to).gre().payload(bytes).bytes();
  }

  private static byte[] quoteOfGamma(int bytes) {
    return quote6(TestAppliance.ENDPOINT6, TestAppliance.GAMMA_REMOTE, bytes - 44);
  }

  private static byte[] quoteOfDelta(int key, int bytes) {
    return Frames.packet()
        .ipv6(TestAppliance.ENDPOINT6, DELTA_REMOTE)
        .gre(true, true, key, false)
        .payload(bytes - 52)
        .bytes();
  }

  /** A quote with a fragment header in front of GRE. */
  private static byte[] quoteOfGammasFragment(int offsetAndFlag) {
    byte[] data = {0, (byte) (offsetAndFlag >> 8), (byte) offsetAndFlag, 0, 0, 0, 7};
    return Frames.packet()
        .ipv6(TestAppliance.ENDPOINT6, TestAppliance.GAMMA_REMOTE)
        .extension(44, data)
        .gre()
        .payload(1_400)
        .bytes();
  }

  // ---------------------------------------------------------------- too big

  @ParameterizedTest(name = "quoted {0} bytes, told {1}: learned {2}")
  @CsvSource({
    "1500, 1400, 1376",
    "1500, 1499, 1475",
    "1500, 600, 576",
    "1500, 576, 576",
    "1500, 68, 576",
    "1500, 1, 576",
    // It would have fitted: not about this packet.
    "1500, 1500, 0",
    "1400, 1400, 0",
    "1400, 1450, 0",
    // Of a router that knows no next-hop MTU: the next plateau (RFC 1191 7.1).
    "1500, 0, 1468",
    "1492, 0, 982",
    "1006, 0, 576",
  })
  void shouldLearnTheMtuOfATunnelsPath(int quoted, int told, int learned) {
    byte[] quote = Arrays.copyOf(quoteOfAcme(quoted), 28);
    bench.process(UPLINK, error(3, 4, told).payload(quote).bytes());
    assertEquals("CONSUMED", bench.packets.fate(0));
    assertEquals(1, bench.counted("acme", "CONSUMED"));
    assertEquals(learned(slot("acme", "chicago"), learned), bench.learnedMtus);
  }

  private static List<String> learned(int tunnel, int bytes) {
    return bytes == 0 ? List.of() : List.of(tunnel + " " + bytes);
  }

  @ParameterizedTest(name = "quoted {0} bytes, told {1}: learned {2}")
  @CsvSource({
    "1500, 1499, 1455",
    "1500, 1400, 1356",
    "1500, 1280, 1236",
    "1281, 1280, 1236",
    // RFC 8201 4: less than any link of IPv6 has.
    "1500, 1279, 0",
    "1500, 68, 0",
    "1500, 0, 0",
    // It would have fitted.
    "1500, 1500, 0",
    "1400, 1400, 0",
    "1400, 65536, 0",
    "1500, 2147483647, 0",
    "1500, -1, 0",
  })
  void shouldLearnTheMtuOfAnIpv6Path(int quoted, int told, int learned) {
    byte[] quote = Arrays.copyOf(quoteOfGamma(quoted), 48);
    for (int code : new int[] {0, 9}) {
      bench.learnedMtus.clear();
      bench.process(UPLINK, error6(2, code, told).payload(quote).bytes());
      assertEquals("CONSUMED", bench.packets.fate(0));
      assertEquals(learned(slot("gamma", "essen"), learned), bench.learnedMtus);
    }
    assertEquals(2, bench.counted("gamma", "CONSUMED"));
  }

  @Test
  void shouldTakeChecksumAndKeyFromTheInnerMtu() {
    byte[] quote = quoteOfDelta(DELTA_KEY, 1_500);
    bench.process(UPLINK, error6(2, 0, 1_400).payload(Arrays.copyOf(quote, 52)).bytes());
    assertEquals(learned(slot("delta", "delft"), 1_348), bench.learnedMtus);
  }

  /** RFC 792's 8 bytes end in front of a key behind a checksum: the ends and the flags decide. */
  @Test
  void shouldKnowATunnelWhoseKeyIsNotQuoted() {
    byte[] quote = quoteOfDelta(DELTA_KEY, 1_500);
    bench.process(UPLINK, error6(2, 0, 1_400).payload(Arrays.copyOf(quote, 48)).bytes());
    assertEquals("CONSUMED", bench.packets.fate(0));
    assertEquals(learned(slot("delta", "delft"), 1_348), bench.learnedMtus);
  }

  @Test
  void shouldLearnFromTheFirstFragmentOfAnOuterPacket() {
    bench.process(UPLINK, error6(2, 0, 1_300).payload(quoteOfGammasFragment(1)).bytes());
    assertEquals("CONSUMED", bench.packets.fate(0));
    assertEquals(learned(slot("gamma", "essen"), 1_256), bench.learnedMtus);
  }

  @Test
  void shouldConsumeErrorsAboutLaterFragmentsOfOuterPackets() {
    bench.process(
        UPLINK,
        error6(2, 0, 1_300).payload(quoteOfGammasFragment(0x0100)).bytes(),
        error(11, 1, 0)
            .payload(
                Frames.packet()
                    .ipv4(TestAppliance.ENDPOINT, TestAppliance.ACME_REMOTE)
                    .flagsAndOffset(100)
                    .protocol(47)
                    .payload(600)
                    .bytes())
            .bytes());
    assertEquals("CONSUMED", bench.packets.fate(0));
    assertEquals("CONSUMED", bench.packets.fate(1));
    assertEquals(List.of(), bench.learnedMtus);
  }

  @Test
  void shouldConsumeOtherErrorsAboutTunnels() {
    byte[] quote = Arrays.copyOf(quoteOfAcme(1_500), 28);
    for (int type : new int[] {3, 4, 5, 11, 12}) {
      bench.process(UPLINK, error(type, 1, 1_400).payload(quote).bytes());
      assertEquals("CONSUMED", bench.packets.fate(0), "type=" + type);
    }
    quote = Arrays.copyOf(quoteOfGamma(1_500), 48);
    for (int type : new int[] {1, 3, 4, 5, 100, 127}) {
      bench.process(UPLINK, error6(type, 0, 1_400).payload(quote).bytes());
      assertEquals("CONSUMED", bench.packets.fate(0), "type=" + type);
    }
    assertEquals(List.of(), bench.learnedMtus);
  }

  // ---------------------------------------------------------------- forged

  @Test
  void shouldDropErrorsAboutPacketsThatWeNeverSent() {
    byte[] right = quoteOfAcme(1_500);
    Frames options =
        Frames.packet().ipv4(TestAppliance.ENDPOINT, TestAppliance.ACME_REMOTE).options("01010101");
    Frames udp = Frames.packet().ipv4(TestAppliance.ENDPOINT, TestAppliance.ACME_REMOTE).udp(1, 2);
    List<byte[]> quotes =
        List.of(
            quote(TestAppliance.ENDPOINT, "198.18.0.99", 100),
            quote("198.51.100.77", TestAppliance.ACME_REMOTE, 100),
            quote(TestAppliance.ACME_REMOTE, TestAppliance.ENDPOINT, 100),
            options.gre().payload(40).bytes(),
            udp.payload(40).bytes(),
            Arrays.copyOf(right, 27),
            Arrays.copyOf(right, 20),
            new byte[0],
            new byte[40]);
    for (byte[] quote : quotes) {
      bench.process(UPLINK, error(3, 4, 1_000).payload(quote).bytes());
      assertEquals("ICMP_UNKNOWN_QUOTE", bench.packets.fate(0), Frames.hex(quote));
    }
    byte[] damaged = error(3, 4, 1_000).payload(Arrays.copyOf(right, 28)).bytes();
    damaged[40] ^= 1;
    bench.process(UPLINK, damaged);
    assertEquals("ICMP_BAD_CHECKSUM", bench.packets.fate(0));
    assertEquals(List.of(), bench.learnedMtus);
  }

  @Test
  void shouldDropIcmpv6ErrorsAboutPacketsThatWeNeverSent() {
    byte[] right = quoteOfGamma(1_500);
    String endpoint = TestAppliance.ENDPOINT6;
    List<byte[]> quotes =
        List.of(
            quote6(endpoint, "2600:6::99", 100),
            quote6("2001:db8:a::2", TestAppliance.GAMMA_REMOTE, 100),
            quote6(TestAppliance.GAMMA_REMOTE, endpoint, 100),
            Frames.packet().ipv6(endpoint, "2600:6::1").extension(60, new byte[6]).gre().bytes(),
            Frames.packet().ipv6(endpoint, "2600:6::1").udp(1, 2).payload(40).bytes(),
            Arrays.copyOf(right, 47),
            Arrays.copyOf(right, 40),
            // A first fragment that ends in front of its GRE header.
            Arrays.copyOf(quoteOfGammasFragment(1), 48),
            quote(TestAppliance.ENDPOINT, TestAppliance.ACME_REMOTE, 100),
            new byte[0],
            new byte[60]);
    for (byte[] quote : quotes) {
      bench.process(UPLINK, error6(2, 0, 1_300).payload(quote).bytes());
      assertEquals("ICMP_UNKNOWN_QUOTE", bench.packets.fate(0), Frames.hex(quote));
    }
    byte[] damaged = error6(2, 0, 1_300).payload(right).bytes();
    damaged[70] ^= 1;
    bench.process(UPLINK, damaged);
    assertEquals("ICMPV6_BAD_CHECKSUM", bench.packets.fate(0));
    assertEquals(List.of(), bench.learnedMtus);
  }

  /** Ends that are right, with the wrong key or flags: it concerns that tunnel. */
  @Test
  void shouldCountForgedQuotesForTheTunnelWhoseEndsTheyHave() {
    byte[] keyed =
        Frames.packet()
            .ipv4(TestAppliance.ENDPOINT, TestAppliance.ACME_REMOTE)
            .gre(7)
            .payload(40)
            .bytes();
    byte[] numbered =
        Frames.packet()
            .ipv6(TestAppliance.ENDPOINT6, TestAppliance.GAMMA_REMOTE)
            .gre(false, false, 0, true)
            .payload(40)
            .bytes();
    bench.process(
        UPLINK,
        error(3, 4, 1_000).payload(keyed).bytes(),
        error6(2, 0, 1_300).payload(numbered).bytes(),
        error6(2, 0, 1_300).payload(quoteOfDelta(DELTA_KEY + 1, 1_500)).bytes(),
        error6(2, 0, 1_300).payload(quote6(TestAppliance.ENDPOINT6, DELTA_REMOTE, 1_448)).bytes());
    for (int packet = 0; packet < 4; packet++) {
      assertEquals("ICMP_UNKNOWN_QUOTE", bench.packets.fate(packet));
    }
    assertEquals(1, bench.counted("acme", "ICMP_UNKNOWN_QUOTE"));
    assertEquals(1, bench.counters.tunnelDroppedPackets(slot("acme", "chicago")));
    assertEquals(1, bench.counters.tunnelDroppedPackets(slot("gamma", "essen")));
    assertEquals(2, bench.counters.tunnelDroppedPackets(slot("delta", "delft")));
    assertEquals(List.of(), bench.learnedMtus);
  }

  @Test
  void shouldLeaveOtherIcmpToTheHost() {
    byte[] echoReply =
        Frames.packet().ipv4(TestAppliance.ENDPOINT, CLIENT).icmp(0, 0, 7).payload(8).bytes();
    byte[] echoReply6 =
        Frames.packet().ipv6(TestAppliance.ENDPOINT6, CLIENT6).icmpv6(129, 0, 7).bytes();
    bench.process(
        UPLINK,
        error(8, 0, 1).payload(8).bytes(),
        error(13, 0, 1).payload(12).bytes(),
        error(3, 3, 0).payload(echoReply).bytes(),
        error6(128, 0, 1).payload(8).bytes(),
        error6(129, 0, 1).payload(8).bytes(),
        error6(1, 4, 0).payload(echoReply6).bytes());
    List<String> expected = List.of("ANSWERED", "HOST", "HOST", "ANSWERED", "HOST", "HOST");
    for (int packet = 0; packet < expected.size(); packet++) {
      assertEquals(expected.get(packet), bench.packets.fate(packet), "packet=" + packet);
    }
  }

  /** RFC 8200 4: as far as the headers end here. */
  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource({
    "60, 010400000000, CONSUMED",
    "0,  010400000000, CONSUMED",
    "60, c10400000000, HOST",
    "43, 040000000000, CONSUMED",
    "43, 040100000000, HOST",
    "44, 000100000007, HOST",
    "51, 000000000100000001, HOST"
  })
  void shouldTakeErrorsBehindExtensionHeaders(int type, String hex, String expected) {
    byte[] data = Frames.hex(hex);
    bench.process(
        UPLINK,
        fromUplink()
            .ipv6(ROUTER6, TestAppliance.ENDPOINT6)
            .extension(type, data)
            .icmpv6(2, 0, 1_300)
            .payload(quoteOfGamma(1_500))
            .bytes());
    assertEquals(expected, bench.packets.fate(0));
    boolean taken = expected.equals("CONSUMED");
    assertEquals(taken ? 1 : 0, bench.learnedMtus.size());
    assertEquals(taken ? 1 : 0, bench.counters.tunnelErrors(slot("gamma", "essen")));
  }

  // ---------------------------------------------------------------- lost packets

  /** The outer packet that a frame becomes, as a router on the way sees and quotes it. */
  private byte[] sent(Frames frame) {
    bench.process(UPLINK, frame.bytes());
    assertEquals("DELIVERED", bench.packets.fate(0));
    byte[] sent = bench.packets.frame(0);
    return Arrays.copyOfRange(sent, 14, sent.length);
  }

  private static Frames about(byte[] outer, int type, int code) {
    return outer[0] >>> 4 == 4 ? error(type, code, 0) : error6(type, code, 0);
  }

  private static int outerBytes(byte[] outer) {
    return outer[0] >>> 4 == 4 ? 24 : 44;
  }

  /** Types and codes of an error over IPv4 and over IPv6, and whether senders hear of it. */
  @ParameterizedTest(name = "over IPv{0}, type {1}, code {2}: told {3}")
  @CsvSource({
    "4, 3, 0, true",
    "4, 3, 1, true",
    "4, 3, 2, true",
    "4, 3, 3, false",
    "4, 3, 4, false",
    "4, 3, 5, false",
    "4, 3, 13, true",
    "4, 4, 0, false",
    "4, 5, 1, false",
    "4, 11, 0, true",
    "4, 11, 1, false",
    "4, 12, 0, false",
    "6, 1, 0, true",
    "6, 1, 1, true",
    "6, 1, 3, true",
    "6, 1, 4, false",
    "6, 2, 0, false",
    "6, 3, 0, true",
    "6, 3, 1, false",
    "6, 4, 1, false",
    "6, 100, 0, false",
  })
  void shouldTellSendersWhatWasLost(int outside, int type, int code, boolean told) {
    boolean over6 = outside == 6;
    byte[] outer =
        sent(fromUplink().ipv4(CLIENT, over6 ? GAMMA : ACME).ttl(9).udp(1, 2).payload(64));
    byte[] outer6 =
        sent(fromUplink().ipv6(CLIENT6, over6 ? GAMMA6 : ACME6).ttl(9).udp(1, 2).payload(64));
    bench.process(
        UPLINK,
        about(outer, type, code).payload(outer).bytes(),
        about(outer6, type, code).payload(outer6).bytes());
    assertEquals(told ? "ANSWERED" : "CONSUMED", bench.packets.fate(0));
    assertEquals(told ? "ANSWERED" : "CONSUMED", bench.packets.fate(1));
    assertEquals(2, bench.counted(over6 ? "gamma" : "acme", told ? "ANSWERED" : "CONSUMED"));
    if (told) {
      byte[] inner = Arrays.copyOfRange(outer, outerBytes(outer), outer.length);
      byte[] expected =
          Frames.ethernet(TestAppliance.GATEWAY_MAC, TestAppliance.UPLINK_MAC)
              .ipv4(TestAppliance.UPLINK_IPV4, CLIENT)
              .tos(0xc0)
              .id(0)
              .flagsAndOffset(DF)
              .ttl(63)
              .icmp(3, 1, 0)
              .payload(inner)
              .bytes();
      assertArrayEquals(expected, bench.packets.frame(0));
      byte[] inner6 = Arrays.copyOfRange(outer6, outerBytes(outer6), outer6.length);
      byte[] expected6 =
          Frames.ethernet(TestAppliance.GATEWAY6_MAC, TestAppliance.UPLINK_MAC)
              .ipv6(TestAppliance.UPLINK_IPV6, CLIENT6)
              .tos(0xc0)
              .ttl(63)
              .icmpv6(1, 3, 0)
              .payload(inner6)
              .bytes();
      assertArrayEquals(expected6, bench.packets.frame(1));
    }
  }

  /** RFC 792: 8 bytes of the inner packet's data. There are fewer lengths than errors allowed. */
  @Test
  void shouldTellOnlyWhereEnoughIsQuoted() {
    byte[] outer = sent(fromUplink().ipv4(CLIENT, GAMMA).udp(1, 2).payload(64));
    byte[] outer6 = sent(fromUplink().ipv6(CLIENT6, ACME6).udp(1, 2).payload(64));
    for (int bytes = 20; bytes < 100; bytes++) {
      bench.process(
          UPLINK,
          error6(1, 0, 0).payload(Arrays.copyOf(outer, Math.min(bytes, outer.length))).bytes(),
          error(3, 1, 0).payload(Arrays.copyOf(outer6, bytes)).bytes());
      String refused = bytes < 48 ? "ICMP_UNKNOWN_QUOTE" : "CONSUMED";
      assertEquals(bytes < 44 + 28 ? refused : "ANSWERED", bench.packets.fate(0), "" + bytes);
      String refused6 = bytes < 28 ? "ICMP_UNKNOWN_QUOTE" : "CONSUMED";
      assertEquals(bytes < 24 + 48 ? refused6 : "ANSWERED", bench.packets.fate(1), "" + bytes);
      if (bytes >= 44 + 28) {
        assertTrue(Frames.icmpChecksumHolds(bench.packets.frame(0), 14));
      }
      if (bytes >= 24 + 48) {
        assertTrue(Frames.upperChecksumHolds(bench.packets.frame(1), 14));
      }
    }
  }

  @Test
  void shouldNeverTellOfErrorsFragmentsOrGroups() {
    byte[] quote = Frames.packet().ipv4(ACME, CLIENT).udp(1, 2).bytes();
    byte[] quote6 = Frames.packet().ipv6(ACME6, CLIENT6).udp(1, 2).bytes();
    byte[] later = {0, 0x01, 0, 0, 0, 0, 7};
    List<Frames> refused =
        List.of(
            fromUplink().ipv4(CLIENT, ACME).icmp(11, 0, 0).payload(quote),
            fromUplink().ipv4(CLIENT, ACME).flagsAndOffset(8).protocol(17).payload(64),
            fromUplink().ipv6(CLIENT6, ACME6).icmpv6(3, 0, 0).payload(quote6),
            fromUplink().ipv6(CLIENT6, ACME6).icmpv6(137, 0, 0).payload(40),
            fromUplink().ipv6(CLIENT6, ACME6).extension(44, later).payload(64));
    for (Frames frame : refused) {
      byte[] outer = sent(frame);
      bench.process(UPLINK, error(3, 1, 0).payload(outer).bytes());
      assertEquals("CONSUMED", bench.packets.fate(0), Frames.hex(outer));
    }
    byte[] echo = sent(fromUplink().ipv4(CLIENT, ACME).icmp(8, 0, 1).payload(8));
    bench.process(UPLINK, error(3, 1, 0).payload(echo).bytes());
    assertEquals("ANSWERED", bench.packets.fate(0), "no error");
  }

  /** What can't have been in this tunnel was never sent; it is counted for the tunnel. */
  @ParameterizedTest
  @ValueSource(strings = {"8.8.4.4 100.96.0.9", "8.8.4.4 9.9.9.9", "2600::8 2001:db8:ca::9"})
  void shouldDropErrorsAboutWhatWasNeverSent(String ends) {
    bench.process(UPLINK, errorAbout(ends));
    assertEquals("ICMP_UNKNOWN_QUOTE", bench.packets.fate(0));
    assertEquals(1, bench.counted("acme", "ICMP_UNKNOWN_QUOTE"));
    assertEquals(1, bench.counters.tunnelDroppedPackets(slot("acme", "chicago")));
    assertEquals(1, bench.counters.tunnelErrors(slot("acme", "chicago")));
  }

  /** Probes of both kinds, which we sent ourselves, and who can't be told. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.2 9.9.9.9",
        "9.9.9.9 192.0.2.2",
        "192.0.2.2 203.0.113.9",
        "198.51.100.1 203.0.113.9",
        "192.0.2.255 203.0.113.9",
        "224.0.0.5 203.0.113.9",
        "0.0.0.0 203.0.113.9",
        "2001:db8:1::2 2001:db8:acc::9",
        "fe80::8 2001:db8:acc::9",
        "ff02::8 2001:db8:acc::9",
        ":: 2001:db8:acc::9",
        "::1 2001:db8:acc::9",
        "127.0.0.1 203.0.113.9",
        "255.255.255.255 203.0.113.9",
      })
  void shouldNotTellOthersThanThoseWhoCanHaveSent(String ends) {
    bench.process(UPLINK, errorAbout(ends));
    assertEquals("CONSUMED", bench.packets.fate(0));
    assertEquals(0, bench.counters.tunnelDroppedPackets(slot("acme", "chicago")));
    assertEquals(1, bench.counters.tunnelErrors(slot("acme", "chicago")));
  }

  private static byte[] errorAbout(String ends) {
    String from = ends.substring(0, ends.indexOf(' '));
    String to = ends.substring(ends.indexOf(' ') + 1);
    Frames outer = Frames.packet().ipv4(TestAppliance.ENDPOINT, TestAppliance.ACME_REMOTE).gre();
    Frames inner = from.contains(":") ? outer.ipv6(from, to) : outer.ipv4(from, to);
    return error(3, 1, 0).payload(inner.udp(1, 2).payload(8).bytes()).bytes();
  }

  @Test
  void shouldTellAnotherTenantThroughItsTunnel() {
    Frames between =
        fromUplink()
            .ipv4(TestAppliance.ACME_REMOTE, TestAppliance.ENDPOINT)
            .gre()
            .ipv4(ACME, GAMMA);
    byte[] outer = sent(between.udp(1, 2).payload(8));
    bench.process(UPLINK, error6(1, 0, 0).payload(outer).bytes());
    assertEquals("ANSWERED", bench.packets.fate(0));
    assertEquals(1, bench.counted("acme", "ANSWERED"));
    byte[] inner = Arrays.copyOfRange(outer, 44, outer.length);
    byte[] expected =
        Frames.ethernet(TestAppliance.GATEWAY_MAC, TestAppliance.UPLINK_MAC)
            .ipv4(TestAppliance.ENDPOINT, TestAppliance.ACME_REMOTE)
            .tos(0xc0)
            .id(0)
            .flagsAndOffset(DF)
            .gre()
            .ipv4(TestAppliance.UPLINK_IPV4, ACME)
            .tos(0xc0)
            .id(0)
            .flagsAndOffset(DF)
            .ttl(63)
            .icmp(3, 1, 0)
            .payload(inner)
            .bytes();
    assertArrayEquals(expected, bench.packets.frame(0));
  }

  /** The error came by a port that has no address of the sender's family. */
  @Test
  void shouldSpeakForAPortWithoutAnAddress() {
    byte[] outer6 = sent(fromUplink().ipv6(CLIENT6, ACME6).udp(1, 2).payload(64));
    byte[] error =
        Frames.ethernet(TestAppliance.INSIDE_MAC, TestAppliance.REMOTE_MAC)
            .vlan(7)
            .ipv4(ROUTER, TestAppliance.ENDPOINT)
            .icmp(3, 1, 0)
            .payload(outer6)
            .bytes();
    bench.process(TestAppliance.INSIDE, error);
    assertEquals("ANSWERED", bench.packets.fate(0));
    assertEquals(UPLINK, bench.packets.batch.port(0));
    byte[] source = Arrays.copyOfRange(bench.packets.frame(0), 22, 38);
    assertArrayEquals(Frames.address(TestAppliance.UPLINK_IPV6), source);
  }

  /** Its own bucket: whoever forges these takes nothing from errors about real packets. */
  @Test
  void shouldTellNoMoreThanItsRate() {
    byte[] outer = sent(fromUplink().ipv4(CLIENT, ACME).udp(1, 2).payload(8));
    byte[] error = error(3, 1, 0).payload(outer).bytes();
    byte[][] flood = new byte[32][];
    Arrays.fill(flood, error);
    for (int burst = 0; burst < 10; burst++) {
      bench.process(UPLINK, flood);
    }
    assertEquals(100, bench.counted("acme", "ANSWERED"));
    assertEquals(220, bench.counted("acme", "CONSUMED"));
    bench.process(UPLINK, fromUplink().ipv4(CLIENT, ACME).ttl(1).udp(1, 2).bytes());
    assertEquals("ANSWERED", bench.packets.fate(0));
  }
}
