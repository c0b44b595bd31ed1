package io.breakwater.workers.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Appliance;
import io.breakwater.workers.pipeline.ForwardingCompiler;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.table.OwnAddresses;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

class WarmUpBurstsTest {

  private static final long OWN = 0x0200_0000_0002L;
  private static final int TURNS = 20_000;

  private final OwnAddresses ownAddresses = ownAddresses();
  private final WarmUpBursts bursts =
      new WarmUpBursts(OWN, ownAddresses, new byte[40], new byte[40]);
  private final byte[][] burst = new byte[Worker.BURST][];

  private static OwnAddresses ownAddresses() {
    Appliance configuration = OnePort.ofWarmUp();
    var slots = new Slots(configuration.limits());
    return new ForwardingCompiler(slots, new long[] {OWN}).compile(configuration).own();
  }

  /** The frames that are clean, by their content. */
  private Set<String> cleanFrames() {
    Set<String> clean = new HashSet<>();
    new WarmUpFrames(OWN, ownAddresses, new byte[40], new byte[40])
        .cleanByKind()
        .forEach(kind -> kind.forEach(frame -> clean.add(Arrays.toString(frame))));
    return clean;
  }

  private double cleanShare(ToIntFunction<byte[][]> filling) {
    Set<String> clean = cleanFrames();
    Map<byte[], Boolean> known = new IdentityHashMap<>();
    long all = 0;
    long found = 0;
    for (int turn = 0; turn < TURNS; turn++) {
      int count = filling.applyAsInt(burst);
      all += count;
      for (int i = 0; i < count; i++) {
        if (known.computeIfAbsent(burst[i], frame -> clean.contains(Arrays.toString(frame)))) {
          found++;
        }
      }
    }
    return (double) found / all;
  }

  @Test
  void shouldBeCleanNearlyAllOfTheTimeAtFirst() {
    double share = cleanShare(bursts::nearlyClean);
    assertTrue(share > 0.99 && share < 0.998, () -> "share=" + share);
  }

  @Test
  void shouldBeAttackedMostOfTheTimeThen() {
    double share = cleanShare(bursts::mixed);
    assertTrue(share > 0.35 && share < 0.5, () -> "share=" + share);
  }

  @Test
  void shouldHaveIpv6SourcesThatOnlyHashLikeOurs() {
    long found =
        new WarmUpFrames(OWN, ownAddresses, new byte[40], new byte[40])
            .othersByKind().stream()
                .flatMap(List::stream)
                .filter(this::isIpv6SourceLikeOurs)
                .count();
    assertTrue(found >= 8, "found=" + found);
  }

  private boolean isIpv6SourceLikeOurs(byte[] frame) {
    var buffer = ByteBuffer.wrap(frame);
    if (frame.length < 54 || buffer.getShort(12) != (short) 0x86dd) {
      return false;
    }
    long high = buffer.getLong(22);
    long low = buffer.getLong(30);
    return OwnAddresses.isMaybe(ownAddresses.ipv6Filter(), high ^ low)
        && !ownAddresses.contains(high, low);
  }

  @Test
  void shouldSendBurstsOfOneFrameOnlyAndShortAndEmptyOnes() {
    int uniform = 0;
    int shorter = 0;
    int empty = 0;
    for (int turn = 0; turn < 10 * TURNS; turn++) {
      int count = bursts.nearlyClean(burst);
      uniform += count == burst.length && burst[0] == burst[1] ? 1 : 0;
      shorter += count > 0 && count < burst.length ? 1 : 0;
      empty += count == 0 ? 1 : 0;
    }
    assertTrue(uniform > 50, "uniform=" + uniform);
    assertTrue(shorter > 20, "shorter=" + shorter);
    assertTrue(empty > 0, "empty=" + empty);
  }

  @Test
  void shouldSendEveryFrameOfEveryKind() {
    Set<String> wanted = new HashSet<>(cleanFrames());
    for (List<byte[]> kind :
        new WarmUpFrames(OWN, ownAddresses, new byte[40], new byte[40]).othersByKind()) {
      kind.forEach(frame -> wanted.add(Arrays.toString(frame)));
    }
    Map<byte[], Boolean> known = new IdentityHashMap<>();
    for (int turn = 0; turn < TURNS; turn++) {
      int count = bursts.mixed(burst);
      for (int i = 0; i < count; i++) {
        if (known.put(burst[i], true) == null) {
          wanted.remove(Arrays.toString(burst[i]));
        }
      }
    }
    assertEquals(Set.of(), wanted);
  }

  /** Ten thousand answers a second are the limit that takes longest to use up. */
  @Test
  void shouldHaveStormsOfEveryKindThatUseLimitsUp() {
    Set<String> pings = new HashSet<>();
    var kind = new WarmUpKind(OWN);
    WarmUpOwnFrames.addPings(kind);
    kind.frames().forEach(frame -> pings.add(Arrays.toString(frame)));
    Map<byte[], Boolean> known = new IdentityHashMap<>();
    int inARow = 0;
    int most = 0;
    for (int turn = 0; turn < 2 * TURNS; turn++) {
      int count = bursts.mixed(burst);
      int found = 0;
      for (int i = 0; i < count; i++) {
        if (known.computeIfAbsent(burst[i], frame -> pings.contains(Arrays.toString(frame)))) {
          found++;
        }
      }
      inARow = 2 * found >= count ? inARow + found : 0;
      most = Math.max(most, inARow);
    }
    assertTrue(most > 10_000, "most=" + most);
  }

  @Test
  void shouldSendTheSameInEveryStart() {
    WarmUpBursts again = new WarmUpBursts(OWN, ownAddresses, new byte[40], new byte[40]);
    byte[][] other = new byte[Worker.BURST][];
    for (int turn = 0; turn < 1_000; turn++) {
      int count = bursts.mixed(burst);
      assertEquals(count, again.mixed(other));
      for (int i = 0; i < count; i++) {
        assertTrue(Arrays.equals(burst[i], other[i]));
      }
    }
  }
}
