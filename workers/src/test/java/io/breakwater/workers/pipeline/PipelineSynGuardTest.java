package io.breakwater.workers.pipeline;

import static io.breakwater.workers.pipeline.GuardedBench.ACK;
import static io.breakwater.workers.pipeline.GuardedBench.RST;
import static io.breakwater.workers.pipeline.GuardedBench.SECOND_NS;
import static io.breakwater.workers.pipeline.GuardedBench.SERVER;
import static io.breakwater.workers.pipeline.GuardedBench.SERVER6;
import static io.breakwater.workers.pipeline.GuardedBench.SYN;
import static io.breakwater.workers.pipeline.GuardedBench.SYN_ACK;
import static io.breakwater.workers.pipeline.GuardedBench.always;
import static io.breakwater.workers.pipeline.GuardedBench.ipv4;
import static io.breakwater.workers.pipeline.GuardedBench.ipv6;
import static io.breakwater.workers.pipeline.GuardedBench.segment;
import static io.breakwater.workers.pipeline.GuardedBench.withNumbers;
import static io.breakwater.workers.pipeline.WayFrames.CLIENT;
import static io.breakwater.workers.pipeline.WayFrames.CLIENT6;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.protection.SynFlood;
import io.breakwater.config.protection.SynFlood.Mode;
import io.breakwater.config.protection.SynFlood.PortRange;
import io.breakwater.config.protection.When;
import io.breakwater.workers.Frames;
import io.breakwater.workers.pipeline.GuardedBench.Answer;
import io.breakwater.workers.protection.CookieKeys;
import io.breakwater.workers.protection.SynGuardCounters.Event;
import io.breakwater.workers.protection.VerifiedSources;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The SYN guard in the pipeline, with clients that do what real stacks do. */
class PipelineSynGuardTest {

  private static final int ISN = 0xffff_fffe;

  private GuardedBench guard;

  private void start(SynFlood flood) {
    guard = new GuardedBench(flood);
  }

  private static byte[] syn(int port) {
    return segment(ipv4(CLIENT), port, SYN, ISN, 0);
  }

  private static byte[] syn6(int port) {
    return segment(ipv6(CLIENT6), port, SYN, ISN, 0);
  }

  // ---------------------------------------------------------------- challenge

  @Test
  void shouldLetAClientInThatIsChallenged() {
    start(always(Mode.CHALLENGE));
    assertEquals("ANSWERED", guard.fate(syn(4_000)));
    Answer answer = guard.answer();
    int cookie = answer.acknowledgement();
    byte[] expected =
        segment(
            Frames.ethernet(TestAppliance.GATEWAY_MAC, TestAppliance.UPLINK_MAC)
                .ipv4(SERVER, CLIENT)
                .id(0)
                .flagsAndOffset(WayFrames.DF)
                .ttl(64),
            443,
            4_000,
            SYN_ACK,
            answer.sequence(),
            cookie);
    Arrays.fill(expected, 48, 50, (byte) 0);
    System.arraycopy(answer.frame(), 50, expected, 50, 2);
    assertArrayEquals(expected, answer.frame());
    assertTrue(answer.checksumsHold());
    assertNotEquals(ISN + 1, cookie);

    // RFC 9293 3.10.7.3: the client resets what it did not ask for, and sends its SYN again.
    assertEquals("CONSUMED", guard.fate(segment(ipv4(CLIENT), 4_000, RST, cookie, 0)));
    guard.pass(1);
    assertEquals("DELIVERED", guard.fate(syn(4_000)));
    assertEquals("DELIVERED", guard.fate(segment(ipv4(CLIENT), 4_000, ACK, ISN + 1, 77)));
    assertEquals("DELIVERED", guard.fate(syn(4_001)));
    assertEquals(1, guard.count(Event.CHALLENGES_SENT));
    assertEquals(1, guard.count(Event.COOKIES_VALID));
    assertEquals(2, guard.count(Event.SYNS_PASSED));
    assertEquals(0, guard.count(Event.COOKIES_INVALID));
  }

