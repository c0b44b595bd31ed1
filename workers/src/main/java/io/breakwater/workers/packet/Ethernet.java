package io.breakwater.workers.packet;

/**
 * The Ethernet II header and the 802.1Q tag, which may stand twice (802.1ad, "QinQ").
 *
 * <pre>
 *  0                   6                   12      14
 * +-------------------+-------------------+-------+
 * | destination       | source            | type  | payload ...
 * +-------------------+-------------------+-------+
 *                                         ^ a tag: type 0x8100 or 0x88a8, then 3 bits priority, 1 bit drop
 *                                           eligible, 12 bits VLAN id; 4 bytes in all, before the type
 * </pre>
 */
public final class Ethernet {

  public static final int HEADER_BYTES = 14;
  public static final int TAG_BYTES = 4;
  public static final int TAGS_MAX = 2;

  public static final int TYPE_IPV4 = 0x0800;
  public static final int TYPE_ARP = 0x0806;
  public static final int TYPE_VLAN = 0x8100;
  public static final int TYPE_IPV6 = 0x86dd;
  public static final int TYPE_QINQ = 0x88a8;

  public static final long BROADCAST = 0xffff_ffff_ffffL;

  private static final long GROUP_BIT = 1L << 40;

  private Ethernet() {}

  public static long destination(PacketMemory memory, int frame) {
    return memory.u48(frame);
  }

  public static long source(PacketMemory memory, int frame) {
    return memory.u48(frame + 6);
  }

  /** The type field of an untagged frame, or the first tag's protocol id. */
  public static int type(PacketMemory memory, int frame) {
    return memory.u16(frame + 12);
  }

  /** Whether the I/G bit is set: multicast or broadcast. */
  public static boolean isGroup(long address) {
    return (address & GROUP_BIT) != 0;
  }

  public static boolean isTag(int type) {
    return type == TYPE_VLAN || type == TYPE_QINQ;
  }

  /** Writes a header without tags. */
  public static void write(
      PacketMemory memory, int frame, long destination, long source, int type) {
    // Two writes of 8 bytes that overlap by 2.
    memory.setI64(frame, destination << 16 | source >>> 32);
    memory.setI64(frame + 6, source << 16 | type);
  }

  /** Writes tags behind the addresses, outermost first; that is 802.1ad's when there are two. */
  public static void writeTags(PacketMemory memory, int frame, int[] vlanIds) {
    int at = frame + 12;
    for (int tag = 0; tag < vlanIds.length; tag++) {
      boolean outer = tag < vlanIds.length - 1;
      memory.setU16(at, outer ? TYPE_QINQ : TYPE_VLAN);
      memory.setU16(at + 2, vlanIds[tag]);
      at += TAG_BYTES;
    }
  }

  /**
   * Turns a frame back to where it came from: destination becomes its source, source becomes {@code
   * own}.
   */
  public static void turnBack(PacketMemory memory, int frame, long own) {
    long sender = source(memory, frame);
    memory.setU48(frame, sender);
    memory.setU48(frame + 6, own);
  }
}
