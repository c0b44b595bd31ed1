package io.breakwater.config;

import java.util.OptionalInt;

/**
 * How a tunnel's outer IP and GRE headers are written.
 *
 * @param checksum whether GRE carries a checksum (RFC 2784 2.3)
 * @param ttl outer TTL or hop limit, 1..255
 * @param dscp the outer DSCP, 0..63; empty: copied from the inner packet (RFC 2983 uniform model)
 * @param ecn true: RFC 6040 normal mode, the inner ECN field is copied; false: compatibility mode,
 *     the outer field is 0 (not-ECT)
 */
public record OuterHeader(boolean checksum, int ttl, OptionalInt dscp, boolean ecn) {

  public static final OuterHeader DEFAULT = new OuterHeader(false, 64, OptionalInt.empty(), true);
}
