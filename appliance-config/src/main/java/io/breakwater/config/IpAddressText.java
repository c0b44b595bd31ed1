package io.breakwater.config;

/**
 * Addresses as text: dotted decimal, RFC 4291 section 2.2 in, RFC 5952 out.
 *
 * <p>Strict on the way in, because a configuration that is read in two ways by two programs is a
 * trap: {@code 010.0.0.1} is refused (octal to some), {@code fe80::1%eth0} is refused.
 */
final class IpAddressText {

  private static final int GROUPS = 8;
  private static final int LENGTH_MAX = 45;

  private IpAddressText() {}

  static IpAddress parse(String text) {
    if (text.length() <= LENGTH_MAX) {
      long ipv4 = text.indexOf(':') < 0 ? ipv4(text, 0, text.length()) : -1;
      if (ipv4 >= 0) {
        return IpAddress.ipv4((int) ipv4);
      }
      int[] groups = text.indexOf(':') < 0 ? null : ipv6(text);
      if (groups != null) {
        return IpAddress.ipv6(fourGroups(groups, 0), fourGroups(groups, 4));
      }
    }
    throw new IllegalArgumentException("not an IPv4 or IPv6 address: " + text);
  }

  /** The 32 bits of dotted decimal in {@code [from, to)}, or -1. */
  private static long ipv4(String text, int from, int to) {
    long bits = 0;
    int at = from;
    for (int part = 0; part < 4; part++) {
      int end = part == 3 ? to : text.indexOf('.', at);
      if (end < 0 || end > to) {
        return -1;
      }
      int octet = octet(text, at, end);
      if (octet < 0) {
        return -1;
      }
      bits = bits << 8 | octet;
      at = end + 1;
    }
    return bits;
  }

  private static int octet(String text, int from, int to) {
    int length = to - from;
    if (length < 1 || length > 3 || length > 1 && text.charAt(from) == '0') {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = 10 * value + digit;
    }
    return value <= 255 ? value : -1;
  }

  /** The eight groups of 16 bits, or null if {@code text} is not an IPv6 address. */
  private static int[] ipv6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      int[] groups = new int[GROUPS];
      return groups(text, 0, text.length(), groups) == GROUPS ? groups : null;
    }
    int[] head = new int[GROUPS];
    int[] tail = new int[GROUPS];
    int headCount = groups(text, 0, gap, head);
    int tailCount = groups(text, gap + 2, text.length(), tail);
    if (headCount < 0 || tailCount < 0 || headCount + tailCount >= GROUPS) {
      return null;
    }
    // An IPv4 tail may only end the whole address, not the half before the gap.
    if (text.lastIndexOf('.', gap) >= 0) {
      return null;
    }
    System.arraycopy(tail, 0, head, GROUPS - tailCount, tailCount);
    return head;
  }

  /** Reads groups separated by colons, the last perhaps an IPv4 address; their number or -1. */
  private static int groups(String text, int from, int to, int[] groups) {
    if (from == to) {
      return 0;
    }
    int count = 0;
    int at = from;
    while (true) {
      int colon = text.indexOf(':', at);
      int end = colon < 0 || colon > to ? to : colon;
      boolean last = end == to;
      int dot = text.indexOf('.', at);
      if (last && dot >= 0 && dot < to) {
        long ipv4 = ipv4(text, at, end);
        if (ipv4 < 0 || count > GROUPS - 2) {
          return -1;
        }
        groups[count++] = (int) (ipv4 >>> 16);
        groups[count++] = (int) (ipv4 & 0xffff);
        return count;
      }
      int group = group(text, at, end);
      if (group < 0 || count == GROUPS) {
        return -1;
      }
      groups[count++] = group;
      if (last) {
        return count;
      }
      at = end + 1;
    }
  }

  private static int group(String text, int from, int to) {
    if (to <= from || to - from > 4) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      int digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  private static long fourGroups(int[] groups, int first) {
    return (long) groups[first] << 48
        | (long) groups[first + 1] << 32
        | (long) groups[first + 2] << 16
        | groups[first + 3];
  }

  static String format(IpAddress address) {
    if (address.isIpv4()) {
      return dotted(address.low());
    }
    // RFC 5952 section 5: the IPv4 part of a mapped address is written as such.
    if (address.high() == 0 && address.low() >>> 32 == 0xffff) {
      return "::ffff:" + dotted(address.low());
    }
    int gap = longestZeroRun(address);
    int gapEnd = gap < 0 ? -1 : zeroRunEnd(address, gap);
    StringBuilder text = new StringBuilder(LENGTH_MAX);
    for (int i = 0; i < GROUPS; i++) {
      if (i == gap) {
        text.append("::");
        i = gapEnd - 1;
      } else {
        if (i > 0 && i != gapEnd) {
          text.append(':');
        }
        text.append(Integer.toHexString(groupOf(address, i)));
      }
    }
    return text.toString();
  }

  private static String dotted(long bits) {
    return (bits >>> 24 & 0xff)
        + "."
        + (bits >>> 16 & 0xff)
        + "."
        + (bits >>> 8 & 0xff)
        + "."
        + (bits & 0xff);
  }

  /** RFC 5952 section 4.2: the longest run of two or more zero groups, the first of equals. */
  private static int longestZeroRun(IpAddress address) {
    int start = -1;
    int lengthMax = 1;
    for (int i = 0; i < GROUPS; i++) {
      int length = zeroRunEnd(address, i) - i;
      if (length > lengthMax) {
        lengthMax = length;
        start = i;
      }
    }
    return start;
  }

  private static int zeroRunEnd(IpAddress address, int from) {
    int end = from;
    while (end < GROUPS && groupOf(address, end) == 0) {
      end++;
    }
    return end;
  }

  private static int groupOf(IpAddress address, int index) {
    long half = index < 4 ? address.high() : address.low();
    return (int) (half >>> (48 - 16 * (index & 3)) & 0xffff);
  }
}
