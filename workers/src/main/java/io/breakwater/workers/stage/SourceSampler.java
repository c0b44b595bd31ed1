package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.protection.HeavySources;

/**
 * Counts the sources of the packets of one batch in {@value #BATCHES} for {@link HeavySources}, of
 * tenants with protection. A prime: what takes turns with others is met as often as these.
 *
 * <p>Called only from the worker's thread; one object for each address family.
 */
public final class SourceSampler {

  /** A source's packets are about so many times what is counted. */
  public static final int BATCHES = 17;

  private final boolean ipv6;
  private final PacketFacts facts;
  private final HeavySources sources;
  private int turn;

  /**
   * @param facts of the same packets
   */
  public SourceSampler(boolean ipv6, PacketFacts facts, HeavySources sources) {
    this.ipv6 = ipv6;
    this.facts = facts;
    this.sources = sources;
  }

  public void process(PacketMemory memory, Batch batch, PacketList in, long nowNs) {
    if (++turn < BATCHES) {
      return;
    }
    turn = 0;
    sources.turn(nowNs);
    int[] known = facts.facts();
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      if (known[i] != 0) {
        int network = batch.network(i);
        sources.count(
            batch.tenant(i),
            ipv6,
            ipv6 ? Ipv6.sourceHigh(memory, network) : Ipv4.source(memory, network) & 0xffff_ffffL);
      }
    }
  }
}
