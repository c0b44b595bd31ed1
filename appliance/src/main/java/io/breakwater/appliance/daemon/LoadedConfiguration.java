package io.breakwater.appliance.daemon;

import io.breakwater.config.Appliance;
import io.breakwater.config.source.TenantFiles;
import io.breakwater.workers.pipeline.firewall.PreparedFirewalls;
import java.nio.file.Path;

/**
 * A configuration as it was loaded at start, with what is worth keeping of that.
 *
 * @param file the main file, read again on a SIGHUP
 * @param tenants what was read of the tenants' files, for reloads
 * @param firewalls what was compiled to judge firewalls, for the first tables
 */
public record LoadedConfiguration(
    Path file, Appliance appliance, TenantFiles tenants, PreparedFirewalls firewalls) {}
