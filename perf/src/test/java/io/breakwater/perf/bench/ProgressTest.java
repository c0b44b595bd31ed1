package io.breakwater.perf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private static final String CLEAR = "\r\033[K";

  private final StringWriter out = new StringWriter();
  private long nowNs;

  private Progress progress(boolean terminal, int rounds) {
    return new Progress(new PrintWriter(out, true), terminal, rounds, () -> nowNs);
  }

  private void round(Progress progress, String name, int seconds) {
    progress.begin(name);
    nowNs += seconds * 1_000_000_000L;
    progress.end(name + " done");
  }

  @Test
  void shouldPrintALineForEachRoundWithTheTimeLeftWhereThereIsNoTerminal() {
    Progress progress = progress(false, 4);
    round(progress, "one", 10);
    round(progress, "two", 20);
    progress.accept("a study speaks");
    progress.skip(1);
    round(progress, "four", 30);
    assertEquals(
        "one done, about 30 s left\ntwo done, about 30 s left\na study speaks\nfour done\n",
        out.toString());
  }

  @Test
  void shouldWriteOverTheLineOfWhatRunsNowOnATerminal() {
    Progress progress = progress(true, 2);
    progress.begin("one");
    progress.now("one, second half");
    nowNs += 10_000_000_000L;
    progress.end("one done");
    progress.begin("two");
    assertEquals(
        CLEAR
            + "one"
            + CLEAR
            + "one, second half"
            + CLEAR
            + "one done\n"
            + CLEAR
            + "two, about 10 s left",
        out.toString());
  }

  @Test
  void shouldTellLongTimesInMinutes() {
    round(progress(false, 61), "one", 10);
    assertEquals("one done, about 10 min left\n", out.toString());
  }
}
