package io.breakwater.workers.firewall;

import io.breakwater.workers.firewall.FirewallProgram.Tables;

/**
 * A rule such as {@code ip saddr @blocklist drop}, over a set so large that each look into it waits
 * for memory: a batch looks for all its packets together, before it runs their programs one by one.
 *
 * @param rule its position in the code
 * @param set what it looks into
 * @param addressOffset of the address in the IPv4 header, in bytes
 * @param answer what becomes of packets in the set, as {@link RuleTree#answer} says it
 * @param policy the same of packets that no rule of their list has matched
 */
public record FrontSet(int rule, AddressSet set, int addressOffset, int answer, int policy) {

  private static final int NFPROTO_IPV4 = 2;
  private static final int SOURCE_OFFSET = 12;
  private static final int DESTINATION_OFFSET = 16;

  /**
   * The first such rule that a list begins with; null if there is none.
   *
   * @param policy of the only base chain: {@link RuleTree#ACCEPT} or {@link RuleTree#DROP}
   */
  public static FrontSet of(int[] code, int[] lists, Tables tables, int ruleBase, int policy) {
    for (int at = 1; at < lists.length; at++) {
      boolean begins = at == 1 || lists[at - 1] == FirewallProgram.END_OF_CHAIN;
      if (begins && lists[at] != FirewallProgram.END_OF_CHAIN) {
        FrontSet front = read(code, lists[at], tables, ruleBase, policy);
        if (front != null) {
          return front;
        }
      }
    }
    return null;
  }

  /** Reads a rule: an IPv4 address in an {@link AddressSet}, count, accept or drop. */
  private static FrontSet read(int[] code, int rule, Tables tables, int ruleBase, int policy) {
    int at = afterFamily(code, rule);
    int load = code[at];
    int offset = Instruction.wide(load);
    if (Instruction.of(load) != Instruction.LOAD_32
        || Instruction.small(load) != Instruction.Base.NETWORK
        || offset != SOURCE_OFFSET && offset != DESTINATION_OFFSET) {
      return null;
    }
    at = Instruction.after(code, at);
    int test = code[at];
    if (test != Instruction.word(Instruction.IN_SET, 0, Instruction.wide(test))
        || !(tables.sets()[Instruction.wide(test)] instanceof AddressSet set)) {
      return null;
    }
    int count = Instruction.after(code, at);
    int verdict = Instruction.after(code, count);
    int kind = kind(code[verdict]);
    return Instruction.of(code[count]) != Instruction.COUNT || kind == 0
        ? null
        : new FrontSet(
            rule,
            set,
            offset,
            ruleBase + code[count + 1] << RuleTree.ARGUMENT_SHIFT | kind,
            policy);
  }

  /**
   * What becomes of a packet that is not in the set: it goes on in its list, behind this rule.
   *
   * @param list the answer that has led here
   */
  public int missed(int list, int[] lists) {
    int next = RuleTree.argumentOf(list) + 1;
    return lists[next] == FirewallProgram.END_OF_CHAIN
        ? policy
        : next << RuleTree.ARGUMENT_SHIFT | RuleTree.LIST;
  }

  private static int kind(int verdict) {
    return switch (Instruction.of(verdict)) {
      case Instruction.ACCEPT -> RuleTree.ACCEPT;
      case Instruction.DROP -> RuleTree.DROP;
      default -> 0;
    };
  }

  /** Behind {@code meta nfproto ipv4}, which every packet passes that is looked for here. */
  private static int afterFamily(int[] code, int rule) {
    int test = Instruction.after(code, rule);
    boolean family =
        code[rule] == Instruction.word(Instruction.LOAD_META, Instruction.Meta.NF_PROTOCOL, 0)
            && code[test] == Instruction.word(Instruction.IN_RANGE, 0, 0)
            && code[test + 1] == NFPROTO_IPV4
            && code[test + 2] == NFPROTO_IPV4;
    return family ? Instruction.after(code, test) : rule;
  }
}
