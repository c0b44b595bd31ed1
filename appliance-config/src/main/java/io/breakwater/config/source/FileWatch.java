package io.breakwater.config.source;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchEvent.Kind;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Which files in some directories the kernel saw being changed (inotify(7), through {@link
 * WatchService}): to know after the fact, not to be told.
 *
 * <p>Events come on a thread of the JDK's, some time after what they tell of. inotify keeps their
 * order, so a file of our own is made last: when that is told, all before it has been (as "cookie
 * files" of Watchman and of git's fsmonitor do it). Where anything may be missing, the answer is
 * that nothing is known: the queue ran over, a directory is gone or another one, a file of ours is
 * not told in time.
 *
 * <p>inotify does not see what is written through a mapping of memory or another link outside of
 * the directory, nor what another machine does to a network's file system: who trusts this looks
 * from time to time. One thread at a time uses it.
 */
final class FileWatch implements AutoCloseable {

  private static final int DIRECTORIES_MAX = 1_024;
  private static final long COOKIE_TIMEOUT_NS = 1_000_000_000L;

  private static final Kind<?>[] ALL = {
    StandardWatchEventKinds.ENTRY_CREATE,
    StandardWatchEventKinds.ENTRY_MODIFY,
    StandardWatchEventKinds.ENTRY_DELETE
  };

  private final WatchService service;
  private final Path cookies;
  private int cookie;

  /** A directory has one key, whatever the path by which it is named. */
  private final Map<WatchKey, List<Path>> pathsByKey = new HashMap<>();

  /** What a path led to when it was first watched. */
  private final Map<Path, Object> watched = new HashMap<>();

  private FileWatch(WatchService service, Path cookies) {
    this.service = service;
    this.cookies = cookies;
  }

  /** Empty where the system has no room for one. */
  static Optional<FileWatch> open() {
    try {
      WatchService service = FileSystems.getDefault().newWatchService();
      Path cookies = Files.createTempDirectory("breakwater-watch-");
      FileWatch watch = new FileWatch(service, cookies);
      watch.watch(cookies);
      if (watch.directories().contains(cookies)) {
        return Optional.of(watch);
      }
      watch.close();
    } catch (IOException | UnsupportedOperationException e) {
      // Without it all files are looked at, at each reload.
    }
    return Optional.empty();
  }

  /** Begins to watch a directory, if that is possible. */
  void watch(Path directory) {
    if (watched.containsKey(directory) || watched.size() >= DIRECTORIES_MAX) {
      return;
    }
    try {
      WatchKey key = directory.register(service, ALL);
      pathsByKey.computeIfAbsent(key, unused -> new ArrayList<>()).add(directory);
      watched.put(directory, FileStamp.of(directory).key());
    } catch (IOException | UnsupportedOperationException e) {
      // Its files are looked at.
    }
  }

  /** Those that are watched by now, by the paths that were given. */
  Set<Path> directories() {
    return Set.copyOf(watched.keySet());
  }

  /**
   * The files that were made, changed or deleted since this was last asked, and the directories in
   * which any was made or deleted. Empty if it is not known.
   */
  Optional<Set<Path>> changes() {
    Set<Path> changes = new HashSet<>();
    boolean known = drain(changes);
    for (Path directory : directories()) {
      if (!FileStamp.of(directory).key().equals(watched.get(directory))) {
        known = false;
        forget(directory);
      }
    }
    return known ? Optional.of(changes) : Optional.empty();
  }

  /** The path leads elsewhere now. */
  private void forget(Path directory) {
    watched.remove(directory);
    pathsByKey.values().forEach(paths -> paths.remove(directory));
    pathsByKey.keySet().stream()
        .filter(key -> pathsByKey.get(key).isEmpty())
        .forEach(WatchKey::cancel);
    pathsByKey.values().removeIf(List::isEmpty);
  }

  /** Takes all that was told until now; returns whether nothing is missing. */
  private boolean drain(Set<Path> changes) {
    try {
      Path last = cookies.resolve(Integer.toString(++cookie));
      Files.createFile(last);
      Files.delete(last);
      boolean known = true;
      long endNs = System.nanoTime() + COOKIE_TIMEOUT_NS;
      while (!changes.remove(last)) {
        WatchKey key = service.poll(endNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (key == null) {
          return false;
        }
        known &= take(key, changes);
      }
      // A key that got events while it was being emptied is queued again, behind the cookies'.
      for (WatchKey key = service.poll(); key != null; key = service.poll()) {
        known &= take(key, changes);
      }
      changes.removeIf(path -> path.startsWith(cookies));
      return known;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean take(WatchKey key, Set<Path> changes) {
    boolean known = true;
    List<Path> names = pathsByKey.getOrDefault(key, List.of());
    for (WatchEvent<?> event : key.pollEvents()) {
      if (event.kind() == StandardWatchEventKinds.OVERFLOW) {
        known = false;
        continue;
      }
      for (Path directory : names) {
        changes.add(directory.resolve((Path) event.context()));
        if (event.kind() != StandardWatchEventKinds.ENTRY_MODIFY) {
          changes.add(directory);
        }
      }
    }
    if (!key.reset()) {
      known = false;
      pathsByKey.remove(key);
      names.forEach(watched::remove);
    }
    return known;
  }

  @Override
  public void close() {
    try {
      service.close();
      Files.deleteIfExists(cookies);
    } catch (IOException e) {
      // An empty directory is left behind.
    }
  }
}
