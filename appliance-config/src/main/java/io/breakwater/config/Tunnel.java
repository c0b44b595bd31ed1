package io.breakwater.config;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A GRE tunnel to a tenant's router.
 *
 * @param local one of the anycast endpoints
 * @param remote the tenant's router, of the same family
 * @param priority 0..65535, lower wins
 * @param weight 1..256, the share among tunnels of one priority
 * @param key the GRE key, 0..2^32-1 (RFC 2890), if any
 * @param mtuBytes largest inner packet; by default the port's MTU less the encapsulation
 * @param outer how its outer header is written
 * @param fit what happens to packets that are too big for it
 * @param health how it is probed
 */
public record Tunnel(
    String name,
    IpAddress local,
    IpAddress remote,
    int priority,
    int weight,
    OptionalLong key,
    OptionalInt mtuBytes,
    OuterHeader outer,
    Fit fit,
    TunnelHealth health) {

  /** A tunnel of which only the ends are said: all else as the configuration has it by default. */
  public Tunnel(
      String name,
      IpAddress local,
      IpAddress remote,
      int priority,
      int weight,
      OptionalLong key,
      OptionalInt mtuBytes) {
    this(
        name,
        local,
        remote,
        priority,
        weight,
        key,
        mtuBytes,
        OuterHeader.DEFAULT,
        Fit.DEFAULT,
        TunnelHealth.DEFAULT);
  }
}