  @Test
  void shouldLetAClientOfIpv6InWithItsWholeNetwork() {
    start(always(Mode.CHALLENGE));
    assertEquals("ANSWERED", guard.fate(syn6(4_000)));
    Answer answer = guard.answer();
    byte[] expected =
        segment(
            Frames.ethernet(TestAppliance.GATEWAY_MAC, TestAppliance.UPLINK_MAC)
                .ipv6(SERVER6, CLIENT6)
                .ttl(64),
            443,
            4_000,
            SYN_ACK,
            answer.sequence(),
            answer.acknowledgement());
    Arrays.fill(expected, 68, 70, (byte) 0);
    System.arraycopy(answer.frame(), 70, expected, 70, 2);
    assertArrayEquals(expected, answer.frame());
    assertTrue(answer.checksumsHold());
    byte[] reset = segment(ipv6(CLIENT6), 4_000, RST, answer.acknowledgement(), 0);
    assertEquals("CONSUMED", guard.fate(reset));
    guard.pass(1);
    assertEquals("DELIVERED", guard.fate(syn6(4_000)));
    assertEquals("DELIVERED", guard.fate(segment(ipv6("2600::9"), 5_000, SYN, ISN, 0)));
    assertEquals("ANSWERED", guard.fate(segment(ipv6("2600:0:0:1::9"), 5_000, SYN, ISN, 0)));
  }

  @Test
  void shouldDropResetsWithoutAGoodCookie() {
    start(always(Mode.CHALLENGE));
    guard.fate(syn(4_000));
    int cookie = guard.answer().acknowledgement();
    for (int bit = 0; bit < 32; bit++) {
      byte[] forged = segment(ipv4(CLIENT), 4_000, RST, cookie ^ 1 << bit, 0);
      assertEquals("SYN_COOKIE_INVALID", guard.fate(forged));
    }
    assertEquals("SYN_COOKIE_INVALID", guard.fate(segment(ipv4(CLIENT), 4_001, RST, cookie, 0)));
    assertEquals("SYN_COOKIE_INVALID", guard.fate(segment(ipv4("8.8.4.5"), 4_000, RST, cookie, 0)));
    assertEquals(34, guard.count(Event.COOKIES_INVALID));
    assertEquals("ANSWERED", guard.fate(syn(4_000)));
    guard.pass(180);
    assertEquals("SYN_COOKIE_INVALID", guard.fate(segment(ipv4(CLIENT), 4_000, RST, cookie, 0)));
  }

  @Test
  void shouldPassResetsOfVerifiedSources() {
    start(always(Mode.CHALLENGE));
    verify(CLIENT, 4_000);
    assertEquals("DELIVERED", guard.fate(segment(ipv4(CLIENT), 4_000, RST, 12_345, 0)));
  }

  /** Challenges a client, and answers for it. */
  private void verify(String client, int port) {
    assertEquals("ANSWERED", guard.fate(segment(ipv4(client), port, SYN, ISN, 0)));
    int cookie = guard.answer().acknowledgement();
    assertEquals("CONSUMED", guard.fate(segment(ipv4(client), port, RST, cookie, 0)));
  }

  @Test
  void shouldAskAgainWhenTheSourcesTimeIsOver() {
    start(always(Mode.CHALLENGE));
    verify(CLIENT, 4_000);
    guard.pass(500);
    assertEquals("DELIVERED", guard.fate(syn(4_000)));
    guard.pass(110);
    assertEquals("ANSWERED", guard.fate(syn(4_000)));
  }

  @Test
  void shouldRevokeASourceThatFloods() {
    start(always(Mode.CHALLENGE));
    verify(CLIENT, 4_000);
    for (int i = 0; i < VerifiedSources.SYNS_PER_TICK; i++) {
      assertEquals("DELIVERED", guard.fate(syn(i + 1)));
    }
    assertEquals("ANSWERED", guard.fate(syn(4_000)));
    assertEquals(1, guard.count(Event.SOURCES_REVOKED));
  }

