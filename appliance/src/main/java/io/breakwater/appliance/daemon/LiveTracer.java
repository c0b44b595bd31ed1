package io.breakwater.appliance.daemon;

import io.breakwater.appliance.replay.PacketTrace;
import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.workers.firewall.FirewallLog;
import io.breakwater.workers.firewall.RuleCounters;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.pipeline.Counters;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Pipeline;
import io.breakwater.workers.pipeline.PipelineBuilder;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.pipeline.StageMeters;
import io.breakwater.workers.protection.ProtectionState;
import io.breakwater.workers.stage.Fragmentation;
import io.breakwater.workers.stage.FrameBuffers;
import io.breakwater.workers.stage.NeighbourListener;
import io.breakwater.workers.stage.TunnelMtuListener;
import io.breakwater.workers.table.NeighbourTable;
import java.util.Arrays;

/**
 * Takes a packet through the tables that run, beside the workers: on a pipeline of its own with
 * fresh limits, in buffers of the packet pool. What it learns is forgotten, what it would send is
 * not sent, and nothing is counted.
 *
 * <p>Control thread only. Made before the warm-up: a class that is loaded later and does what the
 * workers' own do would make HotSpot throw their compiled code away.
 */
final class LiveTracer {

  private static final int BATCH_CAPACITY = 32;

  private final PacketPool pool;
  private final PacketMemory memory;
  private final NeighbourTable neighbours;
  private final Slots slots;
  private final Buffers buffers;
  private final Deaf deaf = new Deaf();
  private final TunnelMtuListener mtus = (_, _) -> {};

  LiveTracer(PacketPool pool, NeighbourTable neighbours, Slots slots) {
    this.pool = pool;
    this.memory = PacketMemory.install(pool.memory());
    this.neighbours = neighbours;
    this.slots = slots;
    this.buffers = new Buffers(pool);
  }

  /**
   * @param tables with firewalls whose state is not the workers'
   * @throws IllegalArgumentException where the packet pool is used up
   */
  PacketTrace trace(byte[] frame, int port, ForwardingTables tables, RuleCounters rules) {
    StageMeters meters = new StageMeters(() -> 0);
    Pipeline pipeline =
        new PipelineBuilder(memory, BATCH_CAPACITY)
            .neighbours(neighbours, deaf)
            .fragmentation(new Fragmentation(buffers, 0, 1))
            .tunnelMtus(mtus)
            .firewalls(rules, FirewallLog.NONE)
            .protection(
                new ProtectionState(slots.tenants().bound(), 1, ProtectionState.Sizes.SMALL), 0)
            .counters(new Counters(slots.tenants().bound(), slots.tunnels().bound()), meters)
            .build();
    int buffer = buffers.take();
    try {
      PacketTrace.Counts before = PacketTrace.Counts.of(meters);
      Batch batch = batch(frame, buffer);
      pipeline.process(batch, port, tables, 0);
      return PacketTrace.of(memory, batch, pipeline, meters, before, tables);
    } finally {
      buffers.freeAll();
    }
  }

  private Batch batch(byte[] frame, int buffer) {
    Batch batch = new Batch(BATCH_CAPACITY);
    batch.setBuffer(0, buffer);
    batch.setFrame(0, pool.frame(buffer));
    // As the appliance's receiver says it of a frame that does not fit a buffer.
    batch.setLength(0, frame.length <= pool.roomBytes() ? frame.length : ~frame.length);
    memory.write(pool.frame(buffer), frame, 0, Math.min(frame.length, pool.roomBytes()));
    batch.begin(1);
    return batch;
  }

  /** The buffers of one packet: all go back together. */
  private static final class Buffers implements FrameBuffers {

    private final PacketPool pool;
    private final PacketBurst burst = new PacketBurst(PacketBurst.CAPACITY_MIN);
    private int[] taken = new int[0];

    Buffers(PacketPool pool) {
      this.pool = pool;
    }

    int take() {
      int buffer = pool.allocate();
      if (buffer < 0) {
        throw new IllegalArgumentException("there is no packet buffer left: try again");
      }
      add(buffer);
      return buffer;
    }

    private void add(int buffer) {
      taken = Arrays.copyOf(taken, taken.length + 1);
      taken[taken.length - 1] = buffer;
    }

    @Override
    public boolean allocate(int[] buffers, int[] frames, int count) {
      for (int n = 0; n < count; n++) {
        int buffer = pool.allocate();
        if (buffer < 0) {
          return false;
        }
        add(buffer);
        buffers[n] = buffer;
        frames[n] = pool.frame(buffer);
      }
      return true;
    }

    void freeAll() {
      for (int buffer : taken) {
        burst.set(0, buffer, pool.frame(buffer), 0);
        pool.free(burst, 0, 1);
      }
      taken = new int[0];
    }
  }

  /** Nobody hears what is seen of neighbours. */
  private static final class Deaf implements NeighbourListener {

    @Override
    public void answered(int port, boolean ipv6, long high, long low, long mac) {
      // Nothing is learned.
    }

    @Override
    public void asked(int port, boolean ipv6, long high, long low, long mac) {
      // Nothing is learned.
    }

    @Override
    public void wanted(int port, boolean ipv6, long high, long low) {
      // Nobody is asked.
    }
  }
}
