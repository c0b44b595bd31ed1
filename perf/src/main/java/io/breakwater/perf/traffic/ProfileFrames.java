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

  private static final int LEGITIMATE = TrafficKind.LEGITIMATE.ordinal();

  private final FlowSet flows;
  private final FlowFrames legitimate;
  private final AttackFrames[] attacks = new AttackFrames[TrafficKind.values().length];
  private final byte[] round;
  private final int sizes;
  private long seed;
  private int nextOfRound;
  private int nextSize;
  private int kind;

  public ProfileFrames(TrafficProfile profile, long destinationMac, long sourceMac) {
    flows = FlowSet.of(profile);
    legitimate = new FlowFrames(flows, profile.frames(), destinationMac, sourceMac);
    sizes = legitimate.sizeCount();
    round = profile.mix().round(profile.workload().seed());
    seed = ~profile.workload().seed(); // not the stream of the flows
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
    seed += RandomBits.STEP;
    return RandomBits.mixed(seed);
  }
}
