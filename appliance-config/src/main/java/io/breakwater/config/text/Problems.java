package io.breakwater.config.text;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The problems found while a configuration is read, of all its files.
 *
 * <p>A file full of garbage must not fill the memory with complaints: of one file at most {@link
 * #FILE_MAX} problems are kept, and a last one says that there are more. Not thread-safe.
 */
public final class Problems {

  public static final int FILE_MAX = 1_000;

  private static final Comparator<Problem> BY_PLACE =
      Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);

  /** Of a file without a problem, which most are. */
  private static final Set<Problem> NONE = Set.of();

  private final Map<Path, Set<Problem>> byFile = new LinkedHashMap<>();
  private final Map<String, List<Problem>> byTenant = new HashMap<>();
  private final Set<Path> sources = new LinkedHashSet<>();

  /** Opens what is open without having been told; null if there is nothing such. */
  private Runnable opening;

  /** No problem yet. */
  public Problems() {}

  /** Fixes the place of {@code file} among the files: they are listed as they were opened. */
  public void open(Path file) {
    openNow();
    sources.add(file);
    byFile.putIfAbsent(file, NONE);
  }

  /** Fixes the places of all files of another reading. */
  public void openAll(Problems others) {
    others.byFile.keySet().forEach(this::open);
  }

  /**
   * Opens files, but not before another one is opened or has a problem: so many may be open that
   * their order is not worth its cost as long as nothing is wrong.
   */
  public void openLater(Runnable opening) {
    openNow();
    this.opening = opening;
  }

  private void openNow() {
    Runnable now = opening;
    opening = null;
    if (now != null) {
      now.run();
    }
  }

  /** What was read would be another if this file or directory were. */
  public void dependsOn(Path source) {
    sources.add(source);
  }

  /** All that was opened, and all else that what was read depends on. */
  public Set<Path> sources() {
    return Collections.unmodifiableSet(sources);
  }

  public void add(Position position, String message) {
    openNow();
    // A set, since a node with aliases is read more than once.
    Set<Problem> problems =
        byFile.compute(
            position.file(),
            (file, before) -> before == null || before == NONE ? new LinkedHashSet<>() : before);
    if (problems.size() < FILE_MAX) {
      problems.add(Problem.at(position, message));
    } else if (problems.size() == FILE_MAX) {
      problems.add(Problem.at(position, "too many problems: the rest is not listed"));
    }
  }

  /**
   * Takes over the problems of files that belong to one tenant: its firewall and what that
   * includes. Two tenants may include the same file, and what is wrong with it may be wrong for
   * only one of them.
   */
  public void addAll(String tenant, Problems others) {
    openAll(others);
    others.all().forEach(problem -> add(problem.position(), problem.message()));
    sources.addAll(others.sources);
    if (!others.isEmpty()) {
      byTenant.put(tenant, others.all());
    }
  }

  /** Takes over all that another reading found, and whose it is. */
  public void addAll(Problems others) {
    openAll(others);
    others.all().forEach(problem -> add(problem.position(), problem.message()));
    byTenant.putAll(others.byTenant);
  }

  /** What was taken over for a tenant. */
  public List<Problem> ofTenant(String tenant) {
    return byTenant.getOrDefault(tenant, List.of());
  }

  public boolean isEmpty() {
    return byFile.values().stream().allMatch(Set::isEmpty);
  }

  public int count() {
    return byFile.values().stream().mapToInt(Set::size).sum();
  }

  public boolean in(Path file) {
    return !byFile.getOrDefault(file, NONE).isEmpty();
  }

  /** The problems of one file in the order of its lines. */
  public List<Problem> of(Path file) {
    return byFile.getOrDefault(file, NONE).stream().sorted(BY_PLACE).toList();
  }

  /** Files in the order in which they were opened, each in the order of its lines. */
  public List<Problem> all() {
    return byFile.keySet().stream().filter(this::in).flatMap(file -> of(file).stream()).toList();
  }
}
