package io.breakwater.workers.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Sequences of a client's segments, and what each is to its flow. A step is {@code seconds flags
 * sequence[+bytes] answer}; with {@code *} before it connections may be learned.
 */
class TcpFlowsTest {

  private static final long HASH = 0x1234_5678_9abc_def0L;
  private static final String[] ANSWERS = {"UNKNOWN", "KNOWN", "BEGUN", "COMPLETED", "PLAUSIBLE"};

  private record Case(String name, String... steps) {}

  private static final List<Case> CASES =
      List.of(
          new Case(
              "handshake, data, close",
              "0 S 1000 BEGUN",
              "0.1 A 1001 COMPLETED",
              "0.1 AP 1001+500 KNOWN",
              "9 A 1501 KNOWN",
              "9 FA 1501 KNOWN",
              "9.1 A 1502 KNOWN"),
          new Case(
              "retransmitted SYN, twice",
              "0 S 1000 BEGUN",
              "1 S 1000 KNOWN",
              "3 S 1000 KNOWN",
              "3.1 A 1001 COMPLETED"),
          new Case(
              "retransmitted SYN keeps the handshake open",
              "0 S 1000 BEGUN",
              "50 S 1000 KNOWN",
              "100 A 1001 COMPLETED"),
          new Case(
              "the ACK is lost, data completes the handshake",
              "0 S 1000 BEGUN",
              "0.2 AP 2449+1448 COMPLETED",
              "0.3 AP 1001+1448 KNOWN"),
          new Case(
              "a SYN that comes late, behind its ACK",
              "0 S 1000 BEGUN",
              "0.1 A 1001 COMPLETED",
              "0.2 S 1000 KNOWN",
              "0.3 A 1001 KNOWN"),
          new Case("data in the SYN (RFC 7413)", "0 S 1000+1400 BEGUN", "0.1 A 2401 COMPLETED"),
          new Case(
              "simultaneous open (RFC 9293 3.5)",
              "0 S 1000 BEGUN",
              "0.1 SA 1000 KNOWN",
              "0.2 SA 1000 KNOWN",
              "0.3 A 1001 COMPLETED"),
          new Case(
              "a SYN-ACK that does not repeat the SYN", "0 S 1000 BEGUN", "0.1 SA 900000 UNKNOWN"),
          new Case(
              "a FIN is the first to acknowledge",
              "0 S 1000 BEGUN",
              "0.1 FA 1001 COMPLETED",
              "0.2 A 1002 KNOWN"),
          new Case(
              "an ACK of no such handshake",
              "0 S 1000 BEGUN",
              "0.1 A 900000 UNKNOWN",
              "0.1 A 4294000000 UNKNOWN",
              "0.2 A 1001 COMPLETED"),
          new Case("a handshake that takes too long", "0 S 1000 BEGUN", "68 A 1001 UNKNOWN"),
          new Case(
              "another SYN takes the place of one that is half open",
              "0 S 1000 BEGUN",
              "1 S 5000000 BEGUN",
              "1.1 A 1001 UNKNOWN",
              "1.2 A 5000001 COMPLETED"),
          new Case(
              "sequence numbers come around",
              "0 S 4294967290 BEGUN",
              "0.1 A 4294967291 COMPLETED",
              "0.2 AP 4294967291+1000 KNOWN",
              "0.3 AP 995 KNOWN",
              "0.4 A 4294967291 KNOWN"),
          new Case(
              "keep-alive every two hours, one before the next sequence number",
              "0 S 65535 BEGUN",
              "0.1 A 65536 COMPLETED",
              "7200 A 65535 KNOWN",
              "14400 A 65535 KNOWN",
              "14401 AP 65536+10 KNOWN"),
          new Case(
              "keep-alive with a byte",
              "0 S 65535 BEGUN",
              "0.1 A 65536 COMPLETED",
              "75 A 65535+1 KNOWN"),
          new Case(
              "idle for more than 2 h 4 min",
              "0 S 1000 BEGUN",
              "0.1 A 1001 COMPLETED",
              "7448 A 1001 UNKNOWN"),
          new Case(
              "half-close: acknowledges what the server sends for long",
              "0 S 1000 BEGUN",
              "0.1 A 1001 COMPLETED",
              "1 FA 1001 KNOWN",
              "100 A 1002 KNOWN",
              "200 A 1002 KNOWN",
              "300 A 1002 KNOWN",
              "428 A 1002 UNKNOWN"),
          new Case(
              "a FIN and data are retransmitted in any order",
              "0 S 1000 BEGUN",
              "0.1 A 1001 COMPLETED",
              "1 FA 2001 KNOWN",
              "1.2 AP 1001+1000 KNOWN",
              "1.5 FA 2001 KNOWN",
              "2 FA 1001+1000 KNOWN",
              "120 A 2002 KNOWN"),
          new Case(
              "zero window probes",
              "0 S 1000 BEGUN",
              "0.1 A 1001 COMPLETED",
              "1 A 1000 KNOWN",
              "2 A 1001+1 KNOWN",
              "60 A 1001+1 KNOWN",
              "500 AP 1001+1448 KNOWN"),
          new Case(
              "64 MiB under way, of which all but the last is lost",
              "0 S 1000 BEGUN",
              "0.1 A 1001 COMPLETED",
              "1 AP 67109000+1448 KNOWN",
              "1 A 1001+1448 KNOWN"),
          new Case(
              "beyond that it is not this connection",
              "0 S 1000 BEGUN",
              "0.1 A 1001 COMPLETED",
              "1 A 67239936 UNKNOWN",
              "1 A 4227792896 UNKNOWN",
              "2 A 1001 KNOWN"),
          new Case(
              "RST",
              "0 S 1000 BEGUN",
              "0.1 A 1001 COMPLETED",
              "1 R 1001 KNOWN",
              "2 RA 1001 KNOWN",
              "40 A 1001 UNKNOWN"),
          new Case("RST of a handshake", "0 S 1000 BEGUN", "0.1 R 1001 KNOWN", "1 S 9000000 BEGUN"),
          new Case(
              "a forged RST near the window does not end it",
              "0 S 1000 BEGUN",
              "0.1 A 1001 COMPLETED",
              "1 R 900000 KNOWN",
              "2 A 1001 KNOWN",
              "3600 A 1001 KNOWN"),
          new Case(
              "a forged RST anywhere else",
              "0 S 1000 BEGUN",
              "0.1 A 1001 COMPLETED",
              "1 R 2000000 UNKNOWN",
              "1 R 3000000000 UNKNOWN",
              "3600 A 1001 KNOWN"),
          new Case(
              "a forged FIN in the wide window does not close it",
              "0 S 1000 BEGUN",
              "0.1 A 1001 COMPLETED",
              "1 FA 50000000 KNOWN",
              "3600 A 1001 KNOWN"),
          new Case(
              "a forged SYN does not end it (RFC 5961 4)",
              "0 S 1000 BEGUN",
              "0.1 A 1001 COMPLETED",
              "1 S 3000000000 BEGUN",
              "2 S 2000000000 BEGUN",
              "3 AP 1001+9 KNOWN",
              "3600 A 1010 KNOWN"),
          new Case(
              "the same ports again, though the end of the first was not seen",
              "0 S 1000 BEGUN",
              "0.1 A 1001 COMPLETED",
              "90 S 3000000000 BEGUN",
              "90.1 A 3000000001 COMPLETED",
              "91 A 1001 KNOWN",
              "92 AP 3000000001+9 KNOWN",
              "100 S 2000000000 BEGUN",
              "100.1 A 2000000001 COMPLETED",
              "101 A 1001 UNKNOWN",
              "101 A 3000000001 KNOWN",
              "101 A 2000000001 KNOWN"),
          new Case(
              "the same ports again after a close",
              "0 S 1000 BEGUN",
              "0.1 FA 1001 COMPLETED",
              "1 S 3000000000 BEGUN",
              "1.1 A 3000000001 COMPLETED"),
          new Case(
              "the same ports again, by chance near where the first connection was",
              "0 S 1000 BEGUN",
              "0.1 FA 1001 COMPLETED",
              "60 S 9000000 BEGUN",
              "60.1 A 9000001 COMPLETED",
              "3600 A 9000001 KNOWN"),
          new Case(
              "segments of no connection",
              "0 A 1 UNKNOWN",
              "0 AP 1+9 UNKNOWN",
              "0 FA 1 UNKNOWN",
              "0 R 1 UNKNOWN",
              "0 RA 1 UNKNOWN",
              "0 SA 1 UNKNOWN",
              "0 - 1 UNKNOWN",
              "0 FPU 1 UNKNOWN",
              "9 A 1 UNKNOWN"),
          new Case(
              "without any flag, of a connection that is there",
              "0 S 1000 BEGUN",
              "0.1 A 1001 COMPLETED",
              "1 - 1001 UNKNOWN",
              "1 F 1001 UNKNOWN"),
          new Case(
              "learned: two segments some seconds apart",
              "*0 A 1000 UNKNOWN",
              "*1 AP 1000+9 UNKNOWN",
              "*5 A 1009 KNOWN",
              "9 A 1009 KNOWN",
              "7000 A 1009 KNOWN"),
          new Case(
              "seen once, and again when nothing may be learned",
              "*0 A 1000 UNKNOWN",
              "1 A 1000 UNKNOWN",
              "5 A 1000 PLAUSIBLE",
              "5 A 900000000 UNKNOWN"),
          new Case(
              "a RST, a FIN or no ACK is not learned",
              "*0 R 1000 UNKNOWN",
              "*0 FA 1000 UNKNOWN",
              "*0 - 1000 UNKNOWN",
              "9 A 1000 UNKNOWN"),
          new Case(
              "learned: a connection that the tenant opened",
              "*0 SA 1000 UNKNOWN",
              "*5 A 1001 KNOWN",
              "6 SA 1000 KNOWN"),
          new Case(
              "learned anew after it was at another server",
              "*0 S 1000 BEGUN",
              "*0.1 A 1001 COMPLETED",
              "*100 A 900000000 UNKNOWN",
              "*105 A 900000100 KNOWN",
              "106 A 900000100 KNOWN",
              "107 A 1001 KNOWN"),
          new Case(
              "a clock that is put back",
              "300 S 1000 BEGUN",
              "300.1 A 1001 COMPLETED",
              "100 A 1001 KNOWN",
              "301 A 1001 KNOWN"));

