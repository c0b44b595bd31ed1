package io.breakwater.appliance.daemon;

import io.breakwater.appliance.CommandException;
import io.breakwater.config.Appliance;
import io.breakwater.config.Port;

/**
 * How much memory an appliance takes for packets, from its limits, its ports and its workers.
 *
 * <p>A buffer holds the largest frame of the largest port in one piece. A receive ring is at most
 * {@value #RX_DESCRIPTORS_MAX} slots, what a 10 Gbit/s port fills in 275 microseconds; with many
 * queues it is less, so that half of the pool is left for packets on their way.
 *
 * @param packets buffers in the pool
 * @param dataRoomBytes bytes for a frame in each
 * @param rxDescriptors slots of each receive queue
 * @param txDescriptors slots of each transmit queue
 * @param hostRing packets of each ring to and from a host interface
 * @param memoryMiB what DPDK is to take at start
 */
public record PoolPlan(
    int packets,
    int dataRoomBytes,
    int rxDescriptors,
    int txDescriptors,
    int hostRing,
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
    int hostRing =
        Math.clamp(Integer.highestOneBit(packets / 4 / hostRings), HOST_RING_MIN, HOST_RING_MAX);
    long poolBytes = (long) packets * (dataRoomBytes + BUFFER_OVERHEAD_BYTES);
    int memoryMiB = (int) (poolBytes >> 20) + BASE_MIB + (queues + hostPorts) * QUEUE_MIB;
    return new PoolPlan(packets, dataRoomBytes, rxDescriptors, txDescriptors, hostRing, memoryMiB);
  }

  /** Bytes for a frame in each buffer: a frame longer than that has the fate frame-oversize. */
  public static int dataRoomBytes(Appliance configuration) {
    int mtuBytes = configuration.ports().stream().mapToInt(Port::mtuBytes).max().orElseThrow();
    return Math.max(DATA_ROOM_BYTES_MIN, mtuBytes + FRAME_OVERHEAD_BYTES + 63 & ~63);
  }
}
