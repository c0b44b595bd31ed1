package io.breakwater.workers.firewall;

import io.breakwater.workers.firewall.FirewallProgram.Chains;

/**
 * Runs a {@link FirewallProgram} on one packet, as nft_do_chain() of Linux runs a ruleset.
 *
 * <p>Bounded: chains do not jump in circles, so a packet takes no more steps than the program's
 * predicted cost. Allocates nothing. Threading: one for each worker.
 */
public final class FirewallEngine {

  /** The packet goes on. */
  public static final int ACCEPT = 0;

  /** The packet ends here. */
  public static final int DROP = 1;

  /** It ends here and is answered: REJECT | how << 8 | code << 16. */
  public static final int REJECT = 2;

  /** NFT_JUMP_STACK_SIZE of the kernel. */
  private static final int STACK_MAX = 16;

  private static final int KEY_WORDS_MAX = 16;

  private final RuleCounters counters;
  private final FirewallLog log;
  private final int[] stack = new int[STACK_MAX];
  private final long[] key = new long[KEY_WORDS_MAX];

  private FirewallProgram program;
  private Chains chains;
  private PacketView packet;
  private int[] fields;
  private int fieldsBase;
  private int tenant;
  private long nowNs;

  /** What a verdict map gave. */
  private int mapped;

  public FirewallEngine(RuleCounters counters, FirewallLog log) {
    this.counters = counters;
    this.log = log;
  }

  /**
   * Runs the base chains on a packet.
   *
   * @param packet begun
   * @param fields what {@link RuleTree} asks for, from {@code fieldsBase} on
   * @param firstList the list that the first base chain's tree led to; 0 if that was not asked
   * @return {@link #ACCEPT}, {@link #DROP}, or {@link #REJECT} with how and code
   */
  public int run(
      FirewallProgram program,
      PacketView packet,
      int[] fields,
      int fieldsBase,
      int firstList,
      int tenant,
      long nowNs) {
    this.program = program;
    this.packet = packet;
    this.fields = fields;
    this.fieldsBase = fieldsBase;
    this.tenant = tenant;
    this.nowNs = nowNs;
    chains = program.chains(packet.isIpv6());
    int list = firstList;
    int checksum = -1;
    int verdict = ACCEPT;
    for (int i = 0; i < chains.base().length && verdict == ACCEPT; i++) {
      if (chains.forward()[i] && checksum < 0) {
        if (packet.timeToLive() <= 1) {
          // A router answers it before it comes to this hook.
          return ACCEPT;
        }
        checksum = packet.changeTimeToLive(-1, -1);
      }
      verdict = runBaseChain(chains.base()[i], chains.dropsByDefault()[i] ? DROP : ACCEPT, list);
      list = 0;
    }
    if (checksum >= 0) {
      packet.changeTimeToLive(1, checksum);
    }
    return verdict;
  }

  /** How a rejected packet is answered: of {@link Instruction.Reject}. */
  public static int rejectHow(int verdict) {
    return verdict >>> 8 & 0xff;
  }

  /** The code of the answer, as nftables numbers it. */
  public static int rejectCode(int verdict) {
    return verdict >>> 16;
  }

  private int runBaseChain(int chain, int policy, int firstList) {
    int[] lists = program.lists();
    int depth = 0;
    int next = firstList;
    if (next == 0) {
      next = enter(chain);
      if (next < 0) {
        return ~next;
      }
    }
    while (true) {
      int rule = lists[next++];
      int end = rule == FirewallProgram.END_OF_CHAIN ? Instruction.RETURN : runRule(rule);
      switch (Instruction.of(end)) {
        case Instruction.NEXT -> {}
        case Instruction.ACCEPT -> {
          return ACCEPT;
        }
        case Instruction.DROP -> {
          return DROP;
        }
        case Instruction.REJECT -> {
          return REJECT | Instruction.small(end) << 8 | Instruction.wide(end) << 16;
        }
        case Instruction.RETURN -> {
          if (depth == 0) {
            return policy;
          }
          next = stack[--depth];
        }
        default -> {
          if (Instruction.of(end) == Instruction.JUMP) {
            stack[depth++] = next;
          }
          next = enter(Instruction.wide(end));
          if (next < 0) {
            return ~next;
          }
        }
      }
    }
  }

