package io.breakwater.appliance.daemon;

import io.breakwater.appliance.CommandException;
import io.breakwater.config.Appliance;
import io.breakwater.config.Port;
import io.breakwater.workers.worker.HandoverRings;
import io.breakwater.workers.worker.Worker;

/**
 * How much memory an appliance takes for packets, from its limits, its ports and its workers.
 *
 * <p>A buffer holds the largest frame of the largest port in one piece. A receive ring is at most
 * {@value #RX_DESCRIPTORS_MAX} slots, what a 10 Gbit/s port fills in 275 microseconds; with many
 * queues it is less, so that half of the pool is left for packets on their way. Of that half the
 * rings by which workers hand over may take a quarter, those by which they send for each other
 * another, those to and from the host a third, and what threads keep in their caches the last: so
 * that workers receive even when everything is full.
 *
 * @param packets buffers in the pool
 * @param dataRoomBytes bytes for a frame in each
 * @param rxDescriptors slots of each receive queue
 * @param txDescriptors slots of each transmit queue
 * @param hostRing packets of each ring to and from a host interface
 * @param threadCache buffers that each thread may keep to itself
 * @param worstCase packets in all queues, rings, caches and hands at once
 * @param memoryMiB what DPDK is to take at start
 */
public record PoolPlan(
    int packets,
    int dataRoomBytes,
    int rxDescriptors,
    int txDescriptors,
    int hostRing,
    int threadCache,
    int worstCase,
    int memoryMiB) {

  /** Ethernet header and two 802.1Q tags. */
  private static final int FRAME_OVERHEAD_BYTES = 14 + 2 * 4;

  /** Drivers expect at least this. */
  private static final int DATA_ROOM_BYTES_MIN = 2_048;

  private static final int RX_DESCRIPTORS_MAX = 4_096;
  private static final int TX_DESCRIPTORS_MAX = 1_024;
  private static final int DESCRIPTORS_MIN = 64;

  /** What all classes of the usual `host-limits` may bring at once. */
  private static final int HOST_RING_MAX = 1_024;

  private static final int HOST_RING_MIN = 64;

  /** Rings of a kind together: of the pool. */
  private static final int RING_SHARES = 8;

  private static final int THREAD_CACHE_MAX = 256;

  /** A burst received, one that waits to be sent, and a packet's fragments. */
  private static final int THREAD_BURSTS = 3 * Worker.BURST;

  /** mbuf header, headroom, and what the pool keeps beside each buffer. */
  private static final int BUFFER_OVERHEAD_BYTES = 128 + 128 + 128;

  private static final int QUEUE_MIB = 4;
  private static final int BASE_MIB = 64;

  public static PoolPlan of(Appliance configuration, int workers) {
    int dataRoomBytes = dataRoomBytes(configuration);
    int packets = configuration.limits().packets();
    int queues = configuration.ports().size() * workers;
    int share = Integer.highestOneBit(Math.max(1, packets / 2 / queues));
    int rxDescriptors = Math.min(RX_DESCRIPTORS_MAX, share * 2 / 3);
    rxDescriptors = Integer.highestOneBit(Math.max(1, rxDescriptors));
    int txDescriptors = Math.min(TX_DESCRIPTORS_MAX, rxDescriptors / 2);
    if (txDescriptors < DESCRIPTORS_MIN) {
      throw CommandException.wrongInput(
          "limits.packets is too small for the queues: packets=%d ports=%d workers=%d"
              .formatted(packets, configuration.ports().size(), workers));
    }
    int hostPorts =
        (int) configuration.ports().stream().filter(port -> port.host().isPresent()).count();
    int hostRings = Math.max(1, hostPorts * (workers + 1));
    int hostShare = Math.max(1, packets / RING_SHARES / hostRings);
    int hostRing = Math.clamp(Integer.highestOneBit(hostShare), HOST_RING_MIN, HOST_RING_MAX);
    int threadCache = threadCache(packets, workers + 1);
    int worstCase =
        queues * (rxDescriptors + txDescriptors)
            // As if each port had fewer transmit queues than there are workers.
            + 2 * HandoverRings.packetsMax(workers, packets)
            + hostPorts * ((workers + 1) * hostRing + 2 * HostInterfaces.DESCRIPTORS)
            + (workers + 1) * (heldInCache(threadCache) + THREAD_BURSTS);
    long poolBytes = (long) packets * (dataRoomBytes + BUFFER_OVERHEAD_BYTES);
    int memoryMiB = (int) (poolBytes >> 20) + BASE_MIB + (queues + hostPorts) * QUEUE_MIB;
    return new PoolPlan(
        packets,
        dataRoomBytes,
        rxDescriptors,
        txDescriptors,
        hostRing,
        threadCache,
        worstCase,
        memoryMiB);
  }

  private static int threadCache(int packets, int threads) {
    int share = packets / RING_SHARES / threads - THREAD_BURSTS;
    return Math.clamp(share * 2L / 3, Worker.BURST, THREAD_CACHE_MAX);
  }

  /** DPDK lets a cache grow to one and a half times its size before it gives back. */
  private static int heldInCache(int cache) {
    return cache + cache / 2;
  }

  /** Whether something is left to receive into when all queues and rings are full. */
  public boolean isEnough() {
    return worstCase <= packets;
  }

  /** Bytes for a frame in each buffer: a frame longer than that has the fate frame-oversize. */
  public static int dataRoomBytes(Appliance configuration) {
    int mtuBytes = configuration.ports().stream().mapToInt(Port::mtuBytes).max().orElseThrow();
    return Math.max(DATA_ROOM_BYTES_MIN, mtuBytes + FRAME_OVERHEAD_BYTES + 63 & ~63);
  }
}
