package io.breakwater.workers.nftables;

import io.breakwater.workers.Frames;
import java.util.List;

/** Options of IPv4 (RFC 791 3.1) that a router lets by: well formed, and no source route. */
final class RandomIpOptions {

  private static final String ROUTER_ALERT = "94040000"; // RFC 2113
  private static final String RECORD_ROUTE = "07070400000000 01"; // with room for one address
  private static final String TIMESTAMP = "440c0500 0000000000000000";
  private static final String SECURITY = "820b000000000000000000 01"; // RFC 1108
  private static final String UNKNOWN = "9904abcd";
  private static final String NO_OPERATION = "01010101";
  private static final String END = "00000000";

  private RandomIpOptions() {}

  /** A multiple of four bytes, at most 40: the kernel takes some options only once. */
  static byte[] next(Draw draw) {
    StringBuilder options = new StringBuilder();
    for (String option :
        List.of(ROUTER_ALERT, RECORD_ROUTE, TIMESTAMP, SECURITY, UNKNOWN, NO_OPERATION)) {
      options.append(draw.chance(25) ? option : "");
    }
    byte[] bytes =
        Frames.hex(options.append(draw.chance(50) || options.isEmpty() ? END : "").toString());
    return bytes.length <= 40 ? bytes : Frames.hex(UNKNOWN);
  }
}