  /**
   * The list of a chain for this packet, or ~verdict if the tree says it at once. Only the trees of
   * base chains have such leaves for a policy, and only a verdict of a rule ends other chains.
   */
  private int enter(int chain) {
    long leaf = RuleTree.find(program.nodes(), chains.roots()[chain], fields, fieldsBase);
    int kind = RuleTree.kind(leaf);
    int argument = RuleTree.argument(leaf);
    if (kind == RuleTree.LIST) {
      return argument;
    }
    counters.count(argument, packet.lengthBytes());
    return ~(kind == RuleTree.DROP ? DROP : ACCEPT);
  }

  /** Runs a rule to its end: NEXT, or the instruction that decides. */
  private int runRule(int rule) {
    int[] code = program.code();
    int at = rule;
    while (true) {
      int word = code[at];
      boolean goesOn;
      switch (Instruction.of(word)) {
        case Instruction.LOAD_8 ->
            goesOn = packet.load(Instruction.small(word), Instruction.wide(word), 1);
        case Instruction.LOAD_16 ->
            goesOn = packet.load(Instruction.small(word), Instruction.wide(word), 2);
        case Instruction.LOAD_32 ->
            goesOn = packet.load(Instruction.small(word), Instruction.wide(word), 4);
        case Instruction.LOAD_BITS ->
            goesOn = packet.loadBits(Instruction.small(word), code[at + 1], code[at + 2]);
        case Instruction.LOAD_META -> goesOn = packet.loadMeta(Instruction.small(word));
        case Instruction.LOAD_EXTENSION -> goesOn = packet.loadExtension(Instruction.small(word));
        case Instruction.LOAD_OPTION ->
            goesOn = packet.loadOption(Instruction.small(word), code[at + 1], code[at + 2]);
        case Instruction.LOAD_OPTION_EXISTS ->
            goesOn = packet.loadOptionExists(Instruction.small(word));
        case Instruction.MASK -> {
          packet.high &= join(code, at + 1);
          packet.low &= join(code, at + 3);
          goesOn = true;
        }
        case Instruction.KEY -> {
          int to = Instruction.wide(word);
          key[to] = packet.low;
          if (Instruction.small(word) != 0) {
            key[to - 1] = packet.high;
          }
          goesOn = true;
        }
        case Instruction.IN_RANGE ->
            goesOn =
                (packet.low >= (code[at + 1] & 0xffff_ffffL)
                        && packet.low <= (code[at + 2] & 0xffff_ffffL))
                    != isNegated(word);
        case Instruction.IN_WIDE_RANGE -> goesOn = isInWideRange(code, at) != isNegated(word);
        case Instruction.IN_SET ->
            goesOn =
                program.tables().sets()[Instruction.wide(word)].find(packet.high, packet.low) >= 0
                    != isNegated(word);
        case Instruction.IN_KEYS ->
            goesOn =
                program.tables().keys()[Instruction.wide(word)].find(key) >= 0 != isNegated(word);
        case Instruction.IN_DYNAMIC ->
            goesOn =
                program.state().dynamicSets()[Instruction.wide(word)].find(key, nowNs) >= 0
                    != isNegated(word);
        case Instruction.IN_TIMED -> goesOn = isInTimed(code, at);
        case Instruction.COUNT -> {
          counters.count(program.ruleBase() + code[at + 1], packet.lengthBytes());
          goesOn = true;
        }
        case Instruction.LIMIT ->
            goesOn =
                program
                    .state()
                    .limits()[Instruction.wide(word)]
                    .passes(nowNs, packet.lengthBytes());
        case Instruction.QUOTA ->
            goesOn = program.state().quotas()[Instruction.wide(word)].passes(packet.lengthBytes());
        case Instruction.UPDATE ->
            goesOn = update(program.state().updates()[Instruction.wide(word)]);
        case Instruction.LOG -> {
          log.logged(tenant, program.ruleBase() + code[at + 1], packet, nowNs);
          goesOn = true;
        }
        case Instruction.SET_MARK -> {
          packet.mark = code[at + 1];
          goesOn = true;
        }
        case Instruction.CHANGE_MARK -> {
          packet.mark = packet.mark & code[at + 1] ^ code[at + 2];
          goesOn = true;
        }
        case Instruction.MAP_MARK, Instruction.MAP_KEY_MARK -> {
          int element = element(word, Instruction.of(word) == Instruction.MAP_KEY_MARK);
          goesOn = element >= 0;
          if (goesOn) {
            packet.mark = program.tables().mapMarks()[Instruction.wide(word)][element];
          }
        }
        case Instruction.MAP_VERDICT, Instruction.MAP_KEY_VERDICT -> {
          int element = element(word, Instruction.of(word) == Instruction.MAP_KEY_VERDICT);
          goesOn = element >= 0;
          if (goesOn) {
            mapped = program.tables().mapVerdicts()[Instruction.wide(word)][element];
          }
        }
        case Instruction.APPLY -> {
          if (Instruction.of(mapped) != Instruction.NEXT) {
            return mapped;
          }
          goesOn = true;
        }
        default -> {
          return word;
        }
      }
      if (!goesOn) {
        return Instruction.NEXT;
      }
      at = Instruction.after(code, at);
    }
  }

