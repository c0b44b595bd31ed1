package io.breakwater.config.yaml;

import io.breakwater.config.Appliance;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the main file says. If a problem was recorded in it, it holds what could be read.
 *
 * @param appliance with the tenants that stand in the main file itself
 * @param tenantsDirectory where the other tenants' files are; empty: there are only those in the
 *     main file
 * @param endpointsComplete whether all anycast endpoints could be read, so that a tunnel's {@code
 *     local} can be checked against them
 */
public record MainFile(
    Path file, Appliance appliance, Optional<Path> tenantsDirectory, boolean endpointsComplete) {}