  /** Keys are the fleet's: what one server asked, another one may be told. */
  @Test
  void shouldAcceptACookieOfAnotherServer() {
    start(always(Mode.CHALLENGE));
    GuardedBench other = new GuardedBench(always(Mode.CHALLENGE));
    other.fate(syn(4_000));
    int cookie = other.answer().acknowledgement();
    assertEquals("CONSUMED", guard.fate(segment(ipv4(CLIENT), 4_000, RST, cookie, 0)));
    other.fate(syn(4_001));
    int late = other.answer().acknowledgement();
    byte[] rotated = new byte[32];
    rotated[0] = 1;
    guard.bench.protection.synGuard().setKeys(CookieKeys.derive(rotated, guard.nowNs, 0));
    assertEquals("SYN_COOKIE_INVALID", guard.fate(segment(ipv4("8.8.4.5"), 4_001, RST, late, 0)));
  }

  // ---------------------------------------------------------------- reset

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldResetAConnectionThatVerifiedItsSource(boolean overIpv6) {
    start(always(Mode.RESET));
    byte[] syn = overIpv6 ? syn6(4_000) : syn(4_000);
    assertEquals("ANSWERED", guard.fate(syn));
    Answer answer = guard.answer();
    assertEquals(SYN_ACK, answer.flags());
    assertEquals(ISN + 1, answer.acknowledgement());
    assertTrue(answer.checksumsHold());
    int next = answer.sequence() + 1;
    byte[] forged = segment(client(overIpv6), 4_000, ACK, ISN + 1, next + 1);
    assertEquals("DELIVERED", guard.fate(forged));
    assertEquals("ANSWERED", guard.fate(syn));

    assertEquals("ANSWERED", guard.fate(segment(client(overIpv6), 4_000, ACK, ISN + 1, next)));
    Answer reset = guard.answer();
    assertEquals(RST, reset.flags());
    assertEquals(next, reset.sequence());
    assertTrue(reset.checksumsHold());
    assertEquals("DELIVERED", guard.fate(overIpv6 ? syn6(4_001) : syn(4_001)));
    assertEquals(1, guard.count(Event.RESETS_SENT));
    assertEquals(2, guard.count(Event.COOKIES_SENT));
  }

  private static Frames client(boolean overIpv6) {
    return overIpv6 ? ipv6(CLIENT6) : ipv4(CLIENT);
  }

  /** Its first data may come before the bare ACK, or in its place. */
  @Test
  void shouldTakeDataForTheAcknowledgement() {
    start(always(Mode.RESET));
    guard.fate(syn(4_000));
    int next = guard.answer().sequence() + 1;
    byte[] data =
        withNumbers(ipv4(CLIENT).tcp(4_000, 443, ACK).payload(100).bytes(), 34, ISN + 1, next);
    assertEquals("ANSWERED", guard.fate(data));
    assertEquals(54, guard.answer().frame().length);
    assertEquals("DELIVERED", guard.fate(syn(4_001)));
  }

  // ---------------------------------------------------------------- retransmit

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldPassASynThatComesAgain(boolean overIpv6) {
    start(always(Mode.RETRANSMIT));
    byte[] syn = overIpv6 ? syn6(4_000) : syn(4_000);
    assertEquals("SYN_UNVERIFIED", guard.fate(syn));
    assertEquals("SYN_UNVERIFIED", guard.fate(syn));
    guard.pass(0.2);
    assertEquals("SYN_UNVERIFIED", guard.fate(syn));
    guard.pass(0.8);
    assertEquals("DELIVERED", guard.fate(syn));
    assertEquals("DELIVERED", guard.fate(overIpv6 ? syn6(4_001) : syn(4_001)));
    assertEquals(1, guard.count(Event.RETRANSMISSIONS));
  }

