package io.breakwater.appliance.replay;

import io.breakwater.appliance.report.FateReport;
import io.breakwater.appliance.report.ReplayReport;
import io.breakwater.config.Appliance;
import io.breakwater.workers.firewall.FirewallLog;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.pipeline.Counters;
import io.breakwater.workers.pipeline.ForwardingCompiler;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Pipeline;
import io.breakwater.workers.pipeline.PipelineBuilder;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.pipeline.StageMeters;
import io.breakwater.workers.pipeline.TunnelMtus;
import io.breakwater.workers.protection.CookieKeys;
import io.breakwater.workers.protection.ProtectionState;
import io.breakwater.workers.stage.Fragmentation;
import io.breakwater.workers.stage.FrameBuffers;
import io.breakwater.workers.stage.NeighbourDiscovery;
import io.breakwater.workers.stage.NeighbourEvents;
import io.breakwater.workers.stage.Originator;
import io.breakwater.workers.table.NeighbourKey;
import io.breakwater.workers.table.NeighbourTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The appliance's packet path without DPDK: one worker's pipeline, fed one frame at a time.
 *
 * <p>Packet memory is plain memory with a frame's buffer and some for its fragments. What a router
 * says of a tunnel's MTU holds from the next frame on. Time is what the caller says. All ports have
 * the Ethernet address {@code 02:00:00:00:00:02}; every neighbour of the configuration (gateways,
 * and tunnel ends in a connected subnet) has {@code 02:00:00:00:00:01} unless one is pinned, since
 * nobody answers ARP here. Frames that no input frame caused, such as ARP requests, go nowhere.
 *
 * <p>Deterministic: the same configuration, frames and times give the same frames and counts. One
 * thread.
 */
public final class ReplayPath {

  public static final long PORT_MAC = 0x02_00_00_00_00_02L;
  static final long NEIGHBOUR_MAC = 0x02_00_00_00_00_01L;

  /** As DPDK's: room in front of a frame for the headers that are put before it. */
  private static final int HEADROOM_BYTES = 128;

  private static final int BATCH_CAPACITY = 32;

  /** Of SYN cookies: none, so that a replay is the same everywhere. */
  private static final byte[] SECRET = new byte[32];

  private static final int ORIGINATED_BYTES = 256;
  private static final int ROOM_BYTES_MAX = 16 << 10;
  private static final int BUFFER_BYTES = HEADROOM_BYTES + ROOM_BYTES_MAX;

  /** The frame's own buffer and those that its fragments may need, then one for own frames. */
  private static final int BUFFERS = 1 + FrameBuffers.COUNT_MAX;

  /** One for the process, as {@link PacketMemory} asks: so one replay at a time. */
  static final MemorySegment MEMORY =
      Arena.global().allocate(BUFFERS * BUFFER_BYTES + ORIGINATED_BYTES);

  private final Appliance configuration;
  private final int port;
  private final int roomBytes;
  private final PacketMemory memory;
  private final Slots slots;
  private final Counters counters;
  private final StageMeters meters = new StageMeters(() -> 0);
  private final TunnelMtus mtus;
  private final ForwardingCompiler compiler;
  private final NeighbourDiscovery neighbours;
  private final Pipeline pipeline;
  private final Originator discarded = new Discarded(BUFFERS * BUFFER_BYTES);
  private final Batch batch = new Batch(BATCH_CAPACITY);
  private final ProtectionState protection;
  private ForwardingTables tables;
  private long keysEpoch = Long.MIN_VALUE;
  private long nowNs;
  private boolean mtusChanged;
  private long sent;

