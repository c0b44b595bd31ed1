package io.breakwater.config.source;

import io.breakwater.config.Tenant;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A tenant's own file as it was read.
 *
 * @param name the file's name without its ending
 * @param draft what could be read of it; fit to run only if no problem was recorded for the file
 */
record TenantFile(String name, Path file, Optional<Tenant> draft) {}
