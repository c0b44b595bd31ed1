package io.breakwater.config.source;

import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The directory with one file for each tenant, as it was last listed: {@code acme.yaml} is the
 * tenant {@code acme}.
 *
 * <p>Hidden files and files with other endings are ignored: editors leave the former, the latter
 * are what the tenants' files name. The order is that of the names, whatever the file system's is.
 */
final class TenantDirectory {

  private static final String ENDING = ".yaml";
  private static final int FILES_MAX = 65_536;

  private final Path directory;
  private final SortedMap<String, Path> byName = new TreeMap<>();

  private TenantDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * Lists it. A directory that cannot be read is a problem of the file that names it.
   *
   * @param named where the main file names the directory
   */
  static TenantDirectory list(Path directory, Position named, Problems problems) {
    var listed = new TenantDirectory(directory);
    if (!Files.isDirectory(directory)) {
      problems.add(named, "tenants: no such directory: " + directory);
      return listed;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (isTenant(entry)) {
          listed.byName.put(entry.getFileName().toString(), entry);
        }
        if (listed.byName.size() > FILES_MAX) {
          problems.add(named, "tenants: more than " + FILES_MAX + " files: " + directory);
          break;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      problems.add(named, "tenants: directory cannot be read: " + e.getMessage());
    }
    return listed;
  }

  private static boolean isTenant(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(ENDING) && !name.startsWith(".");
  }

  /** The tenant whose file it is. */
  static String tenant(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - ENDING.length());
  }

  Path path() {
    return directory;
  }

  /** In the order of their names. */
  Collection<Path> files() {
    return byName.values();
  }

  /** That of {@link #files}. */
  Comparator<Path> order() {
    return Comparator.comparing(file -> file.getFileName().toString());
  }

  boolean has(Path file) {
    return couldHave(file) && byName.containsKey(file.getFileName().toString());
  }

  /** Whether it is not here, but would be a tenant's file if it were. */
  boolean hasLost(Path file) {
    return couldHave(file) && !has(file);
  }

  private boolean couldHave(Path file) {
    return directory.equals(file.getParent()) && isTenant(file);
  }

  /** The files that only one of two listings has. */
  Set<Path> difference(TenantDirectory other) {
    Set<Path> here = new HashSet<>(files());
    Set<Path> there = new HashSet<>(other.files());
    Set<Path> difference = new HashSet<>(here);
    difference.removeAll(there);
    there.removeAll(here);
    difference.addAll(there);
    return difference;
  }

  /**
   * Lists it again, where no other files than these were made or deleted. Returns whether it holds
   * no more than it may.
   */
  boolean update(Set<Path> changed) {
    for (Path file : changed) {
      if (couldHave(file)) {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
          byName.putIfAbsent(file.getFileName().toString(), file);
        } else {
          byName.remove(file.getFileName().toString());
        }
      }
    }
    return byName.size() <= FILES_MAX;
  }
}
