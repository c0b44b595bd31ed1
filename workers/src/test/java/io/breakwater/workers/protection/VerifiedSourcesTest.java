package io.breakwater.workers.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Who is verified, for how long, and what a flood does to it. */
class VerifiedSourcesTest {

  private static final long TICK_NS = 1L << 30;
  private static final long TENANT = 3;

  private final VerifiedSources sources = new VerifiedSources(1 << 12, new SplittableRandom(1));

  @Test
  void shouldKnowWhoWasVerifiedAndNobodyElse() {
    long source = 0x0808_0808;
    assertFalse(sources.contains(TENANT, source, 0));
    sources.verify(TENANT, source, 0);
    assertTrue(sources.contains(TENANT, source, 0));
    assertFalse(sources.contains(TENANT, 0x0808_0809, 0));
    assertFalse(sources.contains(TENANT + 1, source, 0));
    assertFalse(sources.contains(VerifiedSources.ipv6(TENANT), source, 0));
    assertEquals(1, sources.size(0));
  }

  @Test
  void shouldForgetASourceWhenItsTimeIsOverWhateverItDid() {
    long source = 0x2600L << 48;
    long startNs = 5 * TICK_NS;
    sources.verify(TENANT, source, startNs);
    for (int tick = 0; tick < VerifiedSources.LIFE_TICKS; tick++) {
      assertEquals(
          VerifiedSources.VERIFIED,
          sources.meetSyn(TENANT, source, startNs + tick * TICK_NS),
          "" + tick);
    }
    long endNs = startNs + VerifiedSources.LIFE_TICKS * TICK_NS;
    assertEquals(VerifiedSources.UNKNOWN, sources.meetSyn(TENANT, source, endNs));
    assertFalse(sources.contains(TENANT, source, endNs));
    assertEquals(0, sources.size(endNs));
    sources.verify(TENANT, source, endNs);
    assertTrue(sources.contains(TENANT, source, endNs));
  }

  @Test
  void shouldRevokeASourceThatSendsTooManySyns() {
    long source = 1;
    sources.verify(TENANT, source, 0);
    for (int tick = 0; tick < 10; tick++) {
      for (int syn = 0; syn < VerifiedSources.SYNS_PER_TICK; syn++) {
        assertEquals(VerifiedSources.VERIFIED, sources.meetSyn(TENANT, source, tick * TICK_NS));
      }
    }
    assertEquals(VerifiedSources.REVOKED, sources.meetSyn(TENANT, source, 9 * TICK_NS));
    assertEquals(VerifiedSources.UNKNOWN, sources.meetSyn(TENANT, source, 9 * TICK_NS));
    sources.verify(TENANT, source, 9 * TICK_NS);
    assertEquals(VerifiedSources.VERIFIED, sources.meetSyn(TENANT, source, 9 * TICK_NS));
  }

  /** A full bucket gives up who ends first, so what is newer than the table's worth stays. */
  @Test
  void shouldKeepTheNewestUnderAFloodOfJunk() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 100_000; i++) {
      sources.verify(TENANT, random.nextInt() & 0xffff_ffffL, i * TICK_NS / 1_000);
    }
    long nowNs = 100 * TICK_NS;
    assertTrue(sources.size(nowNs) <= sources.capacity());
    assertTrue(sources.size(nowNs) > sources.capacity() * 9 / 10);
    long honest = 1;
    sources.verify(TENANT, honest, nowNs);
    assertTrue(sources.contains(TENANT, honest, nowNs));
    // In each of 512 buckets the first of eight that follow can't push it out.
    int kept = 0;
    for (int round = 0; round < 200; round++) {
      long late = nowNs + (round + 1) * TICK_NS;
      sources.verify(TENANT, honest, late);
      for (int i = 0; i < 512; i++) {
        sources.verify(TENANT, random.nextInt() & 0xffff_ffffL, late);
      }
      kept += sources.contains(TENANT, honest, late) ? 1 : 0;
    }
    assertTrue(kept > 190, "kept=" + kept);
  }

  @Test
  void shouldNotTakeStrangersForTheVerified() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 4_096; i++) {
      sources.verify(TENANT, i & 0xffff_ffffL, 0);
    }
    int taken = 0;
    for (int i = 0; i < 5_000_000; i++) {
      int stranger = random.nextInt() | 1 << 20;
      taken += sources.contains(TENANT, stranger & 0xffff_ffffL, 0) ? 1 : 0;
    }
    // Expected: 5,000,000 * 8 / 2^32, one in a hundred runs.
    assertTrue(taken <= 1, "taken=" + taken);
  }

  @Test
  void shouldStayConsistentWithManyWriters() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<Integer>> writers = new ArrayList<>();
      for (int writer = 0; writer < 4; writer++) {
        writers.add(writer(writer));
      }
      for (Future<Integer> lost : threads.invokeAll(writers)) {
        assertEquals(0, lost.get());
      }
    }
    assertTrue(sources.size(0) <= sources.capacity());
  }

  /** Counts SYNs of a source of its own that another one's writing has made unverified. */
  private Callable<Integer> writer(int number) {
    return () -> {
      int lost = 0;
      SplittableRandom random = new SplittableRandom(number);
      for (int i = 0; i < 200_000; i++) {
        sources.verify(number, 7, 0);
        // Others of the same instant push it out now and then; it must never seem revoked.
        int met = sources.meetSyn(number, 7, (i & 0xff) == 0 ? TICK_NS * (i >>> 8 & 3) : 0);
        lost += met < 0 || met > VerifiedSources.REVOKED ? 1 : 0;
        sources.verify(number, random.nextInt(), 0);
      }
      return lost;
    };
  }

  @Test
  void shouldRefuseAnImpossibleSize() {
    assertThrows(
        IllegalArgumentException.class, () -> new VerifiedSources(1_000, new SplittableRandom(1)));
    assertThrows(
        IllegalArgumentException.class, () -> new VerifiedSources(8, new SplittableRandom(1)));
  }
}