  private boolean isInTimed(int[] code, int at) {
    int word = code[at];
    int table = Instruction.wide(word);
    int element =
        (Instruction.small(word) & 2) != 0
            ? program.tables().keys()[table].find(key)
            : program.tables().sets()[table].find(packet.high, packet.low);
    boolean negated = (Instruction.small(word) & 1) != 0;
    return (element >= 0 && isAlive(program.state().expiries()[code[at + 1]][element])) != negated;
  }

  private boolean isAlive(long expiresNs) {
    return expiresNs == DynamicSet.NEVER || nowNs - expiresNs < 0;
  }

  private static boolean isNegated(int word) {
    return Instruction.small(word) != 0;
  }

  private static long join(int[] code, int at) {
    return (long) code[at] << 32 | code[at + 1] & 0xffff_ffffL;
  }

  private boolean isInWideRange(int[] code, int at) {
    return compare(packet.high, packet.low, join(code, at + 1), join(code, at + 3)) >= 0
        && compare(packet.high, packet.low, join(code, at + 5), join(code, at + 7)) <= 0;
  }

  private static int compare(long high, long low, long otherHigh, long otherLow) {
    return high != otherHigh
        ? Long.compareUnsigned(high, otherHigh)
        : Long.compareUnsigned(low, otherLow);
  }

  private int element(int word, boolean isKey) {
    int set = program.tables().mapSets()[Instruction.wide(word)];
    return isKey
        ? program.tables().keys()[set].find(key)
        : program.tables().sets()[set].find(packet.high, packet.low);
  }

  /** nft_dynset_eval(): whether the rule goes on. */
  private boolean update(SetUpdate update) {
    DynamicSet set = program.state().dynamicSets()[update.set()];
    if (update.operation() == SetUpdate.Operation.DELETE) {
      set.remove(key, nowNs);
      return true;
    }
    long expiresNs = update.timeoutNs() == 0 ? DynamicSet.NEVER : nowNs + update.timeoutNs();
    int slot = set.add(key, nowNs, expiresNs);
    if (slot < 0) {
      return false;
    }
    if (update.operation() == SetUpdate.Operation.UPDATE) {
      set.expire(slot, expiresNs);
    }
    int bytes = packet.lengthBytes();
    if (update.counts()) {
      set.count(slot, bytes);
    }
    return (update.rate() == null || set.passes(slot, update.rate(), nowNs, bytes))
        && (update.quotaBytes() < 0
            || set.passesQuota(slot, update.quotaBytes(), update.quotaOver(), bytes));
  }
}