  /**
   * @param port index of the port on which all frames arrive
   * @param roomBytes the longest frame that a packet buffer holds
   * @param startNs the time of the first frame
   */
  public ReplayPath(Appliance configuration, int port, int roomBytes, long startNs) {
    this.configuration = configuration;
    this.port = port;
    this.roomBytes = roomBytes;
    if (roomBytes > ROOM_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a replay's packet buffer has at most %d bytes: room=%d"
              .formatted(ROOM_BYTES_MAX, roomBytes));
    }
    // What an earlier replay of this process left behind must not show in this one's frames.
    MEMORY.fill((byte) 0);
    memory = PacketMemory.install(MEMORY);
    slots = new Slots(configuration.limits());
    long[] macs = new long[configuration.ports().size()];
    Arrays.fill(macs, PORT_MAC);
    mtus = new TunnelMtus(slots.tunnels().bound());
    compiler = new ForwardingCompiler(slots, macs, mtus);
    nowNs = startNs;
    compiler.setClock(() -> nowNs);
    tables = compiler.compile(configuration);
    counters = new Counters(slots.tenants().bound(), slots.tunnels().bound());
    NeighbourTable table =
        new NeighbourTable(slots.neighbours().bound() - 1, configuration.limits().neighbours());
    neighbours = new NeighbourDiscovery(memory, table, new Unheard(), startNs);
    neighbours.configure(resolved(tables.neighbours()));
    protection =
        new ProtectionState(
            slots.tenants().bound(), 1, ProtectionState.Sizes.APPLIANCE, new SplittableRandom(0));
    refreshKeys(startNs);
    pipeline =
        new PipelineBuilder(memory, BATCH_CAPACITY)
            .neighbours(table, neighbours)
            .fragmentation(new Fragmentation(new PlainBuffers(), 0, 1))
            .tunnelMtus(this::lowerMtu)
            .firewalls(slots.firewalls().newCounters(), FirewallLog.NONE)
            .protection(protection, 0)
            .counters(counters, meters)
            .build();
  }

  private static NeighbourKey[] resolved(NeighbourKey[] neighbours) {
    NeighbourKey[] resolved = neighbours.clone();
    for (int slot = 0; slot < resolved.length; slot++) {
      NeighbourKey key = resolved[slot];
      if (key != null && key.pinnedMac() < 0) {
        resolved[slot] =
            new NeighbourKey(key.port(), key.high(), key.low(), key.ipv6(), NEIGHBOUR_MAC);
      }
    }
    return resolved;
  }

  /**
   * Takes a frame through the pipeline.
   *
   * @param frame not kept
   * @param length any, 0 included
   * @param nowNs not before the last call's
   * @return how many frames are to be sent because of it: {@link #copySent} tells which
   */
  public int process(byte[] frame, int length, long nowNs) {
    refreshMtus(nowNs);
    refreshKeys(nowNs);
    batch.setBuffer(0, 0);
    batch.setFrame(0, HEADROOM_BYTES);
    // As the appliance's receiver says it of a frame that does not fit a buffer.
    batch.setLength(0, length <= roomBytes ? length : ~length);
    memory.write(HEADROOM_BYTES, frame, 0, Math.min(length, roomBytes));
    batch.begin(1);
    neighbours.tick(nowNs, tables.ports(), discarded);
    pipeline.process(batch, port, tables, nowNs);
    counters.count(batch);
    counters.count(batch, pipeline.fragments());
    int fate = batch.fate(0);
    if (fate == Fate.UNDECIDED) {
      throw new IllegalStateException("a frame must have a fate: length=" + length);
    }
    boolean sends = fate == Fate.DELIVERED.code() || fate == Fate.ANSWERED.code();
    int frames = sends ? 1 + pipeline.fragments().count() : 0;
    sent += frames;
    return frames;
  }

  /** The same, and tells what the frame met on its way. */
  public PacketTrace trace(byte[] frame, int length, long nowNs) {
    PacketTrace.Counts before = PacketTrace.Counts.of(meters);
    process(frame, length, nowNs);
    return PacketTrace.of(memory, batch, pipeline, meters, before, tables);
  }

  /** Which slot is whose. */
  public Slots slots() {
    return slots;
  }

  /** What the appliance's control thread does a moment later. */
  private void lowerMtu(int tunnel, int mtuBytes) {
    mtusChanged |= mtus.lower(tunnel, mtuBytes, nowNs);
  }

  /** Cookies are of the frames' own time. */
  private void refreshKeys(long nowNs) {
    if (!tables.protection().synGuard().isEmpty() && CookieKeys.epoch(nowNs) != keysEpoch) {
      keysEpoch = CookieKeys.epoch(nowNs);
      protection.synGuard().setKeys(CookieKeys.derive(SECRET, nowNs, 0));
    }
  }

  private void refreshMtus(long nowNs) {
    this.nowNs = nowNs;
    mtusChanged |= !mtus.expire(nowNs).isEmpty();
    if (mtusChanged) {
      mtusChanged = false;
      tables = compiler.compile(configuration);
    }
  }

  /**
   * Copies a frame that the last {@link #process} sent.
   *
   * @param number in the order of sending, from 0
   * @return its length
   */
  public int copySent(int number, byte[] target) {
    Batch frames = number == 0 ? batch : pipeline.fragments().batch;
    int index = Math.max(0, number - 1);
    memory.read(frames.frame(index), target, 0, frames.length(index));
    return frames.length(index);
  }

  /** What became of all frames so far. */
  public ReplayReport report() {
    return FateReport.of(configuration, slots, List.of(counters), sent);
  }

  /** Always the same buffers: a frame's fragments are written before the next frame comes. */
  private static final class PlainBuffers implements FrameBuffers {

    @Override
    public boolean allocate(int[] buffers, int[] frames, int count) {
      for (int n = 0; n < count; n++) {
        buffers[n] = (1 + n) * BUFFER_BYTES;
        frames[n] = buffers[n] + HEADROOM_BYTES;
      }
      return true;
    }
  }

  /** Where frames of our own go: to no wire. */
  private record Discarded(int frame) implements Originator {

    @Override
    public int allocate() {
      return frame;
    }

    @Override
    public void send(int frame, int lengthBytes, int port) {
      // Only what an input frame caused is written.
    }
  }

  private static final class Unheard implements NeighbourEvents {

    @Override
    public void resolved(int port, boolean ipv6, long high, long low, long mac) {
      // A replay has no journal.
    }

    @Override
    public void lost(int port, boolean ipv6, long high, long low) {
      // A replay has no journal.
    }
  }
}
