package io.breakwater.workers.stage;

import io.breakwater.workers.firewall.FirewallEngine;
import io.breakwater.workers.firewall.FirewallLog;
import io.breakwater.workers.firewall.FirewallProgram;
import io.breakwater.workers.firewall.FirewallTable;
import io.breakwater.workers.firewall.FlowAnswers;
import io.breakwater.workers.firewall.FrontSet;
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
 * <p>For a flow that was here lately {@link FlowAnswers} knows what the tenant's {@link RuleTree}
 * says; the other packets of a batch walk down their trees together. What that does not decide runs
 * through the tenant's program, one packet after the other.
 *
 * <p>Called only from the worker's thread; one object for each address family.
 */
public final class FirewallCheck {

  private static final int FIREWALL_DENY = DropReason.FIREWALL_DENY.code();

  private static final int IPV4_TTL = 8;

  /** Flags and offset (16 bits), TTL, protocol. */
  private static final int IPV4_MIDDLE = 6;

  private static final int IPV4_ADDRESSES = 12;
  private static final int IPV6_HOP_LIMIT = 7;

  /** Packets that go on, and those that are to be answered. */
  public final PacketList passed;

  public final PacketList rejected;

  private final boolean ipv6;
  private final RuleTreeWalk trees;

  /** Null for IPv6. */
  private final FlowAnswers flows;

  /** Of each packet of the list that is processed: {@link RuleTree#answer} of its leaf. */
  private final int[] answers;

  private final RuleCounters counters;
  private final FirewallEngine engine;
  private final PacketView view;

  /** Of the packets that wait for the answer of a {@link FrontSet}; then that answer. */
  private final int[] frontAddresses;

