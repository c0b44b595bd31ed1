package io.breakwater.config.source;

import io.breakwater.config.Tenant;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import io.breakwater.config.yaml.Name;
import io.breakwater.config.yaml.Positions;
import io.breakwater.config.yaml.TenantReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Reads tenants' files, several at one time, and keeps what it read of those that were right: a
 * reload reads again only what changed since.
 *
 * <p>A tenant is as it was if its file, its firewall's, all that these include, and the directories
 * in which they looked for more, are the same by {@link FileStamp}. A clock that stands still while
 * a file is written twice would hide the second time, so what changed within {@link #SETTLED}
 * before it was read is not kept: as git has it ("racy git").
 *
 * <p>One thread at a time uses it; the tenants it gives are immutable.
 */
public final class TenantFiles {

  private static final Duration SETTLED = Duration.ofSeconds(2);

  /** A tenant that was read without any problem. */
  private record Kept(TenantFile file, Positions positions, List<FileStamp> stamps) {

    boolean isCurrent() {
      return stamps.stream().allMatch(FileStamp::isCurrent);
    }
  }

  /**
   * One tenant of one reading.
   *
   * @param kept null if it has a problem, or changed a moment ago
   */
  private record Reading(TenantFile file, Positions positions, Problems problems, Kept kept) {}

  private final Supplier<Instant> wallClock;
  private Map<Path, Kept> kept = new HashMap<>();

  /** Has read nothing yet. */
  public TenantFiles() {
    this(Instant::now);
  }

  TenantFiles(Supplier<Instant> wallClock) {
    this.wallClock = wallClock;
  }

  /** By tenant, with the problems and positions of all. */
  SortedMap<String, TenantFile> read(
      Collection<Path> files, Problems problems, Positions positions) {
    List<Reading> readings = files.parallelStream().map(this::current).toList();
    SortedMap<String, TenantFile> byName = new TreeMap<>();
    Map<Path, Kept> next = new HashMap<>();
    for (Reading reading : readings) {
      TenantFile file = reading.file;
      byName.put(file.name(), file);
      problems.addAll(reading.problems);
      positions.addAll(reading.positions);
      if (reading.kept != null) {
        next.put(file.file(), reading.kept);
      }
    }
    kept = next;
    return byName;
  }

  private Reading current(Path file) {
    Kept known = kept.get(file);
    if (known == null || !known.isCurrent()) {
      return read(file);
    }
    Problems none = new Problems();
    none.open(file);
    return new Reading(known.file, known.positions, none, known);
  }

  private Reading read(Path file) {
    Instant settled = wallClock.get().minus(SETTLED);
    Problems problems = new Problems();
    Positions positions = new Positions();
    String name = TenantDirectory.tenant(file);
    Optional<Tenant> draft =
        Name.check(name, Position.startOf(file), problems)
            ? TenantReader.read(file, name, problems, positions)
            : Optional.empty();
    TenantFile read = new TenantFile(name, file, draft);
    List<FileStamp> stamps = problems.sources().stream().map(FileStamp::of).toList();
    boolean keeps =
        problems.isEmpty() && stamps.stream().allMatch(stamp -> stamp.isBefore(settled));
    return new Reading(read, positions, problems, keeps ? new Kept(read, positions, stamps) : null);
  }
}
