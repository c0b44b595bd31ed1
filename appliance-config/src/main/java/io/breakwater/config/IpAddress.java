package io.breakwater.config;

/**
 * An IPv4 or IPv6 address as two longs in host order.
 *
 * <p>IPv4: {@code high} is 0 and {@code low} holds the 32 bits, unsigned. IPv6: {@code high} holds
 * bytes 0-7, {@code low} bytes 8-15. Text is RFC 4291 / RFC 5952 for IPv6 and dotted decimal for
 * IPv4; no name is ever resolved. An IPv4-mapped IPv6 address stays an IPv6 address.
 *
 * <p>The order is IPv4 before IPv6, then by value, unsigned.
 */
public record IpAddress(Family family, long high, long low) implements Comparable<IpAddress> {

  /** The two versions of IP, with the number of bits of an address. */
  public enum Family {
    IPV4(32, "IPv4"),
    IPV6(128, "IPv6");

    private final int bits;
    private final String text;

    Family(int bits, String text) {
      this.bits = bits;
      this.text = text;
    }

    public int bits() {
      return bits;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private static final long IPV4_MASK = 0xffff_ffffL;

  /**
   * @throws IllegalArgumentException if an IPv4 address has bits outside the low 32
   */
  public IpAddress {
    if (family == Family.IPV4 && (high != 0 || low >>> 32 != 0)) {
      throw new IllegalArgumentException(
          "IPv4 address must fit 32 bits: high=" + high + " low=" + low);
    }
  }

  /** The IPv4 address whose 32 bits are those of {@code bits}. */
  public static IpAddress ipv4(int bits) {
    return new IpAddress(Family.IPV4, 0, bits & IPV4_MASK);
  }

  public static IpAddress ipv6(long high, long low) {
    return new IpAddress(Family.IPV6, high, low);
  }

  /**
   * Reads an address as text, strictly: no leading zeros in a decimal part, no zone, no spaces.
   *
   * @throws IllegalArgumentException if {@code text} is not an address
   */
  public static IpAddress parse(String text) {
    return IpAddressText.parse(text);
  }

  /**
   * The address in network order.
   *
   * @throws IllegalArgumentException if there are not 4 or 16 bytes
   */
  public static IpAddress of(byte[] bytes) {
    if (bytes.length == 4) {
      return new IpAddress(Family.IPV4, 0, bigEndian(bytes, 0, 4));
    }
    if (bytes.length == 16) {
      return ipv6(bigEndian(bytes, 0, 8), bigEndian(bytes, 8, 8));
    }
    throw new IllegalArgumentException("address must have 4 or 16 bytes: length=" + bytes.length);
  }

  /** The 4 or 16 bytes in network order, in a new array. */
  public byte[] bytes() {
    byte[] bytes = new byte[family.bits() / 8];
    for (int i = 0; i < bytes.length; i++) {
      int bitsBelow = family.bits() - 8 * (i + 1);
      bytes[i] = (byte) (bitsBelow >= 64 ? high >>> (bitsBelow - 64) : low >>> bitsBelow);
    }
    return bytes;
  }

  public boolean isIpv4() {
    return family == Family.IPV4;
  }

  public boolean isIpv6() {
    return family == Family.IPV6;
  }

  /** Whether this is 169.254.0.0/16 (RFC 3927) or fe80::/10 (RFC 4291 2.5.6). */
  public boolean isLinkLocal() {
    return isIpv4() ? low >>> 16 == 0xa9fe : high >>> 54 == 0x3fa;
  }

  /**
   * Whether a single host of a network can have this address: not of "this network" (0.0.0.0/8,
   * ::), not loopback, not multicast, not reserved (240.0.0.0/4), not an IPv4 address written as
   * IPv6.
   */
  public boolean isUnicast() {
    if (isIpv4()) {
      long first = low >>> 24;
      return first != 0 && first != 127 && first < 224;
    }
    boolean holdsIpv4 = high == 0 && (low >>> 32 == 0 || low >>> 32 == 0xffff);
    return !holdsIpv4 && high >>> 56 != 0xff;
  }

  @Override
  public int compareTo(IpAddress other) {
    int byFamily = family.compareTo(other.family);
    if (byFamily != 0) {
      return byFamily;
    }
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  @Override
  public String toString() {
    return IpAddressText.format(this);
  }

  private static long bigEndian(byte[] bytes, int offset, int length) {
    long value = 0;
    for (int i = offset; i < offset + length; i++) {
      value = value << 8 | bytes[i] & 0xff;
    }
    return value;
  }
}
