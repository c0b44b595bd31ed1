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
 */
public record Tunnel(
    String name,
    IpAddress local,
    IpAddress remote,
    int priority,
    int weight,
    OptionalLong key,
    OptionalInt mtuBytes) {}
