package io.breakwater.workers.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DropReasonsDocumentTest {

  private static final Path FILE = Path.of("..", "docs", "drop-reasons.md");

  @Test
  void shouldBeWhatTheCodeSays() throws IOException {
    if ("write".equals(System.getProperty("breakwater.docs"))) {
      DropReasonsDocument.write(FILE);
    }
    assertEquals(
        DropReasonsDocument.render(),
        Files.readString(FILE),
        "docs/drop-reasons.md differs from the code: run " + DropReasonsDocument.COMMAND);
  }

  @Test
  void shouldGiveEveryEndACodeAndANameOfItsOwn() {
    Set<Integer> codes = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (Fate fate : Fate.values()) {
      assertTrue(codes.add(fate.code()) && fate.code() != Fate.UNDECIDED, fate.name());
      assertTrue(fate.code() < DropReason.CODE_MIN, fate.name());
    }
    for (DropReason reason : DropReason.values()) {
      assertTrue(codes.add(reason.code()) && reason.code() < Fate.CODES, reason.name());
      assertTrue(names.add(reason.kebabName()), reason.name());
      assertTrue(reason.kebabName().matches("[a-z0-9]+(-[a-z0-9]+)*"), reason.kebabName());
      assertTrue(reason.meaning().endsWith("."), reason.name());
      assertSame(reason, DropReason.ofCode(reason.code()));
    }
  }
}
