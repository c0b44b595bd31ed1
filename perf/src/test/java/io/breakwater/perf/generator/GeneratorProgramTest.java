package io.breakwater.perf.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GeneratorProgramTest {

  @TempDir private Path folder;

  @Test
  void shouldFindTheProgramOnThePath() throws IOException {
    Path program = program("pktgen");

    Path found = GeneratorProgram.PKTGEN.find(Optional.empty(), "/nowhere::" + folder);

    assertEquals(program, found);
  }

  @Test
  void shouldTakeTheProgramThatWasGiven() throws IOException {
    Path program = program("pktgen-23.03");

    assertEquals(program, GeneratorProgram.PKTGEN.find(Optional.of(program), ""));
  }

  @ParameterizedTest
  @EnumSource
  void shouldSayInOneSentenceHowToGetAMissingProgram(GeneratorProgram program) {
    CommandException thrown =
        assertThrows(
            CommandException.class, () -> program.find(Optional.empty(), folder.toString()));

    assertEquals(ExitStatus.WRONG_INPUT, thrown.exitStatus());
    assertTrue(thrown.getMessage().contains("is not there: no "), thrown::getMessage);
    assertTrue(thrown.getMessage().contains("--generator-program"), thrown::getMessage);
    assertEquals(1, thrown.getMessage().lines().count());
  }

  @Test
  void shouldRefuseAGivenFileThatCannotBeRun() throws IOException {
    Path file = Files.createFile(folder.resolve("pktgen"));

    CommandException thrown =
        assertThrows(
            CommandException.class, () -> GeneratorProgram.PKTGEN.find(Optional.of(file), ""));

    assertTrue(thrown.getMessage().contains("program=" + file), thrown::getMessage);
  }

  private Path program(String name) throws IOException {
    Path program = Files.createFile(folder.resolve(name));
    assertTrue(program.toFile().setExecutable(true));
    return program;
  }
}
