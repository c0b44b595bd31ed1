package io.breakwater.workers.firewall;

/**
 * The instructions of a {@link FirewallProgram}.
 *
 * <pre>
 *   bits  31 ............ 16 | 15 ....... 8 | 7 ....... 0
 *         wide operand       | small operand | instruction      then operands of 32 bits each
 * </pre>
 *
 * <p>A rule is a run of instructions. A load that finds no such field, a test that fails, a map
 * without the key and a limit that is reached end the rule; {@link #NEXT} ends it in the usual way.
 * There is one register for a loaded value (128 bits), one key of several words for what is looked
 * up in sets, one verdict that a map gave, and the packet mark.
 */
public final class Instruction {

  /** Loads 8, 16 or 32 bits: base in the small operand, offset in bytes in the wide one. */
  public static final int LOAD_8 = 1;

  public static final int LOAD_16 = 2;
  public static final int LOAD_32 = 3;

  /** Loads any bits: base in the small operand; offset in bits; width in bits. */
  public static final int LOAD_BITS = 4;

  /** Loads what {@link Meta} says: which in the small operand. */
  public static final int LOAD_META = 5;

  /** Loads whether an IPv6 packet has the extension header in the small operand. */
  public static final int LOAD_EXTENSION = 6;

  /** Loads bits of the TCP option in the small operand: offset in bits; width in bits. */
  public static final int LOAD_OPTION = 7;

  /** Loads whether a TCP packet has the option in the small operand. */
  public static final int LOAD_OPTION_EXISTS = 8;

  /** Leaves some bits of the register: the mask's bits 127..96, 95..64, 63..32, 31..0. */
  public static final int MASK = 9;

  /**
   * Puts the register into the key: the word in the wide operand, and if the small operand is 1
   * also the one before it, which gets the high bits.
   */
  public static final int KEY = 10;

  /** Tests register (up to 32 bits) in first..last; the small operand is 1 for "not in". */
  public static final int IN_RANGE = 11;

  /** The same with 128 bits: four words first, four words last. */
  public static final int IN_WIDE_RANGE = 12;

  /** Tests the register in the set in the wide operand; the small operand is 1 for "not in". */
  public static final int IN_SET = 13;

  /** Tests the key in the key table in the wide operand. */
  public static final int IN_KEYS = 14;

  /** Tests the key in the dynamic set in the wide operand. */
  public static final int IN_DYNAMIC = 15;

  /** Counts packet and bytes: the counter of the program. */
  public static final int COUNT = 16;

  /** Goes on within the limit: which in the wide operand. */
  public static final int LIMIT = 17;

  /** Goes on within the quota: which in the wide operand. */
  public static final int QUOTA = 18;

  /** Changes a dynamic set: which {@link SetUpdate} in the wide operand. */
  public static final int UPDATE = 19;

  /** Tells the journal: the rule's index. */
  public static final int LOG = 20;

  /** The mark becomes the operand. */
  public static final int SET_MARK = 21;

  /** The mark becomes {@code mark & first ^ second}. */
  public static final int CHANGE_MARK = 22;

  /** The mark becomes what the map of the wide operand has for the register. */
  public static final int MAP_MARK = 23;

  /** The same for the key. */
  public static final int MAP_KEY_MARK = 24;

  /** The verdict becomes what the map of the wide operand has for the register. */
  public static final int MAP_VERDICT = 25;

  /** The same for the key. */
  public static final int MAP_KEY_VERDICT = 26;

  /** Does what the verdict says: ACCEPT, DROP, RETURN, JUMP or GOTO, or, if NEXT, goes on. */
  public static final int APPLY = 27;

  public static final int ACCEPT = 28;
  public static final int DROP = 29;
  public static final int RETURN = 30;

  /** Into the chain in the wide operand, and back. */
  public static final int JUMP = 31;

  /** Into the chain in the wide operand. */
  public static final int GOTO = 32;

  /** Drops and answers: how in the small operand ({@link Reject}), the code in the wide one. */
  public static final int REJECT = 33;

  /** The rule ends; the next one's turn comes. */
  public static final int NEXT = 34;

  /**
   * Tests as IN_SET, or with bit 1 of the small operand as IN_KEYS, in elements that stay for a
   * time: which of the program's expiries.
   */
  public static final int IN_TIMED = 35;

  /** Operands behind the first word, by instruction. */
  private static final int[] OPERANDS = new int[IN_TIMED + 1];

  static {
    OPERANDS[LOAD_BITS] = 2;
    OPERANDS[LOAD_OPTION] = 2;
    OPERANDS[MASK] = 4;
    OPERANDS[IN_RANGE] = 2;
    OPERANDS[IN_WIDE_RANGE] = 8;
    OPERANDS[COUNT] = 1;
    OPERANDS[LOG] = 1;
    OPERANDS[SET_MARK] = 1;
    OPERANDS[CHANGE_MARK] = 2;
    OPERANDS[IN_TIMED] = 1;
  }

  /** Where an offset counts from; the numbers of small operands. */
  public static final class Base {
    public static final int LINK = 0;
    public static final int NETWORK = 1;
    public static final int TRANSPORT = 2;

    private Base() {}
  }

  /** What is known of a packet beside its bytes. */
  public static final class Meta {
    public static final int L4_PROTOCOL = 0;
    public static final int NF_PROTOCOL = 1;
    public static final int LENGTH = 2;
    public static final int PROTOCOL = 3;
    public static final int MARK = 4;

    /** NFPROTO_NETDEV, whatever the packet is. */
    public static final int NF_NETDEV = 5;

    private Meta() {}
  }

  /** How a rejected packet is answered. */
  public static final class Reject {
    public static final int ICMP = 0;
    public static final int ICMPV6 = 1;
    public static final int ICMPX = 2;
    public static final int TCP_RESET = 3;

    private Reject() {}
  }

  private Instruction() {}

  /** The first word of an instruction. */
  public static int word(int instruction, int small, int wide) {
    return instruction | small << 8 | wide << 16;
  }

  /** Which instruction a word is. */
  public static int of(int word) {
    return word & 0xff;
  }

  /** Its small operand. */
  public static int small(int word) {
    return word >>> 8 & 0xff;
  }

  /** Its wide operand. */
  public static int wide(int word) {
    return word >>> 16;
  }

  /** Where the next instruction begins. */
  public static int after(int[] code, int at) {
    return at + 1 + OPERANDS[of(code[at])];
  }
}
