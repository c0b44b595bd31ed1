package io.breakwater.workers.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Appliance;
import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.TestBuffers;
import io.breakwater.workers.firewall.FirewallLog;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Fragments;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.pipeline.Counters;
import io.breakwater.workers.pipeline.ForwardingCompiler;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Pipeline;
import io.breakwater.workers.pipeline.PipelineBuilder;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.pipeline.StageMeters;
import io.breakwater.workers.protection.ProtectionState;
import io.breakwater.workers.stage.Fragmentation;
import io.breakwater.workers.stage.NeighbourListener;
import io.breakwater.workers.table.NeighbourKey;
import io.breakwater.workers.table.NeighbourTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Whether the warm-up's frames get where they are to get: a stage that none enters stays cold. */
class WarmUpFramesTest {

  private static final long OWN = 0x0200_0000_0002L;

  private final TreeSet<Integer> learned = new TreeSet<>();
  private final TestBatch packets = new TestBatch();
  private final TestBuffers buffers = new TestBuffers();
  private final Appliance configuration = OnePort.ofWarmUp();
  private final Slots slots = new Slots(configuration.limits());
  private final ForwardingTables tables =
      new ForwardingCompiler(slots, new long[] {OWN}).compile(configuration);
  private final Pipeline pipeline = pipeline();

  /** How often packets ended as they did: {@code ANSWERED}. */
  private final Map<String, Integer> fates = new TreeMap<>();

  private final List<byte[]> sent = new ArrayList<>();

  private Pipeline pipeline() {
    var neighbours = new NeighbourTable(slots.neighbours().bound() - 1, 64);
    NeighbourKey[] keys = tables.neighbours();
    for (int slot = 0; slot < keys.length; slot++) {
      if (keys[slot] != null) {
        neighbours.put(
            slot, keys[slot].port(), keys[slot].ipv6(), keys[slot].high(), keys[slot].low());
        neighbours.resolve(slot, keys[slot].pinnedMac());
      }
    }
    return new PipelineBuilder(packets.memory, 32)
        .neighbours(neighbours, new Silent())
        .fragmentation(new Fragmentation(buffers, 0, 1))
        .tunnelMtus((tunnel, mtuBytes) -> learned.add(tunnel))
        .firewalls(slots.firewalls().newCounters(), FirewallLog.NONE)
        .protection(new ProtectionState(slots.tenants().bound(), 1, ProtectionState.Sizes.SMALL), 0)
        .counters(
            new Counters(slots.tenants().bound(), slots.tunnels().bound()),
            new StageMeters(() -> 0))
        .build();
  }

  private static final class Silent implements NeighbourListener {
    @Override
    public void answered(int port, boolean ipv6, long high, long low, long mac) {}

    @Override
    public void asked(int port, boolean ipv6, long high, long low, long mac) {}

    @Override
    public void wanted(int port, boolean ipv6, long high, long low) {}
  }

  private void process(Consumer<WarmUpKind> frames) {
    var kind = new WarmUpKind(OWN);
    frames.accept(kind);
    for (byte[] frame : kind.frames()) {
      packets.begin(frame);
      buffers.reset();
      pipeline.process(packets.batch, 0, tables, 1_000_000_000L);
      String fate = packets.fate(0);
      fates.merge(fate, 1, Integer::sum);
      if (fate.equals("DELIVERED") || fate.equals("ANSWERED")) {
        sent.add(packets.frame(0));
        takeFragments(packets.memory, pipeline.fragments());
      }
    }
  }

  private void takeFragments(PacketMemory memory, Fragments fragments) {
    Batch batch = fragments.batch;
    for (int n = 0; n < fragments.count(); n++) {
      byte[] frame = new byte[batch.length(n)];
      memory.read(batch.frame(n), frame, 0, frame.length);
      sent.add(frame);
    }
  }

  private int count(String fate) {
    return fates.getOrDefault(fate, 0);
  }

  private long overIpv6(int nextHeader) {
    return sent.stream()
        .filter(frame -> Frames.u16(frame, 12) == 0x86dd && frame[20] == nextHeader)
        .count();
  }

  @Test
  void shouldCutInsideAndOutsideTunnelsOverIpv6() {
    process(WarmUpFitFrames::addTooBigOverIpv6);
    assertTrue(overIpv6(44) >= 6, "outer fragments=" + overIpv6(44));
    long innerFragments =
        sent.stream()
            .filter(frame -> Frames.u16(frame, 12) == 0x86dd && frame[20] == 47)
            .filter(frame -> Frames.u16(frame, 56) == 0x0800)
            .filter(frame -> (Frames.u16(frame, 58 + 6) & 0x3fff) != 0)
            .count();
    assertTrue(innerFragments >= 4, "inner fragments=" + innerFragments);
    assertTrue(count("ANSWERED") >= 16, fates::toString);
  }

  @Test
  void shouldSendSynsIntoAndOutOfTunnelsOverIpv6() {
    process(WarmUpFitFrames::addSyns);
    long into =
        sent.stream()
            .filter(frame -> Frames.u16(frame, 12) == 0x86dd && frame[20] == 47)
            .filter(frame -> Frames.u16(frame, 56) == 0x0800)
            .filter(frame -> frame[58 + 20 + 13] == 2)
            .count();
    assertTrue(into >= 1, "into=" + into);
    assertEquals(Set.of("DELIVERED"), fates.keySet());
  }

  @Test
  void shouldTellOfTunnelsOfBothFamilies() {
    process(WarmUpTunnelFrames::addErrors);
    assertTrue(count("ANSWERED") >= 8, fates::toString);
    assertTrue(count("CONSUMED") >= 8, fates::toString);
    assertTrue(count("ICMP_UNKNOWN_QUOTE") >= 8, fates::toString);
    assertTrue(count("HOST") >= 1, fates::toString);
    assertEquals(2, learned.size(), "with a key and without");
    learned.clear();
    fates.clear();
    process(WarmUpTunnelFrames::addErrorsOverIpv6);
    assertTrue(count("ANSWERED") >= 12, fates::toString);
    assertTrue(count("CONSUMED") >= 12, fates::toString);
    assertTrue(count("ICMP_UNKNOWN_QUOTE") >= 12, fates::toString);
    assertTrue(count("HOST") >= 1, fates::toString);
    assertEquals(1, learned.size());
  }
}
