package io.breakwater.config.nft;

import io.breakwater.config.IpAddress;

/**
 * Finds out where an address ends that begins in the midst of a text: {@code 192.0.2.1-192.0.2.9}
 * is two, {@code 80:accept} is none.
 */
final class AddressScan {

  /** The longest text of an address: IPv6 with an IPv4 address in it (RFC 4291 2.2). */
  private static final int LENGTH_MAX = 45;

  private AddressScan() {}

  /** The end of the address that begins at {@code start}; {@code start} if there is none. */
  static int end(String text, int start) {
    int run = start;
    int colons = 0;
    int dots = 0;
    boolean gap = false;
    while (run < text.length() && run - start < LENGTH_MAX) {
      char c = text.charAt(run);
      if (c == ':') {
        gap |= run > start && text.charAt(run - 1) == ':';
        colons++;
      } else if (c == '.') {
        dots++;
      } else if (!Lexer.isHexDigit(c)) {
        break;
      }
      run++;
    }
    if (colons == 0) {
      return dots >= 3 ? dottedEnd(text, start, run) : start;
    }
    if (gap || colons >= 7) {
      return ipv6End(text, start, run);
    }
    return colons >= 5 ? ethernetEnd(text, start, run) : start;
  }

  private static int dottedEnd(String text, int start, int run) {
    int at = start;
    for (int part = 0; part < 4; part++) {
      int digits = at;
      while (digits < run && digits - at < 3 && Character.isDigit(text.charAt(digits))) {
        digits++;
      }
      if (digits == at || part < 3 && (digits == run || text.charAt(digits) != '.')) {
        return start;
      }
      at = part < 3 ? digits + 1 : digits;
    }
    return at;
  }

  /** The longest part of the run that is an address. */
  private static int ipv6End(String text, int start, int run) {
    for (int end = run; end > start + 1; end--) {
      if (isIpv6(text.substring(start, end))) {
        return end;
      }
    }
    return start;
  }

  private static boolean isIpv6(String text) {
    try {
      return IpAddress.parse(text).isIpv6();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static int ethernetEnd(String text, int start, int run) {
    int at = start;
    for (int part = 0; part < 6; part++) {
      int digits = at;
      while (digits < run && digits - at < 2 && Lexer.isHexDigit(text.charAt(digits))) {
        digits++;
      }
      if (digits == at || part < 5 && (digits == run || text.charAt(digits) != ':')) {
        return start;
      }
      at = part < 5 ? digits + 1 : digits;
    }
    return at;
  }
}
