package io.breakwater.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A whole, valid configuration: what {@code appliance.yaml} and the tenants' files say, with every
 * default filled in and every reference checked. Immutable.
 *
 * @param name the appliance's own name, in logs and journal
 * @param workers the cores of the pinned workers
 * @param ports at least one; names are unique
 * @param endpoints our ends of the GRE tunnels, the same on every server
 * @param synCookieSecret the file with the secret that the fleet shares; empty: none is named
 * @param bogonsDropped whether sources in private and documentation ranges are dropped (martians
 *     always are)
 * @param limits what is taken at start
 * @param hostLimits what the kernel is handed at most
 * @param firewallLimits what a tenant's firewall may cost at most
 * @param journal where the journal is kept
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
    HostLimits hostLimits,
    FirewallLimits firewallLimits,
    Journal journal,
    SortedMap<String, Tenant> tenants) {

  /** One with the usual limits for the host and for firewalls. */
  public Appliance(
      String name,
      Workers workers,
      List<Port> ports,
      List<IpAddress> endpoints,
      Optional<Path> synCookieSecret,
      boolean bogonsDropped,
      Limits limits,
      Journal journal,
      SortedMap<String, Tenant> tenants) {
    this(
        name,
        workers,
        ports,
        endpoints,
        synCookieSecret,
        bogonsDropped,
        limits,
        HostLimits.DEFAULT,
        FirewallLimits.DEFAULT,
        journal,
        tenants);
  }

  public Appliance {
    ports = List.copyOf(ports);
    endpoints = List.copyOf(endpoints);
    tenants = Collections.unmodifiableSortedMap(new TreeMap<>(tenants));
  }

  /** Whether all is the same but, perhaps, tenants. */
  public boolean hasSameMainAs(Appliance other) {
    SortedMap<String, Tenant> none = Collections.emptySortedMap();
    return withTenants(none).equals(other.withTenants(none));
  }

  /** The same configuration with other tenants. */
  public Appliance withTenants(SortedMap<String, Tenant> others) {
    return new Appliance(
        name,
        workers,
        ports,
        endpoints,
        synCookieSecret,
        bogonsDropped,
        limits,
        hostLimits,
        firewallLimits,
        journal,
        others);
  }
}
