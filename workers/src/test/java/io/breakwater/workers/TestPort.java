package io.breakwater.workers;

import io.breakwater.workers.table.PortSettings;

/**
 * A port for tests: 192.0.2.2/24, 10.0.0.1/30, 2001:db8:1::2/64 and the link-local address of its
 * Ethernet address 02:00:00:00:00:02.
 */
public final class TestPort {

  public static final String MAC = "02:00:00:00:00:02";
  public static final String IPV4 = "192.0.2.2";
  public static final String IPV4_SECOND = "10.0.0.1";
  public static final String IPV6 = "2001:db8:1::2";
  public static final String LINK_LOCAL = "fe80::ff:fe00:2";

  private TestPort() {}

  public static PortSettings untagged(int index) {
    return tagged(index);
  }

  public static PortSettings tagged(int index, int... vlanIds) {
    return new PortSettings(
        index,
        "port" + index,
        Frames.mac(MAC),
        1500,
        vlanIds,
        new int[] {Frames.ipv4(IPV4), Frames.ipv4(IPV4_SECOND)},
        new int[] {24, 30},
        new long[] {Frames.high(IPV6), Frames.high(LINK_LOCAL)},
        new long[] {Frames.low(IPV6), Frames.low(LINK_LOCAL)},
        new int[] {64, 64});
  }

  public static PortSettings withoutAddresses(int index) {
    return new PortSettings(
        index,
        "bare" + index,
        Frames.mac(MAC),
        1500,
        new int[0],
        new int[0],
        new int[0],
        new long[0],
        new long[0],
        new int[0]);
  }
}
