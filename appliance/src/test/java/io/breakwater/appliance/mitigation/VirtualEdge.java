package io.breakwater.appliance.mitigation;

import io.breakwater.appliance.journal.JournalEvent;
import io.breakwater.config.protection.Protection.Automatic;
import io.breakwater.workers.protection.Signature;
import io.breakwater.workers.protection.TrafficClass;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * An appliance with one tenant as the detector sees it: counters that grow by the second, samples
 * drawn by lot of clean and attack packets, and rules that count what fits.
 */
final class VirtualEdge {

  static final int SLOT = 3;

  private static final long SECOND_NS = 1_000_000_000L;
  private static final int USUAL_SAMPLES = 8;
  private static final int CLOSE_SAMPLES = 120;
  private static final int[] CLEAN = {200, 4_000, 1_500, 30, 10, 50};
  private static final int SAMPLE_BYTES = 96;

  final List<JournalEvent> events = new ArrayList<>();
  final Map<String, Signature> rules = new LinkedHashMap<>();
  final Mitigations mitigations;
  final AttackWatch watch;
  long nowNs = 77 * SECOND_NS;

  private final Map<String, Long> matched = new LinkedHashMap<>();
  private final long[] counters = new long[TrafficClass.COUNT];
  private final SplittableRandom random;
  private final CleanTraffic clean;
  private boolean closely;

  VirtualEdge(long seed) {
    random = new SplittableRandom(seed);
    clean = new CleanTraffic(random);
    mitigations = new Mitigations(new VirtualRules(), events::add);
    watch =
        new AttackWatch(
            SLOT + 1,
            (slot, traffic) -> counters[traffic.ordinal()],
            (slot, close) -> closely = close,
            mitigations,
            events::add,
            () -> Instant.ofEpochSecond(1_795_395_723L, nowNs));
  }

  private final class VirtualRules implements Rules {

    @Override
    public boolean install(String tenant, Signature signature) {
      rules.put(signature.id(), signature);
      matched.putIfAbsent(signature.id(), 0L);
      return true;
    }

    @Override
    public void remove(String tenant, String id) {
      rules.remove(id);
    }

    @Override
    public long matched(String tenant, String id) {
      return matched.get(id);
    }

    @Override
    public void publish() {}
  }

  void start(Automatic automatic) {
    watch.configure(List.of(new AttackWatch.Tenant("acme", SLOT, automatic)), nowNs);
  }

  /**
   * @param attack null: none
   */
  void run(int seconds, Attack attack, int attackPerSecond) {
    for (int i = 0; i < seconds; i++) {
      int attackPackets = attack == null ? 0 : attackPerSecond;
      int all = attackPackets;
      for (int j = 0; j < CLEAN.length; j++) {
        all += CLEAN[j];
        counters[j] += CLEAN[j];
      }
      if (attack != null) {
        counters[attack.traffic().ordinal()] += attackPackets;
        count(attack, attackPackets);
      }
      int samples = closely ? CLOSE_SAMPLES : attack == null ? USUAL_SAMPLES : 60;
      for (int j = 0; j < samples; j++) {
        byte[] packet =
            random.nextInt(all) < attackPackets ? attack.next(random) : clean.next(lot());
        watch.sampled(SLOT, first(packet), packet.length);
      }
      nowNs += SECOND_NS;
      watch.look(nowNs);
    }
  }

  private void count(Attack attack, int packets) {
    Sample packet = sample(attack.next(random));
    rules.values().stream()
        .filter(rule -> fits(rule, packet))
        .forEach(rule -> matched.merge(rule.id(), (long) packets, Long::sum));
  }

  private TrafficClass lot() {
    int at = random.nextInt(4_000 + 200 + 1_500 + 30 + 10 + 50);
    int traffic = 0;
    while (at >= CLEAN[traffic]) {
      at -= CLEAN[traffic++];
    }
    return TrafficClass.values()[traffic];
  }

  private static byte[] first(byte[] packet) {
    return java.util.Arrays.copyOf(packet, Math.min(packet.length, SAMPLE_BYTES));
  }

  private static Sample sample(byte[] packet) {
    return new Sample(first(packet), packet.length);
  }

  double droppedShare(Attack attack, int packets) {
    int dropped = 0;
    for (int i = 0; i < packets; i++) {
      dropped += isDropped(sample(attack.next(random))) ? 1 : 0;
    }
    return (double) dropped / packets;
  }

  double droppedCleanShare(TrafficClass traffic, int packets) {
    int dropped = 0;
    for (int i = 0; i < packets; i++) {
      dropped += isDropped(sample(clean.next(traffic))) ? 1 : 0;
    }
    return (double) dropped / packets;
  }

  private boolean isDropped(Sample packet) {
    return rules.values().stream()
        .anyMatch(rule -> rule.reaction() == Signature.Reaction.DROP && fits(rule, packet));
  }

  /** Written from the signature's own words, not from the pattern's that it was made of. */
  private static boolean fits(Signature rule, Sample packet) {
    boolean words =
        rule.words().stream()
            .allMatch(word -> {
              long value = 0;
              for (int i = 0; i < word.bytes(); i++) {
                int next = packet.word(word.offset() + i);
                if (next < 0) {
                  return false;
                }
                value = value << 8 | next;
              }
              return (value & word.mask()) == word.value();
            });
    return words
        && rule.protocol() == packet.protocol()
        && !packet.isLaterFragment()
        && (rule.sourcePorts().equals(Signature.Range.PORTS)
            || isIn(rule.sourcePorts(), packet.sourcePort()))
        && (rule.destinationPorts().equals(Signature.Range.PORTS)
            || isIn(rule.destinationPorts(), packet.destinationPort()))
        && isIn(rule.lengths(), packet.lengthBytes())
        && isIn(rule.ttls(), packet.ttl())
        && (packet.tcpFlags() & rule.tcpFlagsMask()) == rule.tcpFlags();
  }

  private static boolean isIn(Signature.Range range, int value) {
    return value >= range.first() && value <= range.last();
  }
}
