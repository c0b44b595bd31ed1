package io.breakwater.config;

/**
 * An IPv4 or IPv6 address as two longs in host order.
 *
 * <p>IPv4: {@code high} is 0 and {@code low} holds the 32 bits, unsigned. IPv6: {@code high} holds
 * bytes 0-7, {@code low} bytes 8-15. Text is RFC 4291 / RFC 5952 for IPv6 and dotted decimal for
 * IPv4; no name is ever resolved.
 */
public record IpAddress(Family family, long high, long low) {

  /** The two versions of IP, with the number of bits of an address. */
  public enum Family {
    IPV4(32),
    IPV6(128);

    private final int bits;

    Family(int bits) {
      this.bits = bits;
    }

    public int bits() {
      return bits;
    }
  }
}
