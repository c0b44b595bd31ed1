package io.breakwater.perf.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.perf.traffic.TrafficProfile.Popularity;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProfileFramesTest {

  private static final Workload WORKLOAD = Workload.of(100, 1_000, 42);
  private static final int IPV4 = 14;
  private static final int TRANSPORT = 34;
  private static final int TCP = 6;

  private final byte[] bytes = new byte[9_216];
  private final ByteBuffer frame = ByteBuffer.wrap(bytes);
  private final Random ticks = new Random(5);

  private static TrafficProfile profile(int flows, FrameSizes sizes, TrafficMix mix) {
    return new TrafficProfile(WORKLOAD, flows, Popularity.UNIFORM, sizes, mix);
  }

  private static ProfileFrames frames(TrafficProfile profile) {
    return new ProfileFrames(profile, Workload.OWN_MAC, Workload.ROUTER_MAC);
  }

  private int next(ProfileFrames frames) {
    return frames.write(MemorySegment.ofArray(bytes), 0, ticks.nextLong());
  }

  @Test
  void shouldHaveRightLengthsAndChecksumsInEverySize() {
    FrameSizes sizes = new FrameSizes(List.of(60, 64, 66, 594, 1_486, 8_986));
    ProfileFrames frames = frames(profile(1_000, sizes, TrafficMix.LEGITIMATE));
    for (int i = 0; i < 12_000; i++) {
      int length = next(frames);
      assertEquals(sizes.bytes().get(i % 6), length);
      assertEquals(length - IPV4, frame.getShort(IPV4 + 2));
      assertEquals(0xffff, headerSum());
      assertEquals(0xffff, transportSum(length), () -> "protocol=" + frame.get(IPV4 + 9));
      assertEquals(
          TrafficKind.LEGITIMATE.ordinal(), PacketStamp.kind(MemorySegment.ofArray(bytes), length));
    }
  }

  @Test
  void shouldHaveFlowsThatAreAllDifferent() {
    int flows = 200_000;
    FlowSet table = FlowSet.of(profile(flows, FrameSizes.of(64), TrafficMix.LEGITIMATE));
    Set<List<Object>> seen = new HashSet<>();
    for (int flow = 0; flow < flows; flow++) {
      seen.add(List.of(addresses(table, flow), table.ports(table.bits(flow)), FlowSet.tcp(flow)));
    }
    assertEquals(flows, seen.size());
  }

  private static long addresses(FlowSet flows, int flow) {
    return flows.addresses(flow, flows.bits(flow));
  }

  @Test
  void shouldGoEvenlyToAllPrefixesAndNowhereElse() {
    FlowSet flows = FlowSet.of(profile(100_000, FrameSizes.of(64), TrafficMix.LEGITIMATE));
    Map<Integer, Integer> flowsOfPrefix = new HashMap<>();
    for (int flow = 0; flow < flows.count(); flow++) {
      int destination = (int) addresses(flows, flow);
      Workload.Prefix prefix =
          WORKLOAD.prefixes().stream()
              .filter(each -> (destination ^ each.address()) >>> 32 - each.length() == 0)
              .findFirst()
              .orElseThrow(() -> new AssertionError("no tenant's: " + destination));
      flowsOfPrefix.merge(prefix.address(), 1, Integer::sum);
    }
    assertEquals(WORKLOAD.prefixes().size(), flowsOfPrefix.size());
    flowsOfPrefix.values().forEach(count -> assertEquals(100, count, 60));
  }

  /** Sources are a walk around a circle: it must not come back to its start too early. */
  @Test
  void shouldHaveAnotherSourceForEachOfTenMillionFlows() {
    FlowSet table =
        FlowSet.of(profile(TrafficProfile.FLOWS_MAX, FrameSizes.of(64), TrafficMix.LEGITIMATE));
    BitSet seen = new BitSet();
    for (int flow = 0; flow < table.count(); flow++) {
      int source = (int) (addresses(table, flow) >>> 32);
      int first = source >>> 24;
      assertTrue(first >= 128 && first <= 168, () -> "first byte=" + first);
      seen.set(source & 0x7fff_ffff);
    }
    assertEquals(table.count(), seen.cardinality());
  }

  @Test
  void shouldSendTheSameFramesEveryTime() {
    TrafficProfile profile =
        profile(1_000, FrameSizes.IMIX, TrafficMix.attack(TrafficKind.SYN_FLOOD, 300));
    ProfileFrames one = frames(profile);
    ProfileFrames other = frames(profile);
    for (int i = 0; i < 5_000; i++) {
      int length = one.write(MemorySegment.ofArray(bytes), 0, i);
      byte[] copy = new byte[length];
      assertEquals(length, other.write(MemorySegment.ofArray(copy), 0, i));
      assertEquals(ByteBuffer.wrap(copy), ByteBuffer.wrap(bytes, 0, length));
    }
  }

  @ParameterizedTest
  @EnumSource(value = TrafficKind.class, names = "LEGITIMATE", mode = EnumSource.Mode.EXCLUDE)
  void shouldMixAttacksByTheirShare(TrafficKind attack) {
    ProfileFrames frames =
        frames(profile(1_000, FrameSizes.of(64), TrafficMix.attack(attack, 250)));
    int attacks = 0;
    Set<Integer> sources = new HashSet<>();
    for (int i = 0; i < 10 * TrafficMix.ROUND; i++) {
      int length = next(frames);
      int kind = frames.kind();
      assertEquals(kind, PacketStamp.kind(MemorySegment.ofArray(bytes), length));
      if (kind == attack.ordinal()) {
        attacks++;
        sources.add(frame.getInt(IPV4 + 12));
        checkAttack(attack, length);
      }
    }
    assertEquals(2_500, attacks);
    int least = attack == TrafficKind.SYN_FLOOD || attack == TrafficKind.UDP_FLOOD ? 2_490 : 500;
    assertTrue(sources.size() >= least, () -> "sources=" + sources.size());
  }

  private void checkAttack(TrafficKind attack, int length) {
    if (attack == TrafficKind.MALFORMED) {
      boolean wrong =
          frame.get(IPV4) != 0x45
              || frame.getShort(IPV4 + 2) != length - IPV4
              || headerSum() != 0xffff;
      assertTrue(wrong, "a malformed packet is well formed");
      return;
    }
    assertEquals(0xffff, headerSum());
    int offset = frame.getShort(IPV4 + 6) & 0x1fff;
    if (attack == TrafficKind.FRAGMENTS) {
      assertNotEquals(0, offset);
      assertTrue(offset * 8 + length - TRANSPORT <= 65_535 - 20, () -> "offset=" + offset);
    } else {
      assertEquals(0xffff, transportSum(length));
    }
    if (attack == TrafficKind.SYN_FLOOD) {
      assertEquals(0x02, frame.get(TRANSPORT + 13));
    }
  }

  private int headerSum() {
    return fold(sum(IPV4, TRANSPORT));
  }

  /** RFC 9293 3.1, RFC 768: with pseudo header and checksum all words sum to ones. */
  private int transportSum(int length) {
    int protocol = frame.get(IPV4 + 9);
    assertTrue(protocol == TCP || frame.getShort(TRANSPORT + 6) != 0, "no checksum");
    return fold(sum(IPV4 + 12, TRANSPORT) + protocol + length - TRANSPORT + sum(TRANSPORT, length));
  }

  private long sum(int from, int to) {
    long sum = 0;
    for (int at = from; at < to; at += 2) {
      sum += Short.toUnsignedInt(frame.getShort(at));
    }
    return sum;
  }

  private static int fold(long sum) {
    long folded = sum;
    while (folded >>> 16 != 0) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    return (int) folded;
  }
}
