package io.breakwater.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A whole, valid configuration: what {@code appliance.yaml} and the tenants' files say, with every
 * default filled in and every reference checked. Immutable.
 *
 * @param name the appliance's own name, in logs and journal
 * @param ports at least one; names are unique
 * @param endpoints our ends of the GRE tunnels, the same on every server
 * @param bogonsDropped whether sources in private and documentation ranges are dropped (martians
 *     always are)
 * @param tenants by name
 */
public record Appliance(
    String name,
    Workers workers,
    List<Port> ports,
    List<IpAddress> endpoints,
    Optional<Path> synCookieSecret,
    boolean bogonsDropped,
    Limits limits,
    Journal journal,
    SortedMap<String, Tenant> tenants) {}
