package io.breakwater.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.perf.report.BenchReport.Comparison;
import io.breakwater.perf.report.BenchReport.Point;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ReportNotesTest {

  private static List<Measurement> rounds(String notCounted, double... mpps) {
    return DoubleStream.of(mpps)
        .mapToObj(rate ->
            new Measurement(
                "gre-encap",
                1,
                1,
                1,
                rate,
                100,
                30,
                0,
                0,
                true,
                Map.of(),
                0,
                null,
                notCounted,
                null,
                0))
        .toList();
  }

  private static Comparison workers(int count, List<Measurement> java, List<Measurement> c) {
    return Comparison.of("workers", new Point("workers", count), java, c);
  }

  @Test
  void shouldCompareWorkersRoundByRound() {
    // The machine got slower by half between the rounds: only within a round is it the same.
    List<String> notes =
        ReportNotes.of(
            SampleReports.report(
                workers(1, rounds(null, 10, 5, 5), rounds(null, 20, 10, 10)),
                workers(2, rounds(null, 19, 9.5, 9.5), rounds(null, 40, 20, 20))));
    assertEquals(1, notes.size(), notes::toString);
    assertTrue(
        notes.getFirst().startsWith("2 workers carry 1.90 times what one does, C's 2.00 times "),
        notes::getFirst);
  }

  @Test
  void shouldNotScaleFromWhatWasNotMeasured() {
    Comparison one =
        Comparison.notMeasured("workers", new Point("workers", 1), "why", List.of(), List.of());
    assertEquals(
        List.of(),
        ReportNotes.of(SampleReports.report(one, workers(2, rounds(null, 19), rounds(null, 40)))));
  }

  private static Measurement ofOwners(double cycles, long taken, long refused) {
    return new Measurement(
        "distribution",
        1_000,
        1,
        1,
        2_600 / cycles,
        cycles,
        30,
        0,
        0,
        true,
        Map.of(),
        0,
        null,
        null,
        new Measurement.Handover(taken, refused),
        0);
  }

  @Test
  void shouldSayWhatAPacketCostsThatIsHandedOverAndHowManyWereRefused() {
    List<Measurement> kept = List.of(ofOwners(170, 0, 0), ofOwners(300, 0, 0), ofOwners(180, 0, 0));
    List<Measurement> spread =
        List.of(ofOwners(210, 500, 25), ofOwners(340, 500, 25), ofOwners(250, 500, 25));
    List<String> notes =
        ReportNotes.of(
            SampleReports.report(
                Comparison.of("distribution", new Point("owners", 1), kept, rounds(null, 50)),
                Comparison.of("distribution", new Point("owners", 2), spread, rounds(null, 50))));
    assertEquals(1, notes.size(), notes::toString);
    assertTrue(
        notes.getFirst().startsWith("A packet that is handed to the other worker costs 80 cycles"),
        notes::getFirst);
    assertTrue(
        notes
            .getFirst()
            .endsWith("50.0% of the packets were; 2.44% found the ring full, and are in no rate."),
        notes::getFirst);
  }

  @Test
  void shouldSayOnceWhyInstructionsAreNotCounted() {
    Comparison one = Comparison.of("forward", null, rounds("a reason", 1), rounds(null, 1));
    assertEquals(
        List.of("Instructions are not counted: a reason"),
        ReportNotes.of(SampleReports.report(one, one)));
  }

  @Test
  void shouldTellTheCeilingFromTheCostOfPacketInputAndOutput() {
    // 100 cycles a packet are 10 Mpps, so the 30 of packet I/O alone would be 33.3.
    assertEquals(10 * 100 / 30.0, rounds(null, 10).getFirst().ceilingMpps(), 1e-9);
  }
}
