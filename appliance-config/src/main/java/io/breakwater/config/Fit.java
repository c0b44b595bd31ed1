package io.breakwater.config;

import java.util.OptionalInt;

/**
 * How packets are made to fit a tunnel.
 *
 * @param mss what happens to the MSS option of TCP SYNs
 * @param mssBytes the clamp with {@link Mss#FIXED}, 536..8960; else empty
 * @param fragment which packet is cut when DF is clear
 */
public record Fit(Mss mss, OptionalInt mssBytes, Fragment fragment) {

  public static final Fit DEFAULT = new Fit(Mss.AUTO, OptionalInt.empty(), Fragment.INNER);

  /** The clamp of the MSS option, which lowers it and never raises it. */
  public enum Mss {
    /** To the tunnel's MTU less 40 (IPv4) or 60 (IPv6) bytes. */
    AUTO,
    /** To a number of bytes. */
    FIXED,
    /** Left as it is. */
    OFF
  }

  /** RFC 791 fragmentation before or after encapsulation. */
  public enum Fragment {
    /** The inner packet: its destination reassembles it. */
    INNER,
    /** The outer packet: the tenant's router reassembles it. */
    OUTER
  }
}
