package io.breakwater.workers.worker;

import io.breakwater.workers.table.OwnAddresses;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What {@link WarmUp} sends in each turn: mixtures, and bursts of one kind only.
 *
 * <p>Traffic comes in runs. A burst in which every packet is alike takes ways that a mixture never
 * takes, since there every list has something in it: nothing for tunnels, nothing for tenants,
 * nothing left to send. And it is what an attack looks like.
 *
 * <p>An attack lasts: in storms of one kind, limits are used up and tables are full, which no
 * mixture gets to.
 *
 * <p>The order and the shares decide how HotSpot lays the loops out (docs/decisions/0005): first
 * {@link #nearlyClean}, until all is compiled, then {@link #mixed}.
 */
final class WarmUpBursts {

  /** Clean frames to one other. */
  private static final int CLEAN_SHARE = 500;

  private static final int MIXED_SHARE = 3;

  /** One burst in so many is all of one frame that is not clean. */
  private static final int UNIFORM_PERIOD = 256;

  /** Of each kind. */
  private static final int MUTATIONS = 256;

  /** One other frame in so many is a mutation. */
  private static final int MUTATION_PERIOD = 3;

  /**
   * An attack lasts: in so many turns of so many all frames but one in ten are of one kind, until
   * limits are used up and tables are full.
   */
  private static final int STORM_TURNS = 320;

  private static final int STORM_PERIOD = 960;

  private final List<byte[]> clean = new ArrayList<>();

  /** Of each clean frame, so that a kind comes as often as its frames do. */
  private final List<List<byte[]>> kindOfClean = new ArrayList<>();

  /** Each kind as often as another, however many frames it has; the last are mutations. */
  private final List<List<byte[]>> othersByKind;

  private final List<byte[]> mutations;

  private final Random random = new Random(1);

  private int turns;
  private int nextClean;
  private int sinceOther;

  /**
   * @param own Ethernet address of the port that they are for
   * @param ownAddresses the appliance's IP addresses
   * @param answer ICMP message of an answer to a tunnel probe
   * @param answerIpv6 the same of ICMPv6
   */
  WarmUpBursts(long own, OwnAddresses ownAddresses, byte[] answer, byte[] answerIpv6) {
    var frames = new WarmUpFrames(own, ownAddresses, answer, answerIpv6);
    List<List<byte[]>> cleanByKind = frames.cleanByKind();
    othersByKind = new ArrayList<>(frames.othersByKind());
    for (int i = 0; i < cleanByKind.getFirst().size(); i++) {
      for (List<byte[]> kind : cleanByKind) {
        if (i < kind.size()) {
          clean.add(kind.get(i));
          kindOfClean.add(kind);
        }
      }
    }
    var mutator = new WarmUpMutations(own);
    mutations = mutator.of(clean, MUTATIONS);
    frames.othersByKind().forEach(kind -> mutations.addAll(mutator.of(kind, MUTATIONS)));
    othersByKind.add(mutations);
  }

  /** Fills a burst with clean frames and few others; returns how many there are. */
  int nearlyClean(byte[][] burst) {
    int turn = turns++;
    int count = count(burst);
    if (turn % UNIFORM_PERIOD == 0) {
      return uniform(burst, count, other());
    }
    // Half of all bursts are mixed, half of one kind.
    return mix(burst, count, turn % 2 == 0 ? clean : oneOf(kindOfClean), CLEAN_SHARE);
  }

  /** Fills a burst as it may be under an attack; returns how many frames there are. */
  int mixed(byte[][] burst) {
    int turn = turns++;
    int count = count(burst);
    if (turn % STORM_PERIOD < STORM_TURNS) {
      int kind = turn / STORM_PERIOD % othersByKind.size();
      return attacked(burst, count, othersByKind.get(kind));
    }
    return switch (turn % 8) {
      case 0 -> uniform(burst, count, other());
      case 1 -> attacked(burst, count, oneOf(othersByKind));
      default -> mix(burst, count, clean, MIXED_SHARE);
    };
  }

  /** Full, as they are under load, but now and then short or empty. */
  private int count(byte[][] burst) {
    return random.nextInt(UNIFORM_PERIOD) == 0 ? random.nextInt(burst.length) : burst.length;
  }

  private int uniform(byte[][] burst, int count, byte[] frame) {
    for (int i = 0; i < count; i++) {
      burst[i] = frame;
    }
    return count;
  }

  /** One clean frame in ten, the others of one kind. */
  private int attacked(byte[][] burst, int count, List<byte[]> kind) {
    for (int i = 0; i < count; i++) {
      burst[i] = random.nextInt(10) == 0 ? clean() : oneOf(kind);
    }
    return count;
  }

  private int mix(byte[][] burst, int count, List<byte[]> from, int cleanShare) {
    for (int i = 0; i < count; i++) {
      if (sinceOther++ < cleanShare) {
        nextClean++;
        burst[i] = from.get(nextClean % from.size());
      } else {
        sinceOther = 0;
        burst[i] = other();
      }
    }
    return count;
  }

  private byte[] clean() {
    nextClean++;
    return clean.get(nextClean % clean.size());
  }

  private byte[] other() {
    boolean mutated = random.nextInt(MUTATION_PERIOD) == 0;
    return oneOf(mutated ? mutations : oneOf(othersByKind));
  }

  private <T> T oneOf(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
