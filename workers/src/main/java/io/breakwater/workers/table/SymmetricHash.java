package io.breakwater.workers.table;

/**
 * The Toeplitz hash with the key {@code 6d5a 6d5a ...} (Woo and Park, "Scalable TCP Session
 * Monitoring with Symmetric Receive-side Scaling", 2012), fast: the same number as the NIC's, and
 * the same for both directions of a flow.
 *
 * <p>A key that repeats every 16 bits makes the hash depend only on the exclusive or of all 16-bit
 * words of the input, whose order so does not matter; and its two halves are alike. So it is folded
 * first, and then two tables of 256 entries give the half. It loses nothing on the way: 0x6d5a is
 * invertible modulo t<sup>16</sup> + 1, so the half is a permutation of the folded words.
 *
 * <p>Not secret: whoever chooses his ports chooses his worker, as with RSS.
 */
public final class SymmetricHash {

  /** The 16 bits that the key repeats. */
  public static final int KEY = 0x6d5a;

  private static final char[] LOW = table(0);
  private static final char[] HIGH = table(8);

  private SymmetricHash() {}

  private static char[] table(int shift) {
    char[] table = new char[256];
    for (int value = 0; value < table.length; value++) {
      for (int bit = 0; bit < 8; bit++) {
        if ((value >>> bit & 1) != 0) {
          // A word's highest bit meets the key as it stands, the next one the key turned by a bit.
          int turned = 15 - (bit + shift);
          table[value] ^= (char) (KEY << turned | KEY >>> 16 - turned);
        }
      }
    }
    return table;
  }

  /**
   * Half of the hash, 0..65,535; the other half is the same.
   *
   * @param words see {@link #ipv4} and {@link #ipv6}
   */
  public static int half(int words) {
    int folded = words ^ words >>> 16;
    return LOW[folded & 0xff] ^ HIGH[folded >>> 8 & 0xff];
  }

  /** The hash as a NIC reports it. */
  public static int whole(int words) {
    return half(words) * 0x1_0001;
  }

  /**
   * What is hashed of a flow over IPv4, folded to 32 bits.
   *
   * @param ports source and destination port, 16 bits each; 0 where they are not hashed
   */
  public static int ipv4(int source, int destination, int ports) {
    return source ^ destination ^ ports;
  }

  /** The same of a flow over IPv6. */
  public static int ipv6(
      long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int ports) {
    long words = sourceHigh ^ sourceLow ^ destinationHigh ^ destinationLow;
    return (int) (words ^ words >>> 32) ^ ports;
  }
}
