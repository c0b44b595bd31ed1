package io.breakwater.perf.onset;

import io.breakwater.dpdk.TrafficSource;
import io.breakwater.perf.traffic.FrameSizes;
import io.breakwater.perf.traffic.Workload;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/**
 * The frames of onsets, ready for a traffic source: two sets of clean ones, so that a switch from
 * clean to clean can be measured too, and one for each attack, which is nine frames of ten in it.
 *
 * <p>Clean are flows to the tenants and, one of four, a tenant's reply in its tunnel. All sets are
 * of the same size, and all are made before the run.
 */
final class OnsetTraffic {

  /** Frames of each set: 1 MiB of them, so that a cold cache is over within a millisecond. */
  private static final int SET_FRAMES = 8_192;

  static final int CLEAN = 0;
  static final int OTHER_CLEAN = 1;

  /** The first of the attacks'. */
  static final int ATTACKED = 2;

  private static final int CLEAN_OF_TEN = 1;
  private static final int LINE_BYTES = 64;
  private static final FrameSizes SIZES = FrameSizes.of(64);

  private final int strideBytes;
  private final ByteBuffer frames;
  private final short[] lengths;
  private int count;

  OnsetTraffic(Workload workload, List<Attack> attacks) {
    int lengthMax = attacks.stream().mapToInt(OnsetFrames::lengthMax).max().orElseThrow();
    strideBytes = (lengthMax + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
    lengths = new short[(ATTACKED + attacks.size()) * SET_FRAMES];
    frames = ByteBuffer.allocateDirect(lengths.length * strideBytes);
    Clean clean = new Clean(workload);
    Random random = new Random(workload.seed() + attacks.getFirst().ordinal());
    for (int i = 0; i < ATTACKED * SET_FRAMES; i++) {
      add(clean.next(random));
    }
    for (Attack attack : attacks) {
      var attackFrames = new OnsetFrames(workload, workload.seed() + 100 + attack.ordinal());
      for (int i = 0; i < SET_FRAMES; i++) {
        add(random.nextInt(10) < CLEAN_OF_TEN ? clean.next(random) : attackFrames.next(attack));
      }
    }
  }

  /** Has the source send the frames of one set. */
  void select(TrafficSource source, int set) {
    source.select(set * SET_FRAMES, SET_FRAMES);
  }

  private void add(byte[] frame) {
    frames.put(count * strideBytes, frame);
    lengths[count++] = (short) frame.length;
  }

  MemorySegment frames() {
    return MemorySegment.ofBuffer(frames);
  }

  int strideBytes() {
    return strideBytes;
  }

  short[] lengths() {
    return lengths;
  }

  /** The benchmarks' own frames, in turn. */
  private static final class Clean {
    private final ByteBuffer toTenants;
    private final ByteBuffer fromTenants;
    private int next;

    Clean(Workload workload) {
      toTenants = workload.framesToTenants(2 * SET_FRAMES, SIZES);
      fromTenants = workload.framesFromTenants(2 * SET_FRAMES, SIZES);
    }

    byte[] next(Random random) {
      boolean reply = random.nextInt(4) == 0;
      ByteBuffer from = reply ? fromTenants : toTenants;
      int offset = next * (reply ? SIZES.tunnelledStrideBytes() : SIZES.strideBytes());
      next = (next + 1) % (2 * SET_FRAMES);
      byte[] frame = new byte[Workload.frameLength(from, offset)];
      from.get(offset, frame);
      return frame;
    }
  }
}
