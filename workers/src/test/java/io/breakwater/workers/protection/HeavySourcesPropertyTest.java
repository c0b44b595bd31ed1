package io.breakwater.workers.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** The sketch's bounds against exact counts. */
class HeavySourcesPropertyTest {

  private static final int SETS = 16;
  private static final int TENANT = 3;
  private static final long SECOND = 1_000_000_000L;

  private static HeavySources sketch(long seed) {
    HeavySources sketch = new HeavySources(SETS, SECOND, seed);
    sketch.turn(SECOND);
    return sketch;
  }

  /** A source's rank decides how often it comes: few often, most once. */
  private static long draw(SplittableRandom random, int sources) {
    double rank = Math.pow(sources, random.nextDouble());
    return (long) rank;
  }

  private static Map<Long, HeavySources.Source> found(HeavySources.Ended ended) {
    Map<Long, HeavySources.Source> found = new HashMap<>();
    ended.forEach(source -> found.put(source.source(), source));
    return found;
  }

  @RepeatedTest(20)
  void shouldHoldItsBoundsOnAnyMix(RepetitionInfo repetition) {
    int seed = repetition.getCurrentRepetition();
    SplittableRandom random = new SplittableRandom(seed);
    HeavySources sketch = sketch(random.nextLong());
    Map<Long, Long> exact = new HashMap<>();
    int sources = 1 << random.nextInt(4, 16);
    for (int n = 0; n < 50_000; n++) {
      long source = draw(random, sources);
      exact.merge(source, 1L, Long::sum);
      sketch.count(TENANT, false, source);
    }
    sketch.turn(2 * SECOND);
    HeavySources.Ended ended = sketch.ended();
    Map<Long, HeavySources.Source> found = found(ended);
    long worst = 0;
    for (Map.Entry<Long, Long> entry : exact.entrySet()) {
      long packets = entry.getValue();
      HeavySources.Source source = found.get(entry.getKey());
      long smallest = ended.smallest(TENANT, false, entry.getKey());
      worst = Math.max(worst, smallest);
      if (source == null) {
        assertTrue(packets <= smallest, "seed " + seed + " missed " + packets + " " + smallest);
      } else {
        assertTrue(source.packetsMin() <= packets, "seed " + seed + " " + source + packets);
        assertTrue(source.packetsMax() >= packets, "seed " + seed + " " + source + packets);
        assertTrue(source.packetsMax() - source.packetsMin() <= smallest, "seed " + seed);
      }
    }
    assertTrue(worst <= 50_000 / HeavySources.SET, "seed " + seed + " worst " + worst);
    assertTrue(exact.keySet().containsAll(found.keySet()), "seed " + seed);
  }

  /** Many that send once don't hide who sends a tenth of all. */
  @Test
  void shouldFindTheHeavyAmongAMillionOthers() {
    SplittableRandom random = new SplittableRandom(1);
    HeavySources sketch = sketch(random.nextLong());
    for (int n = 0; n < 1_000_000; n++) {
      sketch.count(TENANT, false, n % 10 == 0 ? 7 : 1_000_000 + n);
    }
    sketch.turn(2 * SECOND);
    HeavySources.Source heavy = found(sketch.ended()).get(7L);
    assertTrue(heavy.packetsMin() > 90_000 && heavy.packetsMax() < 110_000, heavy.toString());
  }

  @Test
  void shouldAddUpTheWorkersBounds() {
    SplittableRandom random = new SplittableRandom(2);
    long seed = random.nextLong();
    Map<Long, Long> exact = new HashMap<>();
    List<HeavySources.Ended> windows = new ArrayList<>();
    for (int worker = 0; worker < 3; worker++) {
      HeavySources sketch = sketch(seed);
      for (int n = 0; n < 20_000; n++) {
        long source = draw(random, 5_000);
        sketch.count(TENANT, false, source);
        sketch.count(TENANT + 1, true, source);
        exact.merge(source, 1L, Long::sum);
      }
      sketch.turn(2 * SECOND);
      windows.add(sketch.ended());
    }
    List<HeavySources.Source> heavy = HeavySources.merge(windows, TENANT, 10);
    Set<Long> sources = new HashSet<>();
    for (HeavySources.Source source : heavy) {
      long packets = exact.get(source.source());
      assertTrue(source.packetsMin() <= packets && packets <= source.packetsMax());
      assertEquals(TENANT, source.tenant());
      assertTrue(!source.ipv6() && sources.add(source.source()));
    }
    assertEquals(10, heavy.size());
    assertEquals(1, heavy.getFirst().source());
  }

  @Test
  void shouldBeginAnewWithEachWindow() {
    HeavySources sketch = sketch(1);
    sketch.count(TENANT, false, 7);
    assertTrue(found(sketch.ended()).isEmpty());
    sketch.turn(2 * SECOND - 1);
    assertTrue(found(sketch.ended()).isEmpty());
    sketch.turn(2 * SECOND);
    assertEquals(1, found(sketch.ended()).get(7L).packetsMin());
    sketch.turn(3 * SECOND);
    assertTrue(found(sketch.ended()).isEmpty());
  }
}
