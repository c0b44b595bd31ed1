package io.breakwater.appliance.mitigation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.protection.TrafficClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FingerprintSearchTest {

  private static final int SAMPLE_BYTES = 96;
  private static final int NOW = 256;
  private static final int USUAL = 256;
  private static final int HELD_OUT = 20_000;
  private static final int SEEDS = 10;

  private static Sample sample(byte[] packet) {
    byte[] first = new byte[Math.min(packet.length, SAMPLE_BYTES)];
    System.arraycopy(packet, 0, first, 0, first.length);
    return new Sample(first, packet.length);
  }

  private static List<Sample> clean(SplittableRandom random, TrafficClass traffic, int count) {
    CleanTraffic clean = new CleanTraffic(random);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Sample sample = sample(clean.next(traffic));
      assertEquals(traffic, sample.traffic());
      samples.add(sample);
    }
    return samples;
  }

  private static List<Sample> attack(SplittableRandom random, Attack attack, int count) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Sample sample = sample(attack.next(random));
      assertEquals(attack.traffic(), sample.traffic());
      samples.add(sample);
    }
    return samples;
  }

  private static Optional<Fingerprint> find(
      SplittableRandom random, TrafficClass traffic, double excess, Attack... attacks) {
    List<Sample> now = new ArrayList<>();
    for (int i = 0; i < NOW; i++) {
      now.addAll(
          random.nextDouble() < excess
              ? attack(random, attacks[random.nextInt(attacks.length)], 1)
              : clean(random, traffic, 1));
    }
    var evidence = new Evidence(now, clean(random, traffic, USUAL), excess);
    return FingerprintSearch.find(traffic, evidence);
  }

  private static double share(Fingerprint fingerprint, List<Sample> samples) {
    return (double) samples.stream().filter(fingerprint::fits).count() / samples.size();
  }

  @ParameterizedTest
  @EnumSource(Attack.class)
  void shouldCoverTheAttackAndSpareWhatIsUsual(Attack attack) {
    for (double excess : new double[] {0.7, 0.9, 0.99}) {
      for (int seed = 1; seed <= SEEDS; seed++) {
        SplittableRandom random = new SplittableRandom(seed);
        Optional<Fingerprint> found = find(random, attack.traffic(), excess, attack);
        String where = attack + " excess=" + excess + " seed=" + seed + " " + found;
        assertEquals(attack.hasFingerprint(), found.isPresent(), where);
        if (found.isPresent()) {
          double coverage = share(found.get(), attack(random, attack, 2_000));
          double collateral = share(found.get(), clean(random, attack.traffic(), HELD_OUT));
          // Where nearly a third is clean, chance may cut a range too short.
          assertTrue(coverage >= (excess > 0.8 ? 0.95 : 0.85), where + " coverage=" + coverage);
          assertTrue(collateral <= 0.015, where + " collateral=" + collateral);
          assertTrue(found.get().collateral() <= FingerprintSearch.COLLATERAL_MAX, where);
        }
      }
    }
  }

  @Test
  void shouldFindAPatternForEachOfThreeVectors() {
    SplittableRandom random = new SplittableRandom(1);
    Fingerprint found =
        find(random, TrafficClass.UDP, 0.95, Attack.DNS, Attack.NTP, Attack.SSDP).orElseThrow();
    assertEquals(3, found.patterns().size(), found.toString());
    for (Attack attack : List.of(Attack.DNS, Attack.NTP, Attack.SSDP)) {
      assertTrue(share(found, attack(random, attack, 2_000)) >= 0.95, found.toString());
    }
    assertTrue(share(found, clean(random, TrafficClass.UDP, HELD_OUT)) <= 0.02);
  }

  @ParameterizedTest
  @EnumSource(TrafficClass.class)
  void shouldFindNothingInACrowd(TrafficClass traffic) {
    for (int seed = 1; seed <= 2 * SEEDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      var evidence = new Evidence(clean(random, traffic, NOW), clean(random, traffic, USUAL), 0.8);
      assertEquals(Optional.empty(), FingerprintSearch.find(traffic, evidence), "seed=" + seed);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Attack.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"ICMP_FLOOD", "GRE_FLOOD", "UNKNOWN_PROTOCOL_FLOOD"})
  void shouldNeverTakeAProtocolAloneForTcpAndUdpThoughNothingUsualIsKnown(Attack attack) {
    SplittableRandom random = new SplittableRandom(5);
    var evidence = new Evidence(attack(random, attack, NOW), List.of(), 1);
    FingerprintSearch.find(attack.traffic(), evidence)
        .ifPresent(found ->
            assertTrue(
                share(found, clean(random, attack.traffic(), HELD_OUT)) < 0.9, found.toString()));
  }

  @Test
  void shouldTakeAnySample() {
    SplittableRandom random = new SplittableRandom(6);
    for (int round = 0; round < 200; round++) {
      List<Sample> now = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        byte[] bytes = TestPackets.bytes(random, random.nextInt(20, SAMPLE_BYTES + 1));
        bytes[0] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
        now.add(new Sample(bytes, bytes.length + random.nextInt(1400)));
      }
      TrafficClass traffic = TrafficClass.values()[round % TrafficClass.COUNT];
      FingerprintSearch.find(traffic, new Evidence(now, now.subList(0, 10), 0.9));
    }
  }
}
