package io.breakwater.config.source;

import io.breakwater.config.yaml.Positions;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tenants that were read without any problem, by their files, and by all files they are of. */
final class KeptTenants {

  /**
   * A tenant that was read without any problem.
   *
   * @param stamps of all that it depends on
   * @param isWatched whether the watch has told of all that was done to these since
   */
  record Kept(TenantFile file, Positions positions, List<FileStamp> stamps, boolean isWatched) {

    static Kept of(
        TenantFile file, Positions positions, List<FileStamp> stamps, Set<Path> watched) {
      return new Kept(file, positions, stamps, watched.containsAll(directories(stamps)));
    }

    boolean isCurrent() {
      return stamps.stream().allMatch(FileStamp::isCurrent);
    }

    boolean isTouched(Set<Path> changes) {
      return stamps.stream().anyMatch(stamp -> changes.contains(stamp.path()));
    }

    /** Where the watch has to be to tell of what is done to it. */
    Set<Path> directories() {
      return directories(stamps);
    }

    private static Set<Path> directories(List<FileStamp> stamps) {
      Set<Path> directories = new HashSet<>();
      for (FileStamp stamp : stamps) {
        Path parent = stamp.path().getParent();
        directories.add(stamp.isDirectory() || parent == null ? stamp.path() : parent);
      }
      return directories;
    }
  }

  private final Map<Path, Kept> byFile = new HashMap<>();
  private final Map<Path, Set<Path>> filesBySource = new HashMap<>();

  Kept of(Path file) {
    return byFile.get(file);
  }

  Collection<Kept> all() {
    return byFile.values();
  }

  void put(Kept kept) {
    Path file = kept.file.file();
    remove(file);
    byFile.put(file, kept);
    kept.stamps.forEach(
        stamp -> filesBySource.computeIfAbsent(stamp.path(), source -> new HashSet<>(2)).add(file));
  }

  void remove(Path file) {
    Kept before = byFile.remove(file);
    if (before != null) {
      before.stamps.forEach(stamp ->
          filesBySource.computeIfPresent(
              stamp.path(),
              (source, files) -> files.remove(file) && files.isEmpty() ? null : files));
    }
  }

  /** The files of the tenants that are not as they were, if any of these files is not. */
  Set<Path> touchedBy(Set<Path> changes) {
    Set<Path> touched = new HashSet<>();
    changes.forEach(source -> touched.addAll(filesBySource.getOrDefault(source, Set.of())));
    return touched;
  }
}