  @Test
  void shouldNotPassAnotherSyn() {
    start(always(Mode.RETRANSMIT));
    guard.fate(syn(4_000));
    guard.pass(1);
    assertEquals("SYN_UNVERIFIED", guard.fate(segment(ipv4(CLIENT), 4_000, SYN, ISN + 1, 0)));
    assertEquals("SYN_UNVERIFIED", guard.fate(syn(4_001)));
    guard.pass(20);
    assertEquals("SYN_UNVERIFIED", guard.fate(syn(4_000)));
  }

  // ---------------------------------------------------------------- engaged, or not

  @Test
  void shouldEngageWhenTheTenantsThresholdIsPassed() {
    start(new SynFlood(Mode.CHALLENGE, When.ATTACK, 1_000, 1_000_000, 0, 30, List.of()));
    assertEquals("DELIVERED", guard.fate(syn(4_000)));
    assertEquals("DELIVERED", guard.fate(segment(ipv4(CLIENT), 4_000, RST, 1, 0)));
    int delivered = 0;
    for (int i = 0; i < 1_000; i++) {
      guard.nowNs += 10_000;
      byte[] flood = segment(ipv4("9.9.%d.%d".formatted(i >>> 8, i & 0xff)), 1, SYN, i, 0);
      delivered += guard.fate(flood).equals("DELIVERED") ? 1 : 0;
    }
    assertTrue(delivered > 200 && delivered < 300, "delivered=" + delivered);
    assertEquals("ANSWERED", guard.fate(syn(4_000)));
    assertEquals("SYN_COOKIE_INVALID", guard.fate(segment(ipv4(CLIENT), 4_000, RST, 1, 0)));
    assertEquals(1, guard.count(Event.TENANT_ENGAGED));
    guard.pass(31);
    assertEquals("DELIVERED", guard.fate(syn(4_000)));
  }

  @Test
  void shouldEngageForOneDestination() {
    start(new SynFlood(Mode.CHALLENGE, When.ATTACK, 1_000_000, 100, 0, 30, List.of()));
    for (int i = 0; i < 100; i++) {
      guard.fate(segment(ipv4("9.9.9." + i), 1, SYN, i, 0));
    }
    assertEquals("ANSWERED", guard.fate(syn(4_000)));
    assertEquals(1, guard.count(Event.DESTINATION_ENGAGED));
    int cookie = guard.answer().acknowledgement();
    assertEquals("CONSUMED", guard.fate(segment(ipv4(CLIENT), 4_000, RST, cookie, 0)));
    byte[] elsewhere = segment(WayFrames.fromUplink().ipv4("9.9.9.9", "203.0.113.8"), 1, SYN, 1, 0);
    assertEquals("DELIVERED", guard.fate(elsewhere));
  }

  @Test
  void shouldDoNothingWithWhenNever() {
    start(new SynFlood(Mode.CHALLENGE, When.NEVER, 1, 1, 0, 30, List.of()));
    for (int i = 0; i < 100; i++) {
      assertEquals("DELIVERED", guard.fate(syn(1 + i)));
    }
    assertTrue(guard.bench.tables.protection().synGuard().isEmpty());
  }

  @Test
  void shouldFollowTheFirstExceptionThatFits() {
    PortRange web = new PortRange(80, 443);
    start(
        always(
            Mode.CHALLENGE,
            new SynFlood.Exception(
                Optional.of(TestAppliance.prefix("203.0.113.8/29")), List.of(web), Mode.OFF),
            new SynFlood.Exception(
                Optional.of(TestAppliance.prefix("203.0.113.0/28")), List.of(), Mode.RETRANSMIT),
            new SynFlood.Exception(
                Optional.of(TestAppliance.prefix("2001:db8:acc::7/128")),
                List.of(web, new PortRange(22, 22)),
                Mode.RESET)));
    assertEquals("DELIVERED", fateTo("203.0.113.8", 443));
    assertEquals("SYN_UNVERIFIED", fateTo("203.0.113.8", 444));
    assertEquals("SYN_UNVERIFIED", fateTo("203.0.113.7", 443));
    assertEquals("ANSWERED", fateTo("203.0.113.16", 443));
    assertNotEquals(ISN + 1, guard.answer().acknowledgement());
    guard.fate(segment(ipv6(CLIENT6), 4_000, 22, SYN, ISN, 0));
    assertEquals(ISN + 1, guard.answer().acknowledgement());
    guard.fate(segment(ipv6(CLIENT6), 4_000, 23, SYN, ISN, 0));
    assertNotEquals(ISN + 1, guard.answer().acknowledgement());
  }

