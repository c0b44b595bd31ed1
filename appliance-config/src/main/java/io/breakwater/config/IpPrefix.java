package io.breakwater.config;

/**
 * A prefix in CIDR notation (RFC 4632, RFC 4291 2.3). The bits of the address past {@code length}
 * are zero.
 *
 * <p>The order is by address, and of equal addresses the shorter (larger) prefix first: a prefix
 * comes before everything inside it.
 *
 * @param length 0..32 or 0..128
 */
public record IpPrefix(IpAddress address, int length) implements Comparable<IpPrefix> {

  /**
   * @throws IllegalArgumentException if the length is impossible or host bits are set
   */
  public IpPrefix {
    if (length < 0 || length > address.family().bits()) {
      throw new IllegalArgumentException(
          "prefix length must be 0.." + address.family().bits() + ": " + address + "/" + length);
    }
    if ((address.high() & ~highMask(address, length)) != 0
        || (address.low() & ~lowMask(address, length)) != 0) {
      throw new IllegalArgumentException(
          "host bits are set in prefix "
              + address
              + "/"
              + length
              + ": write "
              + of(address, length));
    }
  }

  /** The prefix of this length that holds {@code address}. */
  public static IpPrefix of(IpAddress address, int length) {
    return new IpPrefix(
        new IpAddress(
            address.family(),
            address.high() & highMask(address, length),
            address.low() & lowMask(address, length)),
        length);
  }

  /**
   * Reads {@code 203.0.113.0/24} or {@code 2001:db8::/32}.
   *
   * @throws IllegalArgumentException if it is not a prefix, or host bits are set
   */
  public static IpPrefix parse(String text) {
    Parts parts = Parts.of(text);
    return new IpPrefix(parts.address, parts.length);
  }

  public boolean contains(IpAddress other) {
    return other.family() == address.family()
        && (other.high() & highMask(address, length)) == address.high()
        && (other.low() & lowMask(address, length)) == address.low();
  }

  /** Whether every address of {@code other} is in this prefix; a prefix contains itself. */
  public boolean contains(IpPrefix other) {
    return other.length >= length && contains(other.address);
  }

  public boolean overlaps(IpPrefix other) {
    return contains(other) || other.contains(this);
  }

  /** The last address: the broadcast address of an IPv4 subnet. */
  public IpAddress last() {
    long familyMask = address.isIpv4() ? 0xffff_ffffL : -1L;
    return new IpAddress(
        address.family(),
        address.high() | ~highMask(address, length),
        address.low() | ~lowMask(address, length) & familyMask);
  }

  @Override
  public int compareTo(IpPrefix other) {
    int byAddress = address.compareTo(other.address);
    return byAddress != 0 ? byAddress : Integer.compare(length, other.length);
  }

  @Override
  public String toString() {
    return address + "/" + length;
  }

  /** All ones for IPv4, whose {@code high} is always 0. */
  private static long highMask(IpAddress address, int length) {
    return address.isIpv4() ? -1 : leadingOnes(Math.min(length, 64));
  }

  private static long lowMask(IpAddress address, int length) {
    return address.isIpv4() ? leadingOnes(length + 32) : leadingOnes(Math.max(length - 64, 0));
  }

  private static long leadingOnes(int count) {
    return count == 0 ? 0 : -1L << (64 - count);
  }

  /** An address and a length as written, host bits and all. */
  record Parts(IpAddress address, int length) {

    static Parts of(String text) {
      int slash = text.indexOf('/');
      if (slash < 0) {
        throw new IllegalArgumentException("prefix length is missing: " + text + " has no /length");
      }
      IpAddress address = IpAddress.parse(text.substring(0, slash));
      int length = decimal(text, slash + 1);
      if (length < 0 || length > address.family().bits()) {
        throw new IllegalArgumentException(
            "prefix length must be 0.." + address.family().bits() + ": " + text);
      }
      return new Parts(address, length);
    }

    /** The one to three digits from {@code from} to the end, without leading zeros, or -1. */
    private static int decimal(String text, int from) {
      int digits = text.length() - from;
      if (digits < 1 || digits > 3 || digits > 1 && text.charAt(from) == '0') {
        return -1;
      }
      int value = 0;
      for (int i = from; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c < '0' || c > '9') {
          return -1;
        }
        value = 10 * value + c - '0';
      }
      return value;
    }
  }
}
