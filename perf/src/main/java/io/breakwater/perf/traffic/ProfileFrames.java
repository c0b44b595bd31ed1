package io.breakwater.perf.traffic;

import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;

/**
 * The frames of a {@link TrafficProfile}, one after the other: draws kind and flow of each, and
 * writes it. The same profile gives the same frames in the same order.
 *
 * <p>Belongs to one thread; allocates nothing once it is made.
 */
public final class ProfileFrames {

  /** SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014). */
  private static final long GOLDEN_GAMMA = 0x9e37_79b9_7f4a_7c15L;

  private static final int LEGITIMATE = TrafficKind.LEGITIMATE.ordinal();

  private final FlowTable flows;
  private final FlowFrames legitimate;
  private final AttackFrames[] attacks = new AttackFrames[TrafficKind.values().length];
  private final byte[] round;
  private final int sizes;
  private long seed;
  private int nextOfRound;
  private int nextSize;
  private int kind;

  public ProfileFrames(TrafficProfile profile, long destinationMac, long sourceMac) {
    flows = FlowTable.of(profile);
    legitimate = new FlowFrames(flows, profile.frames(), destinationMac, sourceMac);
    sizes = legitimate.sizeCount();
    seed = profile.workload().seed();
    round = profile.mix().round(seed);
    Map<TrafficKind, Integer> shares = new EnumMap<>(profile.mix().shares());
    shares.remove(TrafficKind.LEGITIMATE);
    shares.forEach((attack, share) -> {
      if (share > 0) {
        attacks[attack.ordinal()] =
            new AttackFrames(attack, profile.workload(), destinationMac, sourceMac);
      }
    });
  }

  /**
   * Writes the next frame, with its stamp.
   *
   * @param at offset of its first byte
   * @param dueTicks when it is due
   * @return its bytes
   */
  public int write(MemorySegment memory, long at, long dueTicks) {
    kind = round[nextOfRound];
    nextOfRound = nextOfRound + 1 == round.length ? 0 : nextOfRound + 1;
    int length;
    if (kind == LEGITIMATE) {
      length = legitimate.write(flows.draw(random()), nextSize, memory, at);
      nextSize = nextSize + 1 == sizes ? 0 : nextSize + 1;
    } else {
      length = attacks[kind].write(random(), memory, at);
    }
    PacketStamp.write(memory, at + length, kind, dueTicks);
    return length;
  }

  /** Of the frame just written: a {@link TrafficKind}'s ordinal. */
  public int kind() {
    return kind;
  }

  private long random() {
    seed += GOLDEN_GAMMA;
    long bits = (seed ^ seed >>> 30) * 0xbf58_476d_1ce4_e5b9L;
    bits = (bits ^ bits >>> 27) * 0x94d0_49bb_1331_11ebL;
    return bits ^ bits >>> 31;
  }
}
