package io.breakwater.workers.protection;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import java.util.Arrays;

/**
 * Shows the control thread some of the packets of each tenant with protection, as they came in: one
 * of so many that about as many a second are taken as it wants of that tenant, however many come.
 *
 * <p>A packet costs a tenant's countdown. Where it ends, the packet is copied, and the next
 * distance is drawn by lot around a mean that grows by an eighth where samples come too fast, and
 * is halved where they come far too slowly: so of a tenant whose traffic suddenly grows, a hundred
 * samples are there before the mean has followed.
 *
 * <p>Threading: {@link #process} on its worker's thread, {@link #drainTo} on the control thread.
 */
public final class PacketSampler {

  private static final int MEAN_MAX = 1 << 24;
  private static final int SLOW = 4;

  private final SampleWishes wishes;
  private final SampleRing ring;
  private final int capacity;

  /** By tenant: packets until the next sample, and how many there are between two in the mean. */
  private final int[] countdowns;

  private final int[] means;
  private final long[] sampledNs;
  private long lot = 0x9e37_79b9_7f4a_7c15L;

  private final long[] taken = new long[SampleRing.RECORD_LONGS];

  PacketSampler(SampleWishes wishes, int tenantSlots, int ringCapacity) {
    this.wishes = wishes;
    this.capacity = ringCapacity;
    ring = new SampleRing(ringCapacity);
    countdowns = new int[tenantSlots];
    means = new int[tenantSlots];
    sampledNs = new long[tenantSlots];
    Arrays.fill(means, 1);
  }

  /** Who is shown the samples. */
  @FunctionalInterface
  public interface Listener {

    /**
     * @param first the packet's first bytes, from the IP header on
     * @param lengthBytes of the whole IP packet
     */
    void sampled(int tenant, byte[] first, int lengthBytes);
  }

  /**
   * @param words by tenant: 0 where it has no protection
   */
  public void process(PacketMemory memory, Batch batch, PacketList in, int[] words, long nowNs) {
    int[] index = in.index;
    int[] records = batch.records;
    int[] left = countdowns;
    int count = in.count;
    for (int k = 0; k < count; k++) {
      int at = index[k] << Batch.SHIFT;
      int tenant = records[at + Batch.TENANT];
      if (words[tenant] != 0 && --left[tenant] < 0) {
        sample(memory, records, at, tenant, nowNs);
      }
    }
  }

  private void sample(PacketMemory memory, int[] records, int at, int tenant, long nowNs) {
    int network = records[at + Batch.NETWORK];
    int lengthBytes = records[at + Batch.FRAME] + records[at + Batch.LENGTH] - network;
    ring.offer(memory, tenant, network, lengthBytes);
    long passedNs = nowNs - sampledNs[tenant];
    long wantedNs = wishes.distanceNs(tenant);
    int mean = means[tenant];
    if (passedNs < wantedNs) {
      mean = Math.min(mean + (mean >>> 3) + 1, MEAN_MAX);
    } else if (passedNs > SLOW * wantedNs) {
      mean = Math.max(1, mean >>> 1);
    }
    means[tenant] = mean;
    sampledNs[tenant] = nowNs;
    // Around the mean by lot: a sender in step with a fixed distance would be seen always or never.
    lot = lot * 0x5851_f42d_4c95_7f2dL + 0x1405_7b7e_f767_814fL;
    countdowns[tenant] = (mean >>> 1) + (int) ((lot >>> 33) * mean >>> 31);
  }

  /** Hands over all samples that are there: at most as many as the ring holds. */
  void drainTo(Listener listener) {
    for (int i = 0; i < capacity && ring.poll(taken); i++) {
      byte[] first = new byte[(int) (taken[0] >>> 48)];
      for (int j = 0; j < first.length; j++) {
        first[j] = (byte) (taken[1 + j / Long.BYTES] >>> Long.SIZE - Byte.SIZE * (j % 8 + 1));
      }
      listener.sampled((int) taken[0], first, (int) (taken[0] >>> 32) & 0xffff);
    }
  }
}
