package io.breakwater.perf.traffic;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What a generator writes into the last {@value #BYTES} bytes of each packet, to know it again: the
 * packet's kind, and the time at which it was due to be sent.
 *
 * <pre>
 *   -6                       -4                      -2               end
 *   +------------------------+-----------------------+-----------------+
 *   | due time, in units of 8 ticks of the TSC, modulo 2^32  |  tie    |
 *   +------------------------+-----------------------+-----------------+
 * </pre>
 *
 * <p>At the end, because that stays the end whatever is put in front; and so few bytes, because a
 * TCP packet has no more in the smallest Ethernet frame. The due time serves as a sequence number:
 * in a paced trial no two packets have the same. It wraps after 13 s at 2.6 GHz, which is longer
 * than any latency that is measured.
 *
 * <p>The <em>tie</em> makes the one's complement sum (RFC 1071) of the three words a constant of
 * the kind, {@link #sum}. So a packet's checksum does not depend on when it is sent: it is computed
 * once, with that constant in place of the stamp; and bytes that are no stamp, zeros above all, are
 * known by their sum.
 */
public final class PacketStamp {

  public static final int BYTES = 6;

  /** Ticks in a unit: 2^3. */
  private static final int UNIT_LOG2 = 3;

  private static final long UNITS_MASK = 0xffff_ffffL;

  /** The sum of kind 0; others follow. Neither 0 nor 65,535, which are the same number. */
  private static final int SUM_BASE = 0xb4e0;

  private static final ValueLayout.OfShort SHORT =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int KINDS = TrafficKind.values().length;

  private PacketStamp() {}

  /** The one's complement sum of a stamp of this kind. */
  public static int sum(int kind) {
    return SUM_BASE + kind;
  }

  /**
   * @param end offset of the byte behind the packet
   * @param dueTicks when the packet is due
   */
  public static void write(MemorySegment memory, long end, int kind, long dueTicks) {
    int due = (int) (dueTicks >>> UNIT_LOG2);
    int words = (due >>> 16) + (due & 0xffff);
    memory.set(INT, end - BYTES, due);
    memory.set(SHORT, end - 2, (short) fold(sum(kind) + 2 * 0xffff - words));
  }

  /** The kind of the packet that ends there, or -1 if it bears no stamp. */
  public static int kind(MemorySegment memory, long end) {
    int due = memory.get(INT, end - BYTES);
    int tie = Short.toUnsignedInt(memory.get(SHORT, end - 2));
    int kind = fold((due >>> 16) + (due & 0xffff) + tie) - SUM_BASE;
    return kind >= 0 && kind < KINDS ? kind : -1;
  }

  /** Ticks from the time at which the packet was due until {@code nowTicks}, to 8 ticks. */
  public static long ageTicks(MemorySegment memory, long end, long nowTicks) {
    int due = memory.get(INT, end - BYTES);
    return ((nowTicks >>> UNIT_LOG2) - due & UNITS_MASK) << UNIT_LOG2;
  }

  /** To 16 bits, by end-around carry; of at most four words. */
  private static int fold(int sum) {
    int folded = (sum & 0xffff) + (sum >>> 16);
    return (folded & 0xffff) + (folded >>> 16);
  }
}
