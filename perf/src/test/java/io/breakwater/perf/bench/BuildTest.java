package io.breakwater.perf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildTest {

  @TempDir private Path folder;

  private void makeDist(Path dist) throws IOException {
    Files.createDirectories(dist.resolve("launch"));
    Files.createDirectories(dist.resolve("native"));
    Files.createFile(dist.resolve("native/libbreakwater.so"));
  }

  @Test
  void shouldFindTheBuildOfATreeAndOfItsDistFolder() throws IOException {
    Path dist = folder.resolve("target/dist");
    makeDist(dist);
    for (Path given : List.of(folder, dist)) {
      List<String> command = Build.in(given).round(List.of("a-case", "1", "2"));
      assertTrue(command.contains("@" + dist.resolve("launch/java.args")), command::toString);
      assertTrue(command.contains(dist.resolve("lib") + "/*"), command::toString);
      assertEquals(
          List.of(JavaRound.class.getName(), "a-case", "1", "2"),
          command.subList(command.size() - 4, command.size()));
    }
  }

  @Test
  void shouldSayWhatIsMissing() throws IOException {
    CommandException none = assertThrows(CommandException.class, () -> Build.in(folder));
    assertEquals(ExitStatus.WRONG_INPUT, none.exitStatus());
    makeDist(folder);
    Files.delete(folder.resolve("native/libbreakwater.so"));
    CommandException half = assertThrows(CommandException.class, () -> Build.in(folder));
    assertEquals(ExitStatus.WRONG_INPUT, half.exitStatus());
    assertTrue(half.getMessage().contains("missing="), half::getMessage);
  }
}
