package io.breakwater.config.source;

import io.breakwater.config.Tenant;
import io.breakwater.config.source.KeptTenants.Kept;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import io.breakwater.config.yaml.Name;
import io.breakwater.config.yaml.Positions;
import io.breakwater.config.yaml.TenantReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
 * <p>To look at 20,000 files takes longer than all else of a reload. With {@link #watching} it is
 * first believed what {@link FileWatch} tells of them, and {@link #isConfirmed} looks at them
 * afterwards, when what changed is live already. Should a change have escaped the watch, it is not
 * believed any more.
 *
 * <p>One thread at a time uses it; the tenants it gives are immutable.
 */
public final class TenantFiles implements AutoCloseable {

  private static final Duration SETTLED = Duration.ofSeconds(2);

  /**
   * What a directory holds. Not to be changed.
   *
   * @param files by tenant
   * @param drafts what could be read of them
   */
  record Content(SortedMap<String, TenantFile> files, SortedMap<String, Tenant> drafts) {

    static final Content NONE =
        new Content(Collections.emptySortedMap(), Collections.emptySortedMap());

    static Content empty() {
      return new Content(new TreeMap<>(), new TreeMap<>());
    }

    static Content copyOf(Content other) {
      return new Content(new TreeMap<>(other.files), new TreeMap<>(other.drafts));
    }

    void remove(String tenant) {
      files.remove(tenant);
      drafts.remove(tenant);
    }

    void put(TenantFile file) {
      files.put(file.name(), file);
      file.draft()
          .ifPresentOrElse(
              tenant -> drafts.put(file.name(), tenant), () -> drafts.remove(file.name()));
    }
  }

  /**
   * One tenant of one reading.
   *
   * @param kept null if it has a problem, or changed a moment ago
   */
  private record Reading(TenantFile file, Positions positions, Problems problems, Kept kept) {}

  private final Supplier<Instant> wallClock;
  private final SettledTenants settled = new SettledTenants();
  private Optional<FileWatch> watch;

  /** What the watch told that no reading has heeded yet. Null: something may be missing. */
  private Set<Path> changes;

  /** Whether the last reading did not look at all files. */
  private boolean isBelieved;

  private TenantDirectory directory;
  private Content content = Content.NONE;
  private KeptTenants kept = new KeptTenants();

  /** Those of the directory that have to be looked at whatever the watch tells. */
  private final Set<Path> unwatched = new HashSet<>();

  /** Has read nothing yet, and looks at all files each time. */
  public TenantFiles() {
    this(Instant::now, Optional.empty());
  }

  TenantFiles(Supplier<Instant> wallClock, Optional<FileWatch> watch) {
    this.wallClock = wallClock;
    this.watch = watch;
  }

  /** The same with a watch, where the system has one. */
  public static TenantFiles watching() {
    return new TenantFiles(Instant::now, FileWatch.open());
  }

  /** What is known of the tenants that were read. */
  SettledTenants settled() {
    return settled;
  }

  /**
   * What the directory holds, with the problems and positions of all.
   *
   * @param named where the main file names the directory
   */
  Content read(Path path, Position named, Problems problems, Positions positions) {
    Set<Path> told = told(path);
    watch.ifPresent(each -> each.watch(path));
    Set<Path> watched = watch.map(FileWatch::directories).orElse(Set.of());
    // What is done from here on is told before the next reading.
    changes = watch.isPresent() ? new HashSet<>() : null;
    isBelieved = told != null && directory.update(told);
    if (isBelieved) {
      readTouched(told, watched, problems, positions);
    } else {
      directory = TenantDirectory.list(path, named, problems);
      readAll(watched, problems, positions);
    }
    return content;
  }

  private void readAll(Set<Path> watched, Problems problems, Positions positions) {
    KeptTenants before = kept;
    kept = new KeptTenants();
    content = Content.empty();
    unwatched.clear();
    for (Reading reading : read(directory.files(), before, watched)) {
      problems.addAll(reading.problems);
      positions.addAll(reading.positions);
      take(reading);
    }
  }

  /** Costs what was touched, and copies of the maps of all. */
  private void readTouched(
      Set<Path> told, Set<Path> watched, Problems problems, Positions positions) {
    content = Content.copyOf(content);
    told.stream().filter(directory::hasLost).forEach(this::forget);
    Set<Path> touched = new HashSet<>(told);
    touched.addAll(kept.touchedBy(told));
    touched.addAll(unwatched);
    List<Path> files = touched.stream().filter(directory::has).sorted(directory.order()).toList();
    Map<Path, Reading> readings = new HashMap<>();
    for (Reading reading : read(files, kept, watched)) {
      readings.put(reading.file.file(), reading);
      take(reading);
    }
    positions.addLater(() -> kept.all().stream().map(Kept::positions));
    problems.openLater(() -> open(readings, problems));
    for (Path file : files) {
      positions.addAll(readings.get(file).positions);
      if (!readings.get(file).problems.isEmpty()) {
        problems.addAll(readings.get(file).problems);
      }
    }
  }

  private List<Reading> read(Collection<Path> files, KeptTenants before, Set<Path> watched) {
    return files.parallelStream().map(file -> current(file, before.of(file), watched)).toList();
  }

  private void take(Reading reading) {
    Path file = reading.file.file();
    content.put(reading.file);
    if (reading.kept == null) {
      kept.remove(file);
    } else {
      kept.put(reading.kept);
    }
    if (reading.kept != null && reading.kept.isWatched()) {
      unwatched.remove(file);
    } else {
      unwatched.add(file);
      // From the next reading on.
      Optional.ofNullable(reading.kept)
          .ifPresent(known -> watch.ifPresent(each -> known.directories().forEach(each::watch)));
    }
  }

  private void forget(Path file) {
    content.remove(TenantDirectory.tenant(file));
    kept.remove(file);
    unwatched.remove(file);
  }

  /** All in order, as if all had been read. */
  private void open(Map<Path, Reading> readings, Problems problems) {
    for (Path file : directory.files()) {
      Reading reading = readings.get(file);
      if (reading == null) {
        problems.open(file);
      } else {
        problems.openAll(reading.problems);
      }
    }
  }

  /** What was done to files in this directory since they were read; null if it is not known. */
  private Set<Path> told(Path path) {
    askWatch();
    boolean isKnown =
        changes != null
            && directory != null
            && directory.path().equals(path)
            && watch.orElseThrow().directories().contains(path);
    return isKnown ? changes : null;
  }

  private void askWatch() {
    if (watch.isPresent()) {
      Optional<Set<Path>> more = watch.get().changes();
      if (changes != null && more.isPresent()) {
        changes.addAll(more.get());
      } else {
        changes = null;
      }
    }
  }

  /**
   * Looks at the files that the last reading did not look at. Returns false if one of them has
   * changed, and the watch has not told: then they have to be read again, and from now on all are
   * looked at.
   */
  public boolean isConfirmed() {
    if (!isBelieved) {
      return true;
    }
    List<Kept> stale =
        kept.all().parallelStream()
            .filter(known -> known.isWatched() && !known.isCurrent())
            .toList();
    Path path = directory.path();
    Set<Path> moved =
        TenantDirectory.list(path, Position.startOf(path), new Problems()).difference(directory);
    // What was done while we looked is the next reading's.
    askWatch();
    if (changes == null
        || changes.containsAll(moved)
            && stale.stream().allMatch(known -> known.isTouched(changes))) {
      return true;
    }
    close();
    return false;
  }

  private Reading current(Path file, Kept known, Set<Path> watched) {
    if (known == null || !known.isCurrent()) {
      return read(file, watched);
    }
    Problems none = new Problems();
    none.open(file);
    Kept again = Kept.of(known.file(), known.positions(), known.stamps(), watched);
    return new Reading(known.file(), known.positions(), none, again);
  }

  private Reading read(Path file, Set<Path> watched) {
    Instant settledBefore = wallClock.get().minus(SETTLED);
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
        problems.isEmpty() && stamps.stream().allMatch(stamp -> stamp.isBefore(settledBefore));
    return new Reading(
        read, positions, problems, keeps ? Kept.of(read, positions, stamps, watched) : null);
  }

  /** Ends the watch. */
  @Override
  public void close() {
    watch.ifPresent(FileWatch::close);
    watch = Optional.empty();
    changes = null;
  }
}
