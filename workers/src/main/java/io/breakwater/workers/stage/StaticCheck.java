package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.packet.Tcp;
import io.breakwater.workers.protection.PacketCheck;
import io.breakwater.workers.protection.SlotCounters;
import io.breakwater.workers.protection.StaticTable;
import io.breakwater.workers.protection.WorkerChecks;
import io.breakwater.workers.table.PrefixTable;

/**
 * Reactions to packets that no honest sender makes: impossible TCP flags, source port 0, sources
 * out of the tenant's own prefixes, and fragments that are tiny or overlap.
 *
 * <p>Land packets, martians, and first fragments without their transport header never come here:
 * {@link Ipv4Input} and {@link Ipv6Input} drop them for everybody.
 *
 * <p>Called only from the worker's thread; one object for each address family.
 */
public final class StaticCheck {

  private static final PacketCheck[] CHECKS = PacketCheck.values();
  private static final int[] REASONS = {
    DropReason.TCP_FLAGS.code(),
    DropReason.TINY_FRAGMENT.code(),
    DropReason.OVERLAPPING_FRAGMENT.code(),
    DropReason.SOURCE_PORT_ZERO.code(),
    DropReason.OWN_SOURCE.code()
  };

  private static final boolean[] IMPOSSIBLE_FLAGS = impossibleFlags();

  /** Packets that go on. */
  public final PacketList passed;

  private final boolean ipv6;
  private final PacketFacts facts;
  private final SlotCounters observed;
  private final FragmentCheck fragments;

  /**
   * @param facts of the same packets
   */
  public StaticCheck(int batchCapacity, boolean ipv6, PacketFacts facts, WorkerChecks checks) {
    this.ipv6 = ipv6;
    this.facts = facts;
    observed = checks.observed();
    fragments = new FragmentCheck(ipv6, checks.fragments());
    passed = new PacketList(batchCapacity);
  }

  /**
   * Which combinations of flags no state of a connection sends: none at all; SYN with FIN or RST;
   * RST with FIN; and FIN, PSH or URG in a segment without ACK, which all but the first SYN and a
   * RST carry (RFC 9293 3.10.7). The flags of congestion, and PSH and URG on a SYN, are anybody's:
   * a SYN may carry data.
   */
  private static boolean[] impossibleFlags() {
    boolean[] impossible = new boolean[PacketFacts.FLAGS_MASK + 1];
    for (int flags = 0; flags < impossible.length; flags++) {
      boolean syn = (flags & Tcp.SYN) != 0;
      boolean rst = (flags & Tcp.RST) != 0;
      boolean fin = (flags & Tcp.FIN) != 0;
      boolean ack = (flags & Tcp.ACK) != 0;
      impossible[flags] = syn && (fin || rst) || rst && fin || !syn && !rst && !ack;
    }
    return impossible;
  }

  /**
   * Gives the others of {@code in} their fates.
   *
   * @param destinations what addresses mean, for sources
   */
  public void process(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      StaticTable table,
      PrefixTable destinations,
      long nowNs) {
    int[] index = in.index;
    int[] records = batch.records;
    int[] known = facts.facts();
    int[] transports = facts.transports();
    int[] words = table.words();
    int[] out = passed.index;
    int left = 0;
    int count = in.count;
    for (int k = 0; k < count; k++) {
      int i = index[k];
      int at = i << Batch.SHIFT;
      int fact = known[i];
      int tenant = records[at + Batch.TENANT];
      if (fact != 0
          && isSuspect(memory, table, tenant, fact, records[at + Batch.NETWORK], transports[i])) {
        int reason = judge(memory, batch, i, words[tenant], destinations, nowNs);
        if (reason != 0) {
          batch.setFate(i, reason);
          continue;
        }
      }
      out[left++] = i;
    }
    passed.count = left;
  }

  /** Whether a check may find something: of ordinary packets none does. */
  private boolean isSuspect(
      PacketMemory memory, StaticTable table, int tenant, int fact, int network, int transport) {
    if ((fact & PacketFacts.FRAGMENT) != 0 || isMaybeOwn(memory, table, tenant, network)) {
      return true;
    }
    int protocol = PacketFacts.protocol(fact);
    if (protocol == Ipv4.PROTOCOL_TCP) {
      return IMPOSSIBLE_FLAGS[PacketFacts.tcpFlags(fact)] || memory.u16(transport) == 0;
    }
    return protocol == Ipv4.PROTOCOL_UDP && memory.u16(transport) == 0;
  }

  private boolean isMaybeOwn(PacketMemory memory, StaticTable table, int tenant, int network) {
    return ipv6
        ? table.isMaybeOwn(tenant, Ipv6.sourceHigh(memory, network))
        : table.isMaybeOwn(tenant, Ipv4.source(memory, network));
  }

  /** 0, or the code of a drop reason: that of the first check that drops. */
  private int judge(
      PacketMemory memory, Batch batch, int i, int word, PrefixTable destinations, long nowNs) {
    int fact = facts.facts()[i];
    int network = batch.network(i);
    int end = batch.frame(i) + batch.length(i);
    for (PacketCheck check : CHECKS) {
      int reaction = StaticTable.reaction(word, check);
      if (reaction == StaticTable.OFF) {
        continue;
      }
      boolean found =
          switch (check) {
            case TCP_FLAGS -> hasImpossibleFlags(fact);
            case TINY_FRAGMENT -> fragments.isTiny(memory, network, fact);
            case OVERLAPPING_FRAGMENT -> fragments.overlaps(memory, network, end, fact, nowNs);
            case SOURCE_PORT_ZERO -> hasSourcePortZero(memory, i, fact);
            case OWN_SOURCE -> source(memory, network, destinations) == batch.tenant(i);
          };
      if (found && reaction == StaticTable.DROP) {
        return REASONS[check.ordinal()];
      }
      if (found) {
        observed.add(batch.tenant(i), check.ordinal(), 1);
      }
    }
    return 0;
  }

  private static boolean hasImpossibleFlags(int fact) {
    return PacketFacts.protocol(fact) == Ipv4.PROTOCOL_TCP
        && (fact & PacketFacts.LATER_FRAGMENT) == 0
        && IMPOSSIBLE_FLAGS[PacketFacts.tcpFlags(fact)];
  }

  private boolean hasSourcePortZero(PacketMemory memory, int i, int fact) {
    return (fact & PacketFacts.LATER_FRAGMENT) == 0
        && Transport.hasPorts(PacketFacts.protocol(fact))
        && memory.u16(facts.transports()[i]) == 0;
  }

  private int source(PacketMemory memory, int network, PrefixTable destinations) {
    return ipv6
        ? destinations.find(Ipv6.sourceHigh(memory, network), Ipv6.sourceLow(memory, network))
        : destinations.find(Ipv4.source(memory, network));
  }
}