  private String fateTo(String server, int port) {
    return guard.fate(
        segment(WayFrames.fromUplink().ipv4(CLIENT, server), 4_000, port, SYN, ISN, 0));
  }

  // ---------------------------------------------------------------- one fate for all there is

  @Test
  void shouldPassWhatIsNoSynWhileEngaged() {
    start(always(Mode.CHALLENGE));
    for (int flags :
        new int[] {SYN_ACK, ACK, ACK | 0x08, ACK | 0x01, 0x01, 0x00, 0x29, SYN | RST}) {
      assertEquals("DELIVERED", guard.fate(segment(ipv4(CLIENT), 4_000, flags, 1, 2)), "" + flags);
    }
    assertEquals("DELIVERED", guard.fate(ipv4(CLIENT).udp(53, 53).payload(10).bytes()));
  }

  @ParameterizedTest
  @ValueSource(ints = {SYN, SYN | 0xc0, SYN | 0x01, SYN | 0x08, SYN | 0x20})
  void shouldAnswerEverySynWithoutEcnAndOptions(int flags) {
    start(always(Mode.CHALLENGE));
    assertEquals("ANSWERED", guard.fate(segment(ipv4(CLIENT), 4_000, flags, ISN, 0)));
    assertEquals(SYN_ACK, guard.answer().flags());
  }

  @Test
  void shouldAnswerNeitherOptionsNorDataNorExtensionHeaders() {
    start(always(Mode.CHALLENGE));
    byte[] options = Frames.hex("020405b40402080a0000000100000000 01030307".replace(" ", ""));
    assertEquals(
        "ANSWERED", guard.fate(ipv4(CLIENT).tcp(4_000, 443, SYN, options).payload(50).bytes()));
    assertEquals(54, guard.answer().frame().length);
    assertTrue(guard.answer().checksumsHold());
    assertEquals(
        "ANSWERED",
        guard.fate(ipv4(CLIENT).options("01010101").tcp(4_000, 443, SYN, options).bytes()));
    assertEquals(54, guard.answer().frame().length);
    assertTrue(guard.answer().checksumsHold());
    byte[] padded = Frames.hex("000104000000");
    byte[] behind = ipv6(CLIENT6).extension(60, padded).tcp(4_000, 443, SYN, options).bytes();
    assertEquals("ANSWERED", guard.fate(behind));
    assertEquals(74, guard.answer().frame().length);
    assertTrue(guard.answer().checksumsHold());
    assertEquals(6, Frames.u8(guard.answer().frame(), 20));
  }

  @Test
  void shouldKeepTheTagsOfVlans() {
    start(always(Mode.CHALLENGE));
    Frames tagged = Frames.ethernet(TestAppliance.UPLINK_MAC, TestAppliance.GATEWAY_MAC).vlan(12);
    assertEquals("ANSWERED", guard.fate(segment(tagged.ipv4(CLIENT, SERVER), 4_000, SYN, ISN, 0)));
    Answer answer = guard.answer();
    assertEquals(58, answer.frame().length);
    assertEquals(12, Frames.u16(answer.frame(), 14));
    assertTrue(answer.checksumsHold());
  }

  @Test
  void shouldDropFragmentsWithASyn() {
    start(always(Mode.CHALLENGE));
    byte[] first = ipv4(CLIENT).flagsAndOffset(0x2000).tcp(4_000, 443, SYN).payload(4).bytes();
    assertEquals("SYN_UNVERIFIED", guard.fate(first));
    byte[] later = ipv4(CLIENT).protocol(6).flagsAndOffset(3).payload(new byte[40]).bytes();
    assertEquals("DELIVERED", guard.fate(later));
    byte[] fragment = Frames.hex("000001 00000001".replace(" ", ""));
    byte[] first6 = ipv6(CLIENT6).extension(44, fragment).tcp(4_000, 443, SYN).payload(4).bytes();
    assertEquals("SYN_UNVERIFIED", guard.fate(first6));
  }

