package io.breakwater.workers.firewall;

import java.util.Arrays;

/**
 * A large set of values of 32 bits, such as a blocklist of a million IPv4 prefixes: one cache line
 * tells of most values whether they are in it, a second one of the others.
 *
 * <p>The values are in 2^18 groups of 64 blocks of 256 values. A group is four longs: which of its
 * blocks are in the set as a whole, which in part, and how many blocks in part come before it; each
 * block in part has a map of 256 bits. So it takes 8 MB, and 32 bytes for each /24 that holds
 * something longer.
 */
public final class AddressSet implements ElementTable {

  private static final int GROUP_SHIFT = 14;
  private static final int GROUP_LONGS = 4;
  private static final int WHOLE = 0;
  private static final int PART = 1;
  private static final int BEFORE = 2;
  private static final int BLOCK_SHIFT = 8;
  private static final int BLOCK_LONGS = 4;

  /** What the groups take, whatever is in the set. */
  public static final long BYTES_MIN = 8L * GROUP_LONGS << 32 - GROUP_SHIFT;

  private final long[] groups = new long[GROUP_LONGS << 32 - GROUP_SHIFT];
  private long[] blocks = new long[BLOCK_LONGS * 64];

  /**
   * @param first unsigned values of 32 bits, in ascending order
   * @param last of each interval, the last value
   */
  public AddressSet(long[] first, long[] last) {
    int used = 0;
    long open = -1;
    for (int i = 0; i < first.length; i++) {
      long from = first[i];
      while (from <= last[i]) {
        long block = from >>> BLOCK_SHIFT;
        long to = Math.min(last[i], (block + 1 << BLOCK_SHIFT) - 1);
        if (to - from == 255) {
          long through = (last[i] + 1 >>> BLOCK_SHIFT) - 1;
          for (long whole = block; whole <= through; whole++) {
            groups[(int) (whole >>> 6) * GROUP_LONGS + WHOLE] |= 1L << whole;
          }
          from = through + 1 << BLOCK_SHIFT;
          continue;
        }
        if (block != open) {
          open = block;
          groups[(int) (block >>> 6) * GROUP_LONGS + PART] |= 1L << block;
          if (used * BLOCK_LONGS == blocks.length) {
            blocks = Arrays.copyOf(blocks, 2 * blocks.length);
          }
          used++;
        }
        for (long value = from; value <= to; value++) {
          blocks[(used - 1) * BLOCK_LONGS + ((int) value >>> 6 & 3)] |= 1L << value;
        }
        from = to + 1;
      }
    }
    blocks = Arrays.copyOf(blocks, Math.max(1, used) * BLOCK_LONGS);
    int before = 0;
    for (int group = 0; group < groups.length; group += GROUP_LONGS) {
      groups[group + BEFORE] = before;
      before += Long.bitCount(groups[group + PART]);
    }
  }

  /** The element is not told: 0 for any value in the set. */
  @Override
  public int find(long high, long low) {
    return contains((int) low) ? 0 : -1;
  }

  /** Whether a value is in the set. */
  public boolean contains(int value) {
    return isIn(groups, blocks, value) != 0;
  }

  /**
   * Whether values are in the set: 1 or 0 takes the place of each. First each of the two reads is
   * made for all of them, so that memory brings them at the same time.
   *
   * @param values from {@code from} to before {@code to}
   * @return what was read ahead: of no meaning, but to be kept, so that it is read
   */
  public long find(int[] values, int from, int to) {
    long[] groups = this.groups;
    long[] blocks = this.blocks;
    long read = 0;
    for (int i = from; i < to; i++) {
      read ^= groups[(values[i] >>> GROUP_SHIFT) * GROUP_LONGS];
    }
    for (int i = from; i < to; i++) {
      read ^= blockWord(groups, blocks, values[i]);
    }
    for (int i = from; i < to; i++) {
      values[i] = isIn(groups, blocks, values[i]);
    }
    return read;
  }

  /** 1 or 0: without a branch, which would wait for memory. */
  private static int isIn(long[] groups, long[] blocks, int value) {
    int group = (value >>> GROUP_SHIFT) * GROUP_LONGS;
    int block = value >>> BLOCK_SHIFT;
    long inPart = groups[group + PART] >>> block & blockWord(groups, blocks, value) >>> value;
    return (int) (groups[group + WHOLE] >>> block | inPart) & 1;
  }

  /** The word of the map of the value's block; any other if that block is not there in part. */
  private static long blockWord(long[] groups, long[] blocks, int value) {
    int group = (value >>> GROUP_SHIFT) * GROUP_LONGS;
    int block = value >>> BLOCK_SHIFT;
    long part = groups[group + PART];
    int before = (int) groups[group + BEFORE] + Long.bitCount(part & (1L << block) - 1);
    int isThere = -(int) (part >>> block & 1);
    return blocks[before * BLOCK_LONGS + (value >>> 6 & 3) & isThere];
  }

  @Override
  public long bytes() {
    return 8L * (groups.length + blocks.length);
  }
}
