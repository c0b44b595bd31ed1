package io.breakwater.perf.stall;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.perf.stall.JvmEvent.Kind;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class JvmRecordingTest {

  @Test
  void shouldFindACollectionBetweenTheMarksRoundIt() throws IOException {
    JvmRecording recording = JvmRecording.start();
    TscMark.record();
    System.gc();
    TscMark.record();

    JvmRecording.Result result = recording.stop("nobody");

    assertTrue(
        result.events().stream().anyMatch(event -> event.kind() == Kind.COLLECTION),
        () -> "events=" + result.events());
  }
}