  @Test
  void shouldBoundTheAnswersToAPrefix() {
    start(always(Mode.CHALLENGE));
    int answered = 0;
    int limited = 0;
    for (int i = 0; i < 1_000; i++) {
      String fate = guard.fate(segment(ipv4("9.9.9." + (i & 0xff)), i + 1, SYN, ISN, 0));
      answered += fate.equals("ANSWERED") ? 1 : 0;
      limited += fate.equals("SYN_ANSWER_LIMITED") ? 1 : 0;
    }
    assertEquals(256, answered);
    assertEquals(744, limited);
    assertEquals("ANSWERED", guard.fate(syn(4_000)));
    guard.pass(0.2);
    assertEquals("ANSWERED", guard.fate(segment(ipv4("9.9.9.9"), 7, SYN, ISN, 0)));
    assertEquals(744, guard.count(Event.ANSWERS_LIMITED));
  }

  @Test
  void shouldGuardNoOtherTenant() {
    start(always(Mode.CHALLENGE));
    byte[] toBeta = segment(WayFrames.fromUplink().ipv4(CLIENT, "100.64.0.1"), 4_000, SYN, 1, 0);
    assertEquals("DELIVERED", guard.fate(toBeta));
  }

  /** A batch of all kinds: each packet has its fate, and what passes keeps its order. */
  @Test
  void shouldTakeABatchApart() {
    start(always(Mode.CHALLENGE));
    byte[] plain = segment(ipv4(CLIENT), 4_000, ACK, 5, 6);
    guard.bench.process(
        TestAppliance.UPLINK,
        guard.nowNs,
        syn(1),
        plain,
        segment(ipv4(CLIENT), 4_000, RST, 5, 6),
        syn6(2),
        plain,
        syn(3));
    String[] fates = new String[6];
    Arrays.setAll(fates, guard.bench.packets::fate);
    assertArrayEquals(
        new String[] {
          "ANSWERED", "DELIVERED", "SYN_COOKIE_INVALID", "ANSWERED", "DELIVERED", "ANSWERED"
        },
        fates);
  }

  @Test
  void shouldForgetATenantWhoseSlotIsAnothers() {
    start(always(Mode.CHALLENGE));
    verify(CLIENT, 4_000);
    int tenant = guard.bench.tenant("acme");
    guard.bench.protection.reassignTenant(tenant, 0);
    assertEquals(0, guard.count(Event.COOKIES_VALID));
    assertEquals("ANSWERED", guard.fate(syn(4_000)));
    assertTrue(guard.nowNs > SECOND_NS);
  }

  // ---------------------------------------------------------------- with a firewall

  @Test
  void shouldAnswerOnlyWhatTheFirewallLetsBy() {
    String rules =
        """
        table inet f {
          chain c {
            type filter hook prerouting priority 0; policy accept;
            tcp dport 22 drop
            tcp dport 23 reject with tcp reset
          }
        }
        """;
    guard =
        new GuardedBench(
            GuardedBench.guarded(
                always(Mode.CHALLENGE), Optional.of(PipelineFirewallTest.firewall(rules))));
    assertEquals("FIREWALL_DENY", guard.fate(segment(ipv4(CLIENT), 4_000, 22, SYN, ISN, 0)));
    byte[] rejected = ipv4(CLIENT).tcp(4_000, 23, SYN).bytes();
    assertEquals("ANSWERED", guard.fate(rejected));
    assertEquals(RST | ACK, guard.answer().flags());
    assertEquals(0, guard.count(Event.CHALLENGES_SENT));
    assertEquals("ANSWERED", guard.fate(syn(4_000)));
    assertEquals(SYN_ACK, guard.answer().flags());
  }
}
