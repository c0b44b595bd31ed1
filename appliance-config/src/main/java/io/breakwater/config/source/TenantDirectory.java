package io.breakwater.config.source;

import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import io.breakwater.config.yaml.Positions;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The directory with one file for each tenant: {@code acme.yaml} is the tenant {@code acme}.
 *
 * <p>Hidden files and files with other endings are ignored: editors leave the former, the latter
 * are what the tenants' files name. The order is that of the names, whatever the file system's is.
 */
final class TenantDirectory {

  private static final String ENDING = ".yaml";
  private static final int FILES_MAX = 65_536;

  private TenantDirectory() {}

  /**
   * Reads every tenant's file. A directory that cannot be read is a problem of the file that names
   * it.
   *
   * @param named where the main file names the directory
   * @param tenants what was read before
   */
  static SortedMap<String, TenantFile> read(
      Path directory, Position named, Problems problems, Positions positions, TenantFiles tenants) {
    return tenants.read(list(directory, named, problems), problems, positions);
  }

  /** The tenant whose file it is. */
  static String tenant(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - ENDING.length());
  }

  private static Collection<Path> list(Path directory, Position named, Problems problems) {
    SortedMap<String, Path> byName = new TreeMap<>();
    if (!Files.isDirectory(directory)) {
      problems.add(named, "tenants: no such directory: " + directory);
      return byName.values();
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.endsWith(ENDING) && !name.startsWith(".")) {
          byName.put(name, entry);
        }
        if (byName.size() > FILES_MAX) {
          problems.add(named, "tenants: more than " + FILES_MAX + " files: " + directory);
          break;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      problems.add(named, "tenants: directory cannot be read: " + e.getMessage());
    }
    return byName.values();
  }
}
