package io.breakwater.workers.pipeline;

import static io.breakwater.workers.pipeline.GuardedBench.always;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.protection.SynFlood;
import io.breakwater.config.protection.SynFlood.Mode;
import io.breakwater.workers.Frames;
import io.breakwater.workers.pipeline.GuardedBench.Answer;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random segments, whole and cut, mutated anywhere: each has one fate, and what is sent because of
 * it is one frame, not longer than it, with right checksums. (ICMP errors, of which other stages
 * send a thousand a second, are longer than what they are about.)
 */
class SynGuardPropertyTest {

  private static final int ROUNDS = 30_000;
  private static final int BATCH = 16;

  private final SplittableRandom random = new SplittableRandom(20_260_101);

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"CHALLENGE", "RESET", "RETRANSMIT"})
  void shouldSendNeverMoreThanItReceives(Mode mode) {
    SynFlood flood = always(mode);
    GuardedBench guard = new GuardedBench(flood);
    guard.bench.learned.silent = true;
    long answered = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[][] frames = new byte[BATCH][];
      for (int i = 0; i < BATCH; i++) {
        frames[i] = frame();
      }
      guard.nowNs += random.nextInt(8) == 0 ? random.nextLong(200_000_000_000L) : 1_000_000;
      guard.bench.process(TestAppliance.UPLINK, guard.nowNs, frames);
      for (int i = 0; i < BATCH; i++) {
        String fate = guard.bench.packets.fate(i);
        assertNotEquals("UNDECIDED", fate);
        if (fate.equals("ANSWERED") && new Answer(guard.bench.packets.frame(i)).isTcp()) {
          answered++;
          byte[] sent = guard.bench.packets.frame(i);
          assertTrue(sent.length <= frames[i].length, sent.length + " > " + frames[i].length);
          assertEquals(0, guard.bench.pipeline.fragments().countOf(i));
          assertTrue(new Answer(sent).checksumsHold());
        }
      }
    }
    assertEquals(guard.bench.counters.received(), guard.bench.allCounted());
    assertTrue(mode == Mode.RETRANSMIT || answered > ROUNDS, "answered=" + answered);
  }

  /** To the guarded tenant, with flags of any kind, and in one of four with any byte changed. */
  private byte[] frame() {
    boolean ipv6 = random.nextBoolean();
    Frames ip =
        ipv6
            ? GuardedBench.ipv6("2600::%x".formatted(random.nextInt(8)))
            : GuardedBench.ipv4("9.9.%d.%d".formatted(random.nextInt(256), random.nextInt(256)));
    if (!ipv6 && random.nextInt(8) == 0) {
      ip.options("01010101");
    }
    if (!ipv6 && random.nextInt(8) == 0) {
      ip.flagsAndOffset(0x2000 | random.nextInt(3));
    }
    if (ipv6 && random.nextInt(8) == 0) {
      ip.extension(random.nextBoolean() ? 60 : 44, new byte[6]);
    }
    byte[] options = new byte[4 * random.nextInt(11)];
    random.nextBytes(options);
    int flags = random.nextInt(2) == 0 ? 0x02 : random.nextInt(256);
    byte[] frame =
        ip.tcp(random.nextInt(4), 443, flags, options).payload(random.nextInt(40)).bytes();
    if (random.nextInt(4) == 0) {
      frame[12 + random.nextInt(frame.length - 12)] = (byte) random.nextInt();
    }
    return frame;
  }
}