  /** What was read ahead: kept so that the reads are made. */
  private long fetched;

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
    flows = ipv6 ? null : new FlowAnswers();
    answers = new int[batchCapacity];
    frontAddresses = new int[batchCapacity];
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
      walk(in.count, firewalls.nodes());
    } else {
      flows.use(firewalls);
      flows.fetch(batch, in, firewalls.ipv4Fixed());
      int unknown = recall(memory, batch, in, firewalls.ipv4Fixed());
      if (unknown > 0) {
        describeIpv4(memory, batch, in, unknown, firewalls.ipv4Roots());
        walk(unknown, firewalls.nodes());
        keep(memory, batch, in, unknown);
      }
    }
    if (!ipv6 && firewalls.hasFrontSets()) {
      testFrontSets(memory, batch, in, firewalls);
    }
    if (decide(batch, in) > 0) {
      runPrograms(batch, in, firewalls, nowNs);
    }
  }

  /**
   * Looks flows up; returns how many packets are of others, which are to be asked for.
   *
   * @param fixed by tenant: what all flows get, or {@link FlowAnswers#NONE}
   */
  private int recall(PacketMemory memory, Batch batch, PacketList in, int[] fixed) {
    int[] index = in.index;
    int[] records = batch.records;
    int[] unknown = trees.asked;
    long[] words = flows.words();
    int[] answer = answers;
    int count = in.count;
    int left = 0;
    for (int k = 0; k < count; k++) {
      int at = index[k] << Batch.SHIFT;
      int network = records[at + Batch.NETWORK];
      int end = records[at + Batch.FRAME] + records[at + Batch.LENGTH];
      int middle = memory.i32(network + IPV4_MIDDLE);
      int transport = transport(memory, network);
      boolean flow = isFlow(middle) && transport + 4 <= end;
      int found = fixed[records[at + Batch.TENANT]];
      if (found == FlowAnswers.NONE) {
        if (flow) {
          found =
              FlowAnswers.find(
                  words,
                  records[at + Batch.FLOW],
                  memory.i64(network + IPV4_ADDRESSES),
                  FlowAnswers.key(memory.i32(transport), (middle & 0xff) == Ipv4.PROTOCOL_TCP));
        }
      } else if (!flow && found != RuleTree.ACCEPT) {
        found = FlowAnswers.NONE;
      }
      answer[k] = found;
      unknown[left] = k;
      left += found - 1 >>> 31;
    }
    return left;
  }

  /**
   * TCP or UDP that is no later fragment, and not to be answered by a router itself.
   *
   * @param middle of the header: an offset of 0 and a TTL of 2 to 255 are a number in a range
   */
  private static boolean isFlow(int middle) {
    int protocol = middle & 0xff;
    return (protocol == Ipv4.PROTOCOL_TCP || protocol == Ipv4.PROTOCOL_UDP)
        && Integer.compareUnsigned((middle & 0x1fff_ff00) - 0x0200, 0xfd00) <= 0;
  }

  private static boolean isFlow(PacketMemory memory, int network, int end) {
    return isFlow(memory.i32(network + IPV4_MIDDLE)) && transport(memory, network) + 4 <= end;
  }

  private static long key(PacketMemory memory, int network) {
    int ports = memory.i32(transport(memory, network));
    return FlowAnswers.key(ports, Ipv4.protocol(memory, network) == Ipv4.PROTOCOL_TCP);
  }

  private static int transport(PacketMemory memory, int network) {
    return network + ((memory.u8(network) & 0x0f) << 2);
  }

  private void keep(PacketMemory memory, Batch batch, PacketList in, int count) {
    for (int a = 0; a < count; a++) {
      int k = trees.asked[a];
      int i = in.index[k];
      int network = batch.network(i);
      if (isFlow(memory, network, batch.frame(i) + batch.length(i))) {
        flows.keep(
            batch.flow(i), memory.i64(network + IPV4_ADDRESSES), key(memory, network), answers[k]);
      }
    }
  }

  private void walk(int count, long[] nodes) {
    trees.walk(nodes, count);
    for (int a = 0; a < count; a++) {
      int k = trees.asked[a];
      answers[k] = RuleTree.answer(nodes[trees.positions[k]]);
    }
  }

  private void describeIpv4(
      PacketMemory memory, Batch batch, PacketList in, int count, int[] roots) {
    int[] index = in.index;
    int[] records = batch.records;
    int[] fields = trees.fields;
    int[] positions = trees.positions;
    for (int a = 0; a < count; a++) {
      int k = trees.asked[a];
      int at = index[k] << Batch.SHIFT;
      int network = records[at + Batch.NETWORK];
      int end = records[at + Batch.FRAME] + records[at + Batch.LENGTH];
      int root = roots[records[at + Batch.TENANT]];
      int base = k << RuleTree.FIELDS_SHIFT;
      int transport = transport(memory, network);
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
      positions[k] = whole ? FirewallTable.WHOLE_PROGRAM : root;
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
      trees.asked[k] = k;
    }
  }

  /** Does what was answered; returns how many packets are left for the programs. */
  private int decide(Batch batch, PacketList in) {
    int[] index = in.index;
    int[] records = batch.records;
    int[] answer = answers;
    long[] counts = counters.counts();
    int[] goesOn = passed.index;
    int count = in.count;
    int going = 0;
    int lists = 0;
    for (int k = 0; k < count; k++) {
      int i = index[k];
      int at = i << Batch.SHIFT;
      int kind = RuleTree.kindOf(answer[k]);
      int list = kind + 1 >>> 2;
      int drop = kind >>> 1 & ~list;
      // What is counted for a list is counted for no rule.
      int slot = RuleTree.argumentOf(answer[k]) & list - 1;
      int bytes =
          records[at + Batch.FRAME] + records[at + Batch.LENGTH] - records[at + Batch.NETWORK];
      RuleCounters.count(counts, slot, bytes);
      records[at + Batch.OUTCOME] |= -drop & FIREWALL_DENY;
      goesOn[going] = i;
      going += 1 - drop - list;
      lists += list;
    }
    passed.count = going;
    return lists;
  }

  /** Tests the large sets that programs begin with, for all packets together. */
  private void testFrontSets(
      PacketMemory memory, Batch batch, PacketList in, FirewallTable firewalls) {
    int[] index = in.index;
    int[] records = batch.records;
    FirewallProgram[] programs = firewalls.programs();
    int[] waiting = trees.asked;
    int[] addresses = frontAddresses;
    int count = 0;
    int first = 0;
    FirewallProgram program = null;
    for (int k = 0; k < in.count; k++) {
      int at = index[k] << Batch.SHIFT;
      FirewallProgram next = programs[records[at + Batch.TENANT]];
      if (next != program) {
        answerFrontSet(program, first, count);
        program = next;
        first = count;
      }
      int answer = answers[k];
      if (RuleTree.kindOf(answer) == RuleTree.LIST
          && next.front() != null
          && next.lists()[RuleTree.argumentOf(answer)] == next.front().rule()) {
        waiting[count] = k;
        addresses[count++] = memory.i32(records[at + Batch.NETWORK] + next.front().addressOffset());
      }
    }
    answerFrontSet(program, first, count);
  }

  /** Of packets that wait, one tenant's. */
  private void answerFrontSet(FirewallProgram program, int from, int to) {
    if (from == to) {
      return;
    }
    FrontSet front = program.front();
    fetched = front.set().find(frontAddresses, from, to);
    for (int a = from; a < to; a++) {
      int k = trees.asked[a];
      answers[k] =
          frontAddresses[a] != 0 ? front.answer() : front.missed(answers[k], program.lists());
    }
  }

  private void runPrograms(Batch batch, PacketList in, FirewallTable firewalls, long nowNs) {
    for (int k = 0; k < in.count; k++) {
      if (RuleTree.kindOf(answers[k]) == RuleTree.LIST) {
        runProgram(batch, in.index[k], k, RuleTree.argumentOf(answers[k]), firewalls, nowNs);
      }
    }
  }

  private void runProgram(
      Batch batch, int i, int k, int list, FirewallTable firewalls, long nowNs) {
    int tenant = batch.tenant(i);
    int base = k << RuleTree.FIELDS_SHIFT;
    view.begin(batch.frame(i), batch.network(i), batch.frame(i) + batch.length(i));
    // The trees have not asked for those of a flow that is known, or have asked for no ports.
    view.describe(trees.fields, base);
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
