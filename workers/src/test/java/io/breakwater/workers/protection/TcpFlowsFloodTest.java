package io.breakwater.workers.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What of forged segments comes by: measured against what is stated, with a fixed seed. */
class TcpFlowsFloodTest {

  private static final int SYN = 0x02;
  private static final int RST = 0x04;
  private static final int ACK = 0x10;
  private static final int FLOWS = 1 << 12;
  private static final int TICK = 1_000;

  private final SplittableRandom random = new SplittableRandom(14);
  private final TcpFlows flows = new TcpFlows(FLOWS);

  /** Every bucket is full of established connections: the worst case. */
  private void fill() {
    for (int flow = 0; flow < 4 * FLOWS; flow++) {
      flows.admit(random.nextLong(), random.nextInt(), false, TICK);
    }
  }

  /** Expected: 30 million x 2^-34, which is 0.002; a tag of 20 bits would let 7 by. */
  @Test
  void shouldLetNoRandomSegmentBy() {
    fill();
    int passed = 0;
    int[] kinds = {ACK, ACK | 8, ACK | 1, RST, RST | ACK, SYN | ACK};
    for (int n = 0; n < 30_000_000; n++) {
      int flags = kinds[n % kinds.length];
      int answer = flows.follow(random.nextLong(), flags, random.nextInt(), false, TICK, false);
      passed += answer == TcpFlows.UNKNOWN ? 0 : 1;
    }
    assertEquals(0, passed);
  }

  /** 2 x 1,024 + 1 of 65,536 units. */
  @Test
  void shouldLetOneIn32AcknowledgementsOfAKnownFlowBy() {
    assertEquals(2_049 / 65_536.0, share(ACK), 0.001);
  }

  /** 2 x 16 + 1 of 65,536 units: one in 1,986. */
  @Test
  void shouldLetOneIn2000ResetsOfAKnownFlowBy() {
    assertEquals(33 / 65_536.0, share(RST), 0.00005);
  }

  private double share(int flags) {
    int passed = 0;
    int segments = 4_000_000;
    for (int n = 0; n < segments; n++) {
      long hash = random.nextLong();
      flows.admit(hash, 1_000_000, false, TICK);
      int answer = flows.follow(hash, flags, random.nextInt(), false, TICK, false);
      passed += answer == TcpFlows.KNOWN ? 1 : 0;
    }
    return (double) passed / segments;
  }

  /** A hundred forged segments for each of the client's, and the client is never dropped. */
  @Test
  void shouldNotBeLedAwayFromTheClientByForgedSegments() {
    long hash = random.nextLong();
    int sequence = random.nextInt();
    flows.follow(hash, SYN, sequence, false, TICK, false);
    assertEquals(TcpFlows.COMPLETED, flows.follow(hash, ACK, ++sequence, false, TICK, false));
    int[] kinds = {ACK, ACK | 8, ACK | 1, RST, RST | ACK, SYN, SYN | ACK};
    for (int n = 0; n < 20_000; n++) {
      for (int forged = 0; forged < 100; forged++) {
        int flags = kinds[forged % kinds.length];
        flows.follow(hash, flags, random.nextInt(), (forged & 1) != 0, TICK, false);
      }
      int answer = flows.follow(hash, ACK | 8, sequence, true, TICK, false);
      assertTrue(answer == TcpFlows.KNOWN || answer == TcpFlows.COMPLETED, "segment " + n);
      sequence += 1_448;
    }
  }

  /** Expected: 20 million x 2^-25 x 80/128, which is 0.4. */
  @Test
  void shouldHardlyTakeARandomSegmentForARepetition() {
    var candidates = new TcpCandidates(1 << 12);
    int again = 0;
    for (int n = 0; n < 20_000_000; n++) {
      again += candidates.isAgain(random.nextLong(), n * 500L) ? 1 : 0;
    }
    assertTrue(again <= 4, "repetitions: " + again);
  }
}