  @TestFactory
  Stream<DynamicTest> shouldTellWhatEachSegmentIs() {
    return CASES.stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> run(c)));
  }

  private static void run(Case c) {
    var flows = new TcpFlows(64);
    for (String step : c.steps()) {
      boolean learning = step.startsWith("*");
      String[] parts = step.substring(learning ? 1 : 0).split(" ");
      String[] sequence = parts[2].split("\\+");
      int answer =
          flows.follow(
              HASH,
              flags(parts[1]),
              (int) Long.parseLong(sequence[0]),
              sequence.length > 1,
              tick(Double.parseDouble(parts[0])),
              learning);
      assertEquals(parts[3], ANSWERS[answer], step);
    }
  }

  private static int flags(String letters) {
    int flags = 0;
    for (char letter : letters.toCharArray()) {
      flags |= letter == '-' ? 0 : 1 << "FSRPAU".indexOf(letter);
    }
    return flags;
  }

  private static int tick(double seconds) {
    return TcpFlows.tickOf((long) (1e9 * (1_000_000 + seconds)));
  }

  // ---------------------------------------------------------------- place

  private static final int S = 0x02;
  private static final int A = 0x10;

  /** Flows of one bucket. */
  private static long hash(int flow) {
    return (long) flow << 32;
  }

  @Test
  void shouldLetNoSynDisplaceAnEstablishedConnection() {
    var flows = new TcpFlows(64);
    for (int flow = 1; flow <= 8; flow++) {
      assertEquals(TcpFlows.BEGUN, flows.follow(hash(flow), S, 1000, false, tick(0), false));
      assertEquals(TcpFlows.COMPLETED, flows.follow(hash(flow), A, 1001, false, tick(0), false));
    }
    for (int flow = 9; flow < 10_000; flow++) {
      flows.follow(hash(flow), S, flow, false, tick(7_000), true);
      flows.follow(hash(flow), A, flow, false, tick(7_000), true);
    }
    for (int flow = 1; flow <= 8; flow++) {
      assertEquals(TcpFlows.KNOWN, flows.follow(hash(flow), A, 1001, false, tick(7_000), false));
    }
  }

  @Test
  void shouldLetWhatWasSeenOnceYieldToSynsAndToItsLikes() {
    var flows = new TcpFlows(64);
    flows.follow(hash(1), S, 1000, false, tick(0), true);
    for (int flow = 100; flow < 200; flow++) {
      flows.follow(hash(flow), A, 1, false, tick(1), true);
    }
    for (int flow = 2; flow <= 8; flow++) {
      flows.follow(hash(flow), S, 1000, false, tick(2), true);
    }
    for (int flow = 1; flow <= 8; flow++) {
      assertEquals(TcpFlows.COMPLETED, flows.follow(hash(flow), A, 1001, false, tick(3), false));
    }
  }

  @Test
  void shouldDisplaceTheOldestHalfOpenConnectionByANewOne() {
    var flows = new TcpFlows(64);
    for (int flow = 1; flow <= 9; flow++) {
      flows.follow(hash(flow), S, 1000, false, tick(5 * flow), false);
    }
    assertEquals(TcpFlows.UNKNOWN, flows.follow(hash(1), A, 1001, false, tick(46), false));
    for (int flow = 2; flow <= 9; flow++) {
      assertEquals(TcpFlows.COMPLETED, flows.follow(hash(flow), A, 1001, false, tick(46), false));
    }
  }

  @Test
  void shouldReuseThePlacesOfConnectionsThatAreOver() {
    var flows = new TcpFlows(64);
    for (int flow = 1; flow <= 8; flow++) {
      flows.follow(hash(flow), S, 1000, false, tick(0), false);
      flows.follow(hash(flow), A | 1, 1001, false, tick(0), false);
    }
    flows.follow(hash(9), S, 1000, false, tick(100), false);
    assertEquals(TcpFlows.UNKNOWN, flows.follow(hash(9), A, 1001, false, tick(100), false));
    flows.follow(hash(9), S, 1000, false, tick(130), false);
    assertEquals(TcpFlows.COMPLETED, flows.follow(hash(9), A, 1001, false, tick(130), false));
  }

  @Test
  void shouldDisplaceTheOldestEstablishedConnectionByOneThatIsAdmitted() {
    var flows = new TcpFlows(64);
    for (int flow = 1; flow <= 9; flow++) {
      flows.admit(hash(flow), 1000, false, tick(5 * flow));
    }
    assertEquals(TcpFlows.UNKNOWN, flows.follow(hash(1), A, 1000, false, tick(46), false));
    for (int flow = 2; flow <= 9; flow++) {
      assertEquals(TcpFlows.KNOWN, flows.follow(hash(flow), A, 1000, false, tick(46), false));
    }
  }

  @Test
  void shouldRefuseSizesThatAreNoPowerOfTwo() {
    assertThrows(IllegalArgumentException.class, () -> new TcpFlows(100));
    assertThrows(IllegalArgumentException.class, () -> new TcpFlows(32));
  }
}
