package io.breakwater.perf.ruleset;

import java.util.Random;

/**
 * The addresses of an IPv4 prefix.
 *
 * @param address its first, in host order
 * @param length 0: all addresses
 */
record AddressBlock(int address, int length) {

  static final AddressBlock ANY = new AddressBlock(0, 0);

  AddressBlock {
    address &= mask(length);
  }

  private static int mask(int length) {
    return length == 0 ? 0 : -1 << 32 - length;
  }

  boolean contains(int other) {
    return ((other ^ address) & mask(length)) == 0;
  }

  int any(Random random) {
    return address | random.nextInt() & ~mask(length);
  }

  /** One within it; itself if it is not longer. */
  AddressBlock within(int longer, Random random) {
    return longer <= length ? this : new AddressBlock(any(random), longer);
  }

  /** One of that length: around it, or within it. */
  AddressBlock resized(int other, Random random) {
    return other < length ? new AddressBlock(address, other) : within(other, random);
  }

  /** As nftables prints it: a single address without its length. */
  @Override
  public String toString() {
    String text =
        "%d.%d.%d.%d"
            .formatted(address >>> 24, address >>> 16 & 0xff, address >>> 8 & 0xff, address & 0xff);
    return length == 32 ? text : text + "/" + length;
  }
}
