package io.breakwater.config.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {

  private final FileWatch watch = FileWatch.open().orElseThrow();

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void watch() throws IOException {
    file = Files.writeString(directory.resolve("old"), "");
    watch.watch(directory);
  }

  @AfterEach
  void close() {
    watch.close();
  }

  @Test
  void shouldTellNothingOfNothing() {
    assertEquals(Optional.of(Set.of()), watch.changes());
  }

  @Test
  void shouldTellOnceWhatWasWritten() throws IOException {
    Files.writeString(file, "new");

    assertEquals(Optional.of(Set.of(file)), watch.changes());
    assertEquals(Optional.of(Set.of()), watch.changes());
  }

  /** A directory changes with what is in it. */
  @Test
  void shouldTellWhatWasMadeAndDeleted() throws IOException {
    Path made = Files.createFile(directory.resolve("new"));
    Files.delete(file);

    assertEquals(Optional.of(Set.of(made, file, directory)), watch.changes());
  }

  /** However many there are, as long as each is told. */
  @Test
  void shouldTellAllThatWasDoneBeforeItIsAsked() throws IOException {
    for (int i = 0; i < 100; i++) {
      Path each = directory.resolve("file-" + i);
      Files.writeString(each, "");
      assertEquals(Optional.of(Set.of(each, directory)), watch.changes());
    }
  }

  @Test
  void shouldTellByEveryPathThatIsWatched() throws IOException {
    Path other = directory.resolve("../" + directory.getFileName());
    watch.watch(other);
    Files.writeString(file, "new");

    assertEquals(Optional.of(Set.of(file, other.resolve("old"))), watch.changes());
  }

  @Test
  void shouldNotKnowWhenThereIsTooMuch() throws IOException {
    for (int i = 0; i < 2_000; i++) {
      Files.createFile(directory.resolve("file-" + i));
    }

    assertEquals(Optional.empty(), watch.changes());
    assertEquals(Optional.of(Set.of()), watch.changes());
  }

  @Test
  void shouldNotKnowOfADirectoryThatIsAnother() throws IOException {
    Path inner = Files.createDirectory(directory.resolve("inner"));
    watch.watch(inner);
    watch.changes();
    Files.move(inner, directory.resolve("moved"));
    Files.createDirectory(inner);

    assertEquals(Optional.empty(), watch.changes());
    assertEquals(Set.of(directory), withoutCookies());
  }

  @Test
  void shouldNotKnowOfADirectoryThatIsGone() throws IOException {
    Path inner = Files.createDirectory(directory.resolve("inner"));
    watch.watch(inner);
    Files.delete(inner);

    assertEquals(Optional.empty(), watch.changes());
    assertEquals(Set.of(directory), withoutCookies());
  }

  private Set<Path> withoutCookies() {
    Set<Path> directories = new HashSet<>(watch.directories());
    directories.removeIf(path -> path.getFileName().toString().startsWith("breakwater-watch-"));
    return directories;
  }
}
