package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.protection.ChecksState;
import io.breakwater.workers.protection.RateTable;
import io.breakwater.workers.protection.SourceRates;
import io.breakwater.workers.protection.TokenCells;

/**
 * Rates of classes of traffic, and of single sources: the source's first, so that who is over it
 * takes nothing from the tenant's others.
 *
 * <p>Called only from the worker's thread; one object for each address family. Sources are looked
 * up in two loops, so that the cache misses of a batch are under way together.
 */
public final class RateCheck {

  private static final int RATE_LIMITED = DropReason.RATE_LIMITED.code();
  private static final int SOURCE_RATE_LIMITED = DropReason.SOURCE_RATE_LIMITED.code();

  /** Packets that go on. */
  public final PacketList passed;

  private final boolean ipv6;
  private final PacketFacts facts;
  private final TokenCells classes;
  private final SourceRates sources;

  /** Of the packets of a list, in its order; 0 where the tenant has no rate for sources. */
  private final long[] tags;

  /** Keeps the reads ahead from being optimised away. */
  private long touched;

  /**
   * @param facts of the same packets
   */
  public RateCheck(int batchCapacity, boolean ipv6, PacketFacts facts, ChecksState checks) {
    this.ipv6 = ipv6;
    this.facts = facts;
    classes = checks.classRates();
    sources = checks.sourceRates();
    tags = new long[batchCapacity];
    passed = new PacketList(batchCapacity);
  }

  /** Gives the others of {@code in} their fates. */
  public void process(
      PacketMemory memory, Batch batch, PacketList in, RateTable table, long nowNs) {
    int[] index = in.index;
    int[] records = batch.records;
    int[] known = facts.facts();
    long[] costs = table.costs();
    int[] out = passed.index;
    int left = 0;
    int count = in.count;
    readAhead(memory, batch, in, costs);
    for (int k = 0; k < count; k++) {
      int i = index[k];
      int row = records[(i << Batch.SHIFT) + Batch.TENANT] << RateTable.ROW_SHIFT;
      int trafficClass = PacketFacts.trafficClass(known[i]);
      long sourceCost = costs[row + RateTable.SOURCE];
      long classCost = costs[row + trafficClass];
      if (sourceCost != 0 && !sources.take(tags[k], nowNs, sourceCost)) {
        batch.setFate(i, SOURCE_RATE_LIMITED);
      } else if (classCost != 0 && !classes.take(row + trafficClass, nowNs, classCost)) {
        batch.setFate(i, RATE_LIMITED);
      } else {
        out[left++] = i;
      }
    }
    passed.count = left;
  }

  private void readAhead(PacketMemory memory, Batch batch, PacketList in, long[] costs) {
    long sum = 0;
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      int tenant = batch.tenant(i);
      if (costs[(tenant << RateTable.ROW_SHIFT) + RateTable.SOURCE] != 0) {
        int network = batch.network(i);
        long source = ipv6 ? Ipv6.sourceHigh(memory, network) : Ipv4.source(memory, network);
        tags[k] = sources.tag(tenant, source);
        sum += sources.touch(tags[k]);
      }
    }
    touched = sum;
  }
}
