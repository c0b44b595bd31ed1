package io.breakwater.workers.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.PacketMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Whatever comes in, every packet ends with one fate, is counted once, and nothing outside of its
 * buffer is written.
 *
 * <p>Every second buffer is a guard: no packet is in it, so no byte of it may change.
 */
class PipelineRandomTest {

  private static final int BATCH = 32;
  private static final int FILLER = 0xa5;
  private static final long FILLER_LONG = 0xa5a5_a5a5_a5a5_a5a5L;

  private final List<byte[]> samples = SampleFrames.all();
  private final PipelineBench bench = new PipelineBench();
  private final PacketMemory memory = bench.packets.memory;
  private final TestBatch buffers = new TestBatch(2 * BATCH, FILLER);
  private final int[] frameOf = new int[2 * BATCH];
  private final Batch batch = new Batch(BATCH);
  private final byte[] blank = new byte[2_048];
  private final byte[] out = new byte[TestBatch.BUFFER_BYTES];
  private final Set<Integer> fatesMet = new HashSet<>();
  private final List<byte[]> pending = new ArrayList<>();
  private long nowNs;
  private long sent;

  PipelineRandomTest() {
    Arrays.fill(blank, (byte) FILLER);
    bench.learned.silent = true;
    byte[][] empty = new byte[2 * BATCH][0];
    buffers.begin(empty);
    Arrays.setAll(frameOf, buffers.batch::frame);
  }

  @Test
  void shouldGiveEveryPrefixOfAValidFrameAFate() {
    for (byte[] sample : samples) {
      for (int length = 0; length <= sample.length; length++) {
        offer(Arrays.copyOf(sample, length), "prefix");
      }
    }
    finish("prefix");
  }

  @Test
  void shouldGiveEveryMutationOfAValidFrameAFate() {
    long seed = 20_261_123;
    Random random = new Random(seed);
    for (int i = 0; i < 300_000; i++) {
      offer(mutate(samples.get(random.nextInt(samples.size())), random), "seed=" + seed);
    }
    finish("seed=" + seed);
    // The mutations reach nearly every end that a packet can have.
    assertTrue(fatesMet.size() >= 48, "fates met: " + fatesMet.size());
  }

  @Test
  void shouldGiveRandomBytesBehindAValidStartAFate() {
    long seed = 826;
    Random random = new Random(seed);
    for (int i = 0; i < 30_000; i++) {
      byte[] frame = new byte[random.nextInt(200)];
      random.nextBytes(frame);
      byte[] sample = samples.get(random.nextInt(samples.size()));
      int kept = Math.min(random.nextInt(80), Math.min(frame.length, sample.length));
      System.arraycopy(sample, 0, frame, 0, kept);
      offer(frame, "seed=" + seed);
    }
    finish("seed=" + seed);
  }

