package io.breakwater.workers.packet;

/**
 * The Internet checksum (RFC 1071), and its incremental update (RFC 1624).
 *
 * <p>A running sum is a long that is folded at the end; words are 16 bits in network order.
 */
public final class Checksum {

  /** 2^64 - 1 divided by 0xffff; its negative is the inverse of 0xffff modulo 2^64. */
  private static final long QUOTIENT_MAX = 0x0001_0001_0001_0001L;

  private static final long INVERSE_OF_FFFF = -QUOTIENT_MAX;

  private Checksum() {}

  /**
   * Sum of {@code lengthBytes} bytes, to be folded; an odd last byte counts as the high half of a
   * word.
   *
   * @param lengthBytes up to 65,535
   */
  public static long sum(PacketMemory memory, int at, int lengthBytes) {
    long sum = 0;
    int end = at + lengthBytes;
    int position = at;
    for (; position + 4 <= end; position += 4) {
      sum += memory.u32(position);
    }
    if (position + 2 <= end) {
      sum += memory.u16(position);
      position += 2;
    }
    if (position < end) {
      sum += (long) memory.u8(position) << 8;
    }
    return sum;
  }

  /**
   * Folds a sum of 16- and 32-bit words to 16 bits, without the complement: 0xffff for a valid
   * packet.
   */
  public static int fold(long sum) {
    long folded = (sum >>> 32) + (sum & 0xffff_ffffL);
    folded = (folded >>> 16) + (folded & 0xffff);
    folded = (folded >>> 16) + (folded & 0xffff);
    return (int) ((folded >>> 16) + (folded & 0xffff));
  }

  /** The two 32-bit words of a long: their sum is the long's part of a sum to be folded. */
  public static long halves(long word) {
    return (word >>> 32) + (word & 0xffff_ffffL);
  }

  /** The value of the checksum field for a sum in which that field counted as zero. */
  public static int finish(long sum) {
    return ~fold(sum) & 0xffff;
  }

  /** The same for a sum below 2^31, in fewer steps. */
  public static int finishSmall(int sum) {
    int folded = (sum >>> 16) + (sum & 0xffff);
    return ~(folded + (folded >>> 16)) & 0xffff;
  }

  /**
   * Whether a sum over data with its checksum says that they agree: it is not 0 and folds to
   * 0xffff, which is to say that 0xffff divides it. A multiple of an odd number, times that
   * number's inverse modulo 2^64, is the quotient; any other number becomes one that is larger than
   * all quotients.
   */
  public static boolean isValid(long sum) {
    long quotient = sum * INVERSE_OF_FFFF;
    return Long.compareUnsigned(quotient - 1, QUOTIENT_MAX) < 0;
  }

  /**
   * The checksum after one 16-bit word of the data changed: RFC 1624, equation 3, HC' = ~(~HC + ~m
   * + m').
   *
   * @param checksum the field's present value
   */
  public static int update(int checksum, int oldWord, int newWord) {
    int sum = (~checksum & 0xffff) + (~oldWord & 0xffff) + newWord;
    sum = (sum >>> 16) + (sum & 0xffff);
    sum += sum >>> 16;
    return ~sum & 0xffff;
  }
}
