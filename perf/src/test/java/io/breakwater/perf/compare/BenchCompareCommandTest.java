package io.breakwater.perf.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.Breakwater;
import io.breakwater.appliance.ExitStatus;
import io.breakwater.appliance.report.JsonOutput;
import io.breakwater.perf.report.BenchReport.Comparison;
import io.breakwater.perf.report.BenchReport.Point;
import io.breakwater.perf.report.SampleReports;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class BenchCompareCommandTest {

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int compare(Path before, Path after) {
    CommandLine breakwater = Breakwater.commandLine();
    breakwater.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return breakwater.execute("bench", "compare", before.toString(), after.toString());
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Path file(String name, Comparison... comparisons) throws IOException {
    return file(name, JsonOutput.text(SampleReports.report(comparisons)));
  }

  private static Comparison rounds(String profile, double javaFactor, long seed) {
    return SampleReports.comparison(profile, 8, javaFactor, 1, 0.005, new Random(seed));
  }

  private String lineOf(String start) {
    return out.toString().lines().filter(line -> line.startsWith(start)).findFirst().orElse("");
  }

  @Test
  void shouldEndWithOneWhenJavaGotSlower() throws IOException {
    Path before = file("a.json", rounds("forward", 1, 1), rounds("gre-encap", 1, 2));
    Path after = file("b.json", rounds("forward", 1, 3), rounds("gre-encap", 1.1, 4));
    assertEquals(ExitStatus.FAILED, compare(before, after), err::toString);
    assertTrue(lineOf("forward").endsWith("no change found"), out::toString);
    assertTrue(lineOf("gre-encap").contains("slower: gre-encapsulation +1"), out::toString);
    assertTrue(lineOf("Decided by").contains("Mann-Whitney"), out::toString);
  }

  @Test
  void shouldEndWithZeroWhenNothingGotSlower() throws IOException {
    Path before = file("a.json", rounds("forward", 1, 1), rounds("gre-encap", 1, 2));
    Path after = file("b.json", rounds("forward", 1, 3), rounds("gre-encap", 0.9, 4));
    assertEquals(ExitStatus.DONE, compare(before, after), err::toString);
    assertTrue(lineOf("gre-encap").contains("faster: gre-encapsulation -1"), out::toString);
  }

  @Test
  void shouldPairThePointsOfAScale() throws IOException {
    Comparison slow = rounds("prefixes", 1.2, 1);
    Comparison quick = rounds("prefixes", 1, 2);
    Point ten = new Point("prefixes", 10);
    Point hundred = new Point("prefixes", 100);
    // In the other order: pairing by position would find two changes.
    Path before = file("a.json", SampleReports.at(ten, quick), SampleReports.at(hundred, slow));
    Path after = file("b.json", SampleReports.at(hundred, slow), SampleReports.at(ten, quick));
    assertEquals(ExitStatus.DONE, compare(before, after), err::toString);
    assertTrue(lineOf("10 prefixes").endsWith("no change found"), out::toString);
    assertTrue(lineOf("100 prefixes").endsWith("no change found"), out::toString);
  }

  @Test
  void shouldNameWhatIsInOneFileOnly() throws IOException {
    Path before = file("a.json", rounds("forward", 1, 1), rounds("gre-encap", 1, 2));
    Path after = file("b.json", rounds("forward", 1, 3), rounds("gre-decap", 1, 4));
    assertEquals(ExitStatus.DONE, compare(before, after), err::toString);
    assertEquals("Only in %s: gre-encap".formatted(before), lineOf("Only in " + before));
    assertEquals("Only in %s: gre-decap".formatted(after), lineOf("Only in " + after));
  }

  @Test
  void shouldNotJudgeWhatWasNotMeasured() throws IOException {
    Comparison noisy =
        Comparison.notMeasured("gre-encap", null, "too noisy: a reason", List.of(), List.of());
    Path before = file("a.json", rounds("forward", 1, 1), rounds("gre-encap", 1, 2));
    Path after = file("b.json", rounds("forward", 1, 3), noisy);
    assertEquals(ExitStatus.DONE, compare(before, after), err::toString);
    assertEquals("", lineOf("gre-encap"));
    assertEquals(
        "Not measured in %s: gre-encap: too noisy: a reason".formatted(after),
        lineOf("Not measured"));
    assertEquals("", lineOf("Only in"));
    assertEquals(ExitStatus.DONE, compare(file("c.json", noisy), file("d.json", noisy)));
  }

  /** The noise may hide the whole; it does not hide a stage. */
  @Test
  void shouldJudgeTheStagesOfWhatWasTooNoisy() throws IOException {
    Random random = new Random(1);
    Path before = file("a.json", noisy(0, random));
    Path same = file("b.json", noisy(0, random));
    Path after = file("c.json", noisy(0.05, random));
    assertEquals(ExitStatus.DONE, compare(before, same), out::toString);
    assertTrue(lineOf("gre-encap").endsWith("too noisy as a whole; no stage changed"));
    out.getBuffer().setLength(0);
    assertEquals(ExitStatus.FAILED, compare(before, after), out::toString);
    assertTrue(lineOf("gre-encap").contains("slower: gre-encapsulation +"), out::toString);
    assertTrue(
        out.toString().lines().anyMatch(line -> line.matches(" +gre-encapsulation .* slower")),
        out::toString);
  }

  private static Comparison noisy(double addedShare, Random random) {
    Comparison rounds = SampleRounds.comparison(8, addedShare, random);
    return Comparison.notMeasured(
        "gre-encap", null, "too noisy: a reason", rounds.javaRounds(), rounds.referenceRounds());
  }

  @Test
  void shouldSayThatTheMachinesDiffer() throws IOException {
    Path before = file("a.json", rounds("forward", 1, 1));
    Path after = file("b.json", Files.readString(before).replace("a machine", "another"));
    assertEquals(ExitStatus.DONE, compare(before, after), err::toString);
    assertTrue(
        out.toString().contains("Machines differ:\n  before: a machine\n  after:  another\n"),
        out::toString);
    assertEquals("", lineOf("Workloads differ"));
  }

  @Test
  void shouldRefuseFilesWithoutACommonProfile() throws IOException {
    Path before = file("a.json", rounds("forward", 1, 1));
    Path after = file("b.json", rounds("gre-decap", 1, 4));
    assertEquals(ExitStatus.WRONG_INPUT, compare(before, after));
    assertEquals(
        "breakwater bench compare: no profile is in both files: before=%s has forward; after=%s has gre-decap"
            .formatted(before, after),
        err.toString().strip());
  }

  @Test
  void shouldNameTheFileThatIsNotThere() throws IOException {
    Path missing = folder.resolve("missing.json");
    assertEquals(ExitStatus.WRONG_INPUT, compare(file("a.json", rounds("forward", 1, 1)), missing));
    assertEquals("breakwater bench compare: no such file: file=" + missing, err.toString().strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``",
        "null",
        "[]",
        "{",
        "{}",
        "hello",
        "{\"profiles\": []}",
        "{\"profiles\": [null]}",
        "{\"profiles\": [{\"profile\": \"forward\"}]}",
        "{\"profiles\": [{\"profile\": \"forward\", \"javaRounds\": [{}], \"referenceRounds\": [{}]}]}",
        "{\"profiles\": [{\"profile\": \"forward\", \"notMeasured\": \"why\", \"javaRounds\": [{}]}]}",
        "{\"profiles\": [{\"profile\": \"forward\", \"javaRounds\": [{\"cyclesPerPacket\": 1, \"stageCyclesPerPacket\": {\"egress\": -1}}], \"referenceRounds\": [{\"cyclesPerPacket\": 1}]}]}",
        "{\"profiles\": [{\"profile\": \"forward\", \"javaRounds\": [null], \"referenceRounds\": []}]}",
      })
  void shouldRefuseWhatBenchDidNotWrite(String text) throws IOException {
    Path good = file("good.json", rounds("forward", 1, 1));
    Path bad = file("bad.json", text);
    assertEquals(ExitStatus.WRONG_INPUT, compare(good, bad), out::toString);
    List<String> lines = err.toString().lines().toList();
    assertEquals(1, lines.size(), err::toString);
    assertTrue(
        lines
            .getFirst()
            .startsWith("breakwater bench compare: not a result of bench --json: file=" + bad),
        lines::getFirst);
  }

  @Test
  void shouldRefuseEveryTruncationOfAResult() throws IOException {
    Comparison comparison = SampleReports.comparison("forward", 1, 1, 1, 0, new Random(1));
    String text = JsonOutput.text(SampleReports.report(comparison)).strip();
    Path good = file("good.json", text);
    for (int length = 0; length < text.length(); length += 7) {
      err.getBuffer().setLength(0);
      Path bad = file("bad.json", text.substring(0, length));
      assertEquals(ExitStatus.WRONG_INPUT, compare(bad, good), "length " + length);
      assertEquals(1, err.toString().lines().count(), err::toString);
    }
  }

  @Test
  void shouldRefuseRoundsWithoutAPartner() throws IOException {
    Comparison whole = rounds("forward", 1, 1);
    Comparison odd =
        Comparison.of("forward", null, whole.javaRounds(), whole.referenceRounds().subList(0, 7));
    assertEquals(ExitStatus.WRONG_INPUT, compare(file("a.json", odd), file("b.json", whole)));
    assertTrue(err.toString().contains("javaRounds=8 referenceRounds=7"), err::toString);
  }

  @Test
  void shouldStillTakeProfilesWhereTheSubcommandMayStand() {
    CommandLine breakwater = Breakwater.commandLine();
    breakwater.setErr(new PrintWriter(err, true));
    assertEquals(ExitStatus.WRONG_INPUT, breakwater.execute("bench", "gre-encap", "warp"));
    assertTrue(err.toString().contains("no such profile: profile=warp"), err::toString);
  }
}