  /** Some bytes or bits changed, then often the outer header's checksum made right again. */
  private static byte[] mutate(byte[] sample, Random random) {
    byte[] frame = sample.clone();
    for (int changes = random.nextInt(4); changes >= 0; changes--) {
      int at = Math.min(random.nextInt(random.nextBoolean() ? 90 : 1_600), frame.length - 1);
      switch (random.nextInt(4)) {
        case 0 -> frame[at] = (byte) random.nextInt();
        case 1 -> frame[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> frame[at] = (byte) (random.nextBoolean() ? 0 : -1);
        default -> frame = Arrays.copyOf(frame, 1 + random.nextInt(frame.length + 8));
      }
    }
    if (random.nextInt(4) != 0) {
      repair(frame, 14);
      repair(frame, 38);
      repair(frame, 42);
      repair(frame, 58);
    }
    return frame;
  }

  /** Writes the right header checksum, if this looks like an IPv4 header. */
  private static void repair(byte[] frame, int at) {
    int end = at < frame.length ? at + ((frame[at] & 0xf) << 2) : at;
    if (end > frame.length || end - at < 20 || frame[at] >>> 4 != 4) {
      return;
    }
    frame[at + 10] = 0;
    frame[at + 11] = 0;
    int checksum = Frames.checksum(Arrays.copyOfRange(frame, at, end));
    frame[at + 10] = (byte) (checksum >>> 8);
    frame[at + 11] = (byte) checksum;
  }

  private void offer(byte[] frame, String context) {
    pending.add(frame);
    if (pending.size() == BATCH) {
      run(context);
    }
  }

  private void finish(String context) {
    run(context);
    assertEquals(sent, bench.counters.received());
    assertEquals(sent, bench.allCounted());
  }

  private void run(String context) {
    for (int i = 0; i < pending.size(); i++) {
      byte[] frame = pending.get(i);
      int at = frameOf[2 * i];
      memory.write(at - TestBatch.HEADROOM, blank, 0, blank.length);
      memory.write(at, frame, 0, frame.length);
      batch.setBuffer(i, at - TestBatch.HEADROOM);
      batch.setFrame(i, at);
      batch.setLength(i, frame.length);
    }
    batch.begin(pending.size());
    nowNs += 1_000_000;
    try {
      bench.pipeline.process(batch, TestAppliance.UPLINK, bench.tables, nowNs);
    } catch (RuntimeException e) {
      throw new AssertionError(context + " frames=" + pendingInHex(), e);
    }
    for (int i = 0; i < batch.count(); i++) {
      check(i, context);
    }
    bench.counters.count(batch);
    sent += batch.count();
    pending.clear();
  }

  private void check(int i, String context) {
    int fate = batch.fate(i);
    fatesMet.add(fate);
    boolean known = fate >= 1 && fate <= Fate.values().length || fate >= DropReason.CODE_MIN;
    if (!known || fate >= DropReason.CODE_MIN + DropReason.values().length) {
      fail(describe(i, context));
    }
    if (fate == Fate.DELIVERED.code() || fate == Fate.ANSWERED.code()) {
      checkSent(i, context);
    }
    int guard = frameOf[2 * i + 1] - TestBatch.HEADROOM;
    for (int at = 0; at < 512; at += 8) {
      if (memory.i64(guard + at) != FILLER_LONG
          || memory.i64(guard + TestBatch.BUFFER_BYTES - 8 - at) != FILLER_LONG) {
        fail("written into the next buffer: " + describe(i, context));
      }
    }
  }

  /** What leaves lies within its buffer, and an IPv4 packet's header is right and fills it. */
  private void checkSent(int i, String context) {
    int frame = batch.frame(i);
    int length = batch.length(i);
    int buffer = batch.buffer(i);
    boolean within =
        frame >= buffer && length >= 14 && frame + length <= buffer + TestBatch.BUFFER_BYTES;
    if (!within || batch.port(i) < 0 || batch.port(i) > 1) {
      fail(describe(i, context));
    }
    memory.read(frame, out, 0, length);
    int at = 12;
    while (Frames.u16(out, at) == 0x8100 || Frames.u16(out, at) == 0x88a8) {
      at += 4;
    }
    boolean right =
        switch (Frames.u16(out, at)) {
          case 0x0800 ->
              Frames.ipv4ChecksumHolds(out, at + 2) && Frames.u16(out, at + 4) == length - at - 2;
          case 0x86dd -> Frames.u16(out, at + 6) + 40 == length - at - 2;
          case 0x0806 -> batch.fate(i) == Fate.ANSWERED.code();
          default -> false;
        };
    boolean fromUs = out[6] == 2 && out[7] == 0 && out[8] == 0 && out[11] == 2 + batch.port(i);
    if (!right || !fromUs) {
      fail("not a packet of ours: " + describe(i, context));
    }
  }

  private String describe(int i, String context) {
    return context + " fate=" + batch.fate(i) + " frame=" + Frames.hex(pending.get(i));
  }

  private String pendingInHex() {
    return pending.stream().map(Frames::hex).toList().toString();
  }
}
