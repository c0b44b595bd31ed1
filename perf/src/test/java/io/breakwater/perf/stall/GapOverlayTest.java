package io.breakwater.perf.stall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.breakwater.perf.stall.JvmEvent.Kind;
import io.breakwater.workers.worker.PollGap;
import java.util.List;
import org.junit.jupiter.api.Test;

class GapOverlayTest {

  /** Two cycles for each nanosecond; cycle 0 is a moment of today. */
  private static final long EPOCH_NS = 1_795_000_000_123_456_789L;

  private static final MarkedClock CLOCK =
      MarkedClock.of(List.of(mark(0, 900), mark(10, 40), mark(8_000_000, 20), mark(8_000_010, 70)));

  private static final long START = 1_000_000;
  private static final long END = 5_000_000;

  private static MarkedClock.Mark mark(long cycles, long uncertaintyNs) {
    long ns = EPOCH_NS + cycles / 2;
    return new MarkedClock.Mark(cycles, ns - uncertaintyNs / 2, ns + uncertaintyNs / 2);
  }

  private static JvmEvent event(Kind kind, String detail, long fromCycles, long toCycles) {
    return new JvmEvent(kind, detail, EPOCH_NS + fromCycles / 2, EPOCH_NS + toCycles / 2);
  }

  private static LongGap laidOver(PollGap gap, JvmEvent... events) {
    return overlay(events).longGaps(List.of(gap)).getFirst();
  }

  private static GapOverlay overlay(JvmEvent... events) {
    return new GapOverlay(new JvmRecording.Result(List.of(events), CLOCK), START, END);
  }

  @Test
  void shouldPutCyclesOnTheJvmsClockByTheSharpestMarks() {
    assertEquals(EPOCH_NS + 1_000_000, CLOCK.ns(2_000_000));
    assertEquals(mark(10, 40), CLOCK.first());
    assertEquals(mark(8_000_000, 20), CLOCK.last());
  }

  @Test
  void shouldRefuseAClockWithoutTwoMarks() {
    assertThrows(IllegalArgumentException.class, () -> MarkedClock.of(List.of(mark(0, 1))));
  }

  @Test
  void shouldNameWhatStoppedTheWorkerAndWhatRanBeside() {
    PollGap gap = new PollGap(2_000_000, 400_000);
    LongGap found =
        laidOver(
            gap,
            event(Kind.COLLECTION, "ZGC Minor", 1_500_000, 2_600_000),
            event(Kind.SAFEPOINT, "", 2_100_000, 2_300_000),
            event(Kind.OPERATION, "ZMarkStartYoung", 2_110_000, 2_290_000),
            event(Kind.OPERATION, "ZMarkStartYoung", 2_310_000, 2_320_000),
            event(Kind.DEOPTIMISATION, "unstable_if", 4_000_000, 4_000_000));
    assertEquals("safepoint; VM operation (ZMarkStartYoung)", found.cause());
    assertEquals("collection (ZGC Minor)", found.beside());
    assertEquals(500e-6, found.atSeconds(), 1e-9);
    assertEquals(200, found.us(), 0.01);
  }

  @Test
  void shouldLeaveAGapToTheMachineWhenTheJvmDidNothing() {
    PollGap gap = new PollGap(2_000_000, 400_000);
    LongGap found =
        laidOver(
            gap,
            event(Kind.SAFEPOINT, "", 1_000_000, 1_900_000),
            event(Kind.SAFEPOINT, "", 2_500_000, 2_600_000));
    assertEquals("", found.cause());
    assertEquals("", found.beside());
  }

  @Test
  void shouldLeaveOutGapsBeforeAndAfterTheMeasuredTime() {
    List<LongGap> found =
        overlay()
            .longGaps(
                List.of(new PollGap(START - 1, 9), new PollGap(START, 8), new PollGap(END, 7)));
    assertEquals(1, found.size());
    assertEquals(0, found.getFirst().atSeconds(), 1e-9);
  }
}
