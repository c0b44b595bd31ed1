package io.breakwater.appliance.replay;

import io.breakwater.appliance.report.FateReport;
import io.breakwater.appliance.report.ReplayReport;
import io.breakwater.config.Appliance;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.pipeline.Counters;
import io.breakwater.workers.pipeline.ForwardingCompiler;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Pipeline;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.pipeline.StageMeters;
import io.breakwater.workers.stage.NeighbourDiscovery;
import io.breakwater.workers.stage.NeighbourEvents;
import io.breakwater.workers.stage.Originator;
import io.breakwater.workers.table.NeighbourKey;
import io.breakwater.workers.table.NeighbourTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * The appliance's packet path without DPDK: one worker's pipeline, fed one frame at a time.
 *
 * <p>Packet memory is plain memory with one buffer. Time is what the caller says. All ports have
 * the Ethernet address {@code 02:00:00:00:00:02}; every neighbour of the configuration (gateways,
 * and tunnel ends in a connected subnet) has {@code 02:00:00:00:00:01} unless one is pinned, since
 * nobody answers ARP here. Frames that no input frame caused, such as ARP requests, go nowhere.
 *
 * <p>Deterministic: the same configuration, frames and times give the same frames and counts. One
 * thread.
 */
public final class ReplayPath {

  static final long PORT_MAC = 0x02_00_00_00_00_02L;
  static final long NEIGHBOUR_MAC = 0x02_00_00_00_00_01L;

  /** As DPDK's: room in front of a frame for the headers that are put before it. */
  private static final int HEADROOM_BYTES = 128;

  private static final int BATCH_CAPACITY = 32;
  private static final int ORIGINATED_BYTES = 256;
  private static final int ROOM_BYTES_MAX = 16 << 10;

  /** One for the process, as {@link PacketMemory} asks: so one replay at a time. */
  private static final MemorySegment MEMORY =
      Arena.global().allocate(HEADROOM_BYTES + ROOM_BYTES_MAX + ORIGINATED_BYTES);

  private final Appliance configuration;
  private final int port;
  private final int roomBytes;
  private final PacketMemory memory;
  private final Slots slots;
  private final Counters counters;
  private final ForwardingTables tables;
  private final NeighbourDiscovery neighbours;
  private final Pipeline pipeline;
  private final Originator discarded = new Discarded(HEADROOM_BYTES + ROOM_BYTES_MAX);
  private final Batch batch = new Batch(BATCH_CAPACITY);
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
    tables = new ForwardingCompiler(slots, macs).compile(configuration);
    counters = new Counters(slots.tenants().bound(), slots.tunnels().bound());
    NeighbourTable table =
        new NeighbourTable(slots.neighbours().bound() - 1, configuration.limits().neighbours());
    neighbours = new NeighbourDiscovery(memory, table, new Unheard(), startNs);
    neighbours.configure(resolved(tables.neighbours()));
    pipeline =
        new Pipeline(memory, BATCH_CAPACITY, table, neighbours, counters, new StageMeters(() -> 0));
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
   * @return whether a frame is to be sent because of it: {@link #copySent} tells which
   */
  public boolean process(byte[] frame, int length, long nowNs) {
    batch.setBuffer(0, 0);
    batch.setFrame(0, HEADROOM_BYTES);
    // As the appliance's receiver says it of a frame that does not fit a buffer.
    batch.setLength(0, length <= roomBytes ? length : ~length);
    memory.write(HEADROOM_BYTES, frame, 0, Math.min(length, roomBytes));
    batch.begin(1);
    neighbours.tick(nowNs, tables.ports(), discarded);
    pipeline.process(batch, port, tables, nowNs);
    counters.count(batch);
    int fate = batch.fate(0);
    if (fate == Fate.UNDECIDED) {
      throw new IllegalStateException("a frame must have a fate: length=" + length);
    }
    boolean sends = fate == Fate.DELIVERED.code() || fate == Fate.ANSWERED.code();
    if (sends) {
      sent++;
    }
    return sends;
  }

  /**
   * Copies the frame that the last {@link #process} sent.
   *
   * @return its length
   */
  public int copySent(byte[] target) {
    memory.read(batch.frame(0), target, 0, batch.length(0));
    return batch.length(0);
  }

  /** What became of all frames so far. */
  public ReplayReport report() {
    return FateReport.of(configuration, slots, List.of(counters), sent);
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
