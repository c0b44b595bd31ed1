package io.breakwater.workers.stage;

import io.breakwater.workers.table.PortSettings;

/**
 * Questions about a port's own addresses and connected subnets, for the slow path.
 *
 * <p>Cost: linear in the port's addresses, of which there are a few. IPv4 addresses are ints here.
 */
final class PortAddresses {

  private PortAddresses() {}

  static boolean hasAny(PortSettings port, boolean ipv6) {
    return (ipv6 ? port.ipv6High().length : port.ipv4Addresses().length) > 0;
  }

  static boolean owns(PortSettings port, int address) {
    for (int own : port.ipv4Addresses()) {
      if (own == address) {
        return true;
      }
    }
    return false;
  }

  static boolean owns(PortSettings port, long high, long low) {
    long[] highs = port.ipv6High();
    long[] lows = port.ipv6Low();
    for (int i = 0; i < highs.length; i++) {
      if (highs[i] == high && lows[i] == low) {
        return true;
      }
    }
    return false;
  }

  /** Index of the own address whose subnet the address is in, or -1. */
  static int connected(PortSettings port, int address) {
    int[] own = port.ipv4Addresses();
    for (int i = 0; i < own.length; i++) {
      if (((own[i] ^ address) & mask(port.ipv4Lengths()[i])) == 0) {
        return i;
      }
    }
    return -1;
  }

  /** Index of the own address whose subnet the address is in, or -1. */
  static int connected(PortSettings port, long high, long low) {
    long[] highs = port.ipv6High();
    long[] lows = port.ipv6Low();
    for (int i = 0; i < highs.length; i++) {
      int length = port.ipv6Lengths()[i];
      boolean sameHigh = ((highs[i] ^ high) & mask64(Math.min(length, 64))) == 0;
      if (sameHigh && ((lows[i] ^ low) & mask64(Math.max(length - 64, 0))) == 0) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Whether it is the broadcast address of a connected subnet (RFC 1812 4.2.3.1, the old form with
   * zeros included). A subnet of one or two addresses has none (RFC 3021).
   */
  static boolean isSubnetBroadcast(PortSettings port, int address) {
    int[] own = port.ipv4Addresses();
    for (int i = 0; i < own.length; i++) {
      int length = port.ipv4Lengths()[i];
      int host = address & ~mask(length);
      boolean inSubnet = ((own[i] ^ address) & mask(length)) == 0;
      if (length < 31 && inSubnet && (host == 0 || host == ~mask(length))) {
        return true;
      }
    }
    return false;
  }

  /** Whether a single host can have it: not 0/8, 127/8, multicast, class E or broadcast. */
  static boolean isHost(int address) {
    int first = address >>> 24;
    return first != 0 && first != 127 && first < 224;
  }

  /** Whether it is unspecified or multicast, so that nobody can be answered there. */
  static boolean isNoHost(long high, long low) {
    return high >>> 56 == 0xff || (high | low) == 0;
  }

  static boolean isMulticast(long high) {
    return high >>> 56 == 0xff;
  }

  static boolean isLinkLocal(long high) {
    return high >>> 54 == 0xfe80 >>> 6;
  }

  /** Whether an Ethernet address can be that of one station: neither zero nor a group's. */
  static boolean isStation(long mac) {
    return mac != 0 && (mac & 1L << 40) == 0;
  }

  private static int mask(int length) {
    return length == 0 ? 0 : -1 << 32 - length;
  }

  private static long mask64(int length) {
    return length == 0 ? 0 : -1L << 64 - length;
  }
}
