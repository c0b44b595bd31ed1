package io.breakwater.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the journal is kept and how much disk it may take.
 *
 * @param directory empty: the default of the user who runs the appliance
 * @param sizeMaxBytes upper bound of all its files together
 */
public record Journal(Optional<Path> directory, long sizeMaxBytes) {

  public static final Journal DEFAULT = new Journal(Optional.empty(), 256L << 20);

  @Override
  public String toString() {
    return directory.map(path -> path + " ").orElse("") + (sizeMaxBytes >> 20) + "MiB";
  }
}
