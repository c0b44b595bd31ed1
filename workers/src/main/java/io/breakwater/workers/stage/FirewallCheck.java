package io.breakwater.workers.stage;

import io.breakwater.workers.firewall.FirewallEngine;
import io.breakwater.workers.firewall.FirewallLog;
import io.breakwater.workers.firewall.FirewallTable;
import io.breakwater.workers.firewall.PacketView;
import io.breakwater.workers.firewall.RuleCounters;
import io.breakwater.workers.firewall.RuleTree;
import io.breakwater.workers.firewall.RuleTreeWalk;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;

/**
 * The tenants' firewalls: lets packets to tenants go on, drops them, or leaves them to be answered.
 *
 * <p>For most packets a walk down the tenant's {@link RuleTree} says all; what is left runs through
 * the tenant's program, one packet after the other.
 *
 * <p>Called only from the worker's thread; one object for each address family.
 */
public final class FirewallCheck {

  private static final int FIREWALL_DENY = DropReason.FIREWALL_DENY.code();

  private static final int IPV4_TTL = 8;
  private static final int IPV6_HOP_LIMIT = 7;

  /** Packets that go on, and those that are to be answered. */
  public final PacketList passed;

  public final PacketList rejected;

  private final boolean ipv6;
  private final RuleTreeWalk trees;
  private final RuleCounters counters;
  private final FirewallEngine engine;
  private final PacketView view;

  /** Of each packet of a batch that is to be answered: the engine's verdict. */
  private final int[] verdicts;

  public FirewallCheck(
      int batchCapacity,
      boolean ipv6,
      PacketMemory memory,
      RuleCounters counters,
      FirewallLog log) {
    this.ipv6 = ipv6;
    this.counters = counters;
    passed = new PacketList(batchCapacity);
    rejected = new PacketList(batchCapacity);
    trees = new RuleTreeWalk(batchCapacity);
    engine = new FirewallEngine(counters, log);
    view = new PacketView(memory);
    verdicts = new int[batchCapacity];
  }

  /** How a packet of {@link #rejected} is to be answered: as {@link FirewallEngine} says. */
  public int verdict(int packet) {
    return verdicts[packet];
  }

  /** Sorts the packets of {@code in} into the lists, which it clears before. */
  public void process(
      PacketMemory memory, Batch batch, PacketList in, FirewallTable firewalls, long nowNs) {
    rejected.clear();
    if (ipv6) {
      describeIpv6(memory, batch, in, firewalls.ipv6Roots());
    } else {
      describeIpv4(memory, batch, in, firewalls.ipv4Roots());
    }
    trees.walk(firewalls.nodes(), in.count);
    if (decide(batch, in, firewalls.nodes()) > 0) {
      runPrograms(batch, in, firewalls, nowNs);
    }
  }

  private void describeIpv4(PacketMemory memory, Batch batch, PacketList in, int[] roots) {
    int[] index = in.index;
    int[] records = batch.records;
    int[] fields = trees.fields;
    int[] positions = trees.positions;
    int count = in.count;
    for (int k = 0; k < count; k++) {
      int at = index[k] << Batch.SHIFT;
      int network = records[at + Batch.NETWORK];
      int end = records[at + Batch.FRAME] + records[at + Batch.LENGTH];
      int root = roots[records[at + Batch.TENANT]];
      int base = k << RuleTree.FIELDS_SHIFT;
      int transport = network + ((memory.u8(network) & 0x0f) << 2);
      int timeAndProtocol = memory.u16(network + IPV4_TTL);
      boolean later = (Ipv4.flagsAndOffset(memory, network) & 0x1fff) != 0;
      boolean plain = !later && transport + 4 <= end;
      int ports = plain ? memory.i32(transport) : 0;
      fields[base + RuleTree.SOURCE] = Ipv4.source(memory, network);
      fields[base + RuleTree.DESTINATION] = Ipv4.destination(memory, network);
      fields[base + RuleTree.PROTOCOL] = timeAndProtocol & 0xff;
      fields[base + RuleTree.SOURCE_PORT] = plain ? ports >>> 16 : RuleTree.NO_PORT;
      fields[base + RuleTree.DESTINATION_PORT] = plain ? ports & 0xffff : RuleTree.NO_PORT;
      // What a router answers by itself does not come to the hooks behind that.
      boolean whole = timeAndProtocol >>> 8 <= 1 || !plain && !later;
      positions[k] = whole && root != 0 ? FirewallTable.WHOLE_PROGRAM : root;
    }
  }

  private void describeIpv6(PacketMemory memory, Batch batch, PacketList in, int[] roots) {
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      int network = batch.network(i);
      int root = roots[batch.tenant(i)];
      if (root != FirewallTable.NO_FIREWALL) {
        view.begin(batch.frame(i), network, batch.frame(i) + batch.length(i));
        view.describe(trees.fields, k << RuleTree.FIELDS_SHIFT);
        if (memory.u8(network + IPV6_HOP_LIMIT) <= 1) {
          root = FirewallTable.WHOLE_PROGRAM;
        }
      }
      trees.positions[k] = root;
    }
  }

  /** Does what the leaves say; returns how many packets are left for the programs. */
  private int decide(Batch batch, PacketList in, long[] nodes) {
    int[] index = in.index;
    int[] records = batch.records;
    int[] positions = trees.positions;
    int[] goesOn = passed.index;
    int count = in.count;
    int going = 0;
    int lists = 0;
    for (int k = 0; k < count; k++) {
      int i = index[k];
      int at = i << Batch.SHIFT;
      long leaf = nodes[positions[k]];
      int kind = RuleTree.kind(leaf);
      int list = kind + 1 >>> 2;
      int drop = kind >>> 1 & ~list;
      // What is counted for a list is counted for no rule.
      int slot = RuleTree.argument(leaf) & list - 1;
      int bytes =
          records[at + Batch.FRAME] + records[at + Batch.LENGTH] - records[at + Batch.NETWORK];
      counters.count(slot, bytes);
      records[at + Batch.OUTCOME] |= -drop & FIREWALL_DENY;
      goesOn[going] = i;
      going += 1 - drop - list;
      lists += list;
    }
    passed.count = going;
    return lists;
  }

  private void runPrograms(Batch batch, PacketList in, FirewallTable firewalls, long nowNs) {
    long[] nodes = firewalls.nodes();
    for (int k = 0; k < in.count; k++) {
      long leaf = nodes[trees.positions[k]];
      if (RuleTree.kind(leaf) == RuleTree.LIST) {
        runProgram(batch, in.index[k], k, RuleTree.argument(leaf), firewalls, nowNs);
      }
    }
  }

  private void runProgram(
      Batch batch, int i, int k, int list, FirewallTable firewalls, long nowNs) {
    int tenant = batch.tenant(i);
    int base = k << RuleTree.FIELDS_SHIFT;
    view.begin(batch.frame(i), batch.network(i), batch.frame(i) + batch.length(i));
    if (list == 0) {
      view.describe(trees.fields, base);
    }
    int verdict =
        engine.run(firewalls.programs()[tenant], view, trees.fields, base, list, tenant, nowNs);
    switch (verdict & 0xff) {
      case FirewallEngine.ACCEPT -> passed.add(i);
      case FirewallEngine.DROP -> batch.setFate(i, FIREWALL_DENY);
      default -> {
        verdicts[i] = verdict;
        rejected.add(i);
      }
    }
  }
}
