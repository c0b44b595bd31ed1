package io.breakwater.config;

/**
 * An Ethernet address (IEEE 802): the 48 bits in the low end of {@code bits}, first byte on the
 * wire most significant. Text is six pairs of hexadecimal digits with colons.
 */
public record MacAddress(long bits) {

  /**
   * @throws IllegalArgumentException if {@code bits} does not fit 48 bits
   */
  public MacAddress {
    if (bits >>> 48 != 0) {
      throw new IllegalArgumentException("Ethernet address must fit 48 bits: bits=" + bits);
    }
  }

  /**
   * Reads {@code 02:00:5e:00:00:01}, digits in either case.
   *
   * @throws IllegalArgumentException if it is not an Ethernet address
   */
  public static MacAddress parse(String text) {
    if (!text.matches("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")) {
      throw new IllegalArgumentException(
          "not an Ethernet address: " + text + " is not six pairs of digits with colons");
    }
    return new MacAddress(Long.parseLong(text.replace(":", ""), 16));
  }

  /** The 6 bytes in the order of the wire, in a new array. */
  public byte[] bytes() {
    byte[] bytes = new byte[6];
    for (int i = 0; i < 6; i++) {
      bytes[i] = (byte) (bits >>> (40 - 8 * i));
    }
    return bytes;
  }

  /** Whether the group bit is set: multicast or broadcast. */
  public boolean isGroup() {
    return (bits >>> 40 & 1) != 0;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(17);
    for (int shift = 40; shift >= 0; shift -= 8) {
      int octet = (int) (bits >>> shift) & 0xff;
      text.append(Character.forDigit(octet >>> 4, 16)).append(Character.forDigit(octet & 15, 16));
      if (shift > 0) {
        text.append(':');
      }
    }
    return text.toString();
  }
}
