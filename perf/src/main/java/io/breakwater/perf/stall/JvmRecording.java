package io.breakwater.perf.stall;

import io.breakwater.perf.stall.JvmEvent.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * What the JVM does that may stop a worker, recorded by JDK Flight Recorder: collections and their
 * pauses, safepoints, VM operations, deoptimisations, compilations. Nothing is sampled, and nothing
 * is written to disk before the end.
 *
 * <p>JFR has its own clock; {@link TscMark}s before and after what is measured tie it to the time
 * stamp counter, and so the two agree to about a microsecond.
 */
final class JvmRecording {

  private static final List<String> EVENTS =
      List.of(
          "jdk.GarbageCollection",
          "jdk.GCPhasePause",
          "jdk.SafepointBegin",
          "jdk.SafepointEnd",
          "jdk.ExecuteVMOperation",
          "jdk.Deoptimization",
          "jdk.Compilation",
          TscMark.NAME);

  private final Recording recording = new Recording();

  private JvmRecording() {}

  static JvmRecording start() {
    JvmRecording started = new JvmRecording();
    for (String event : EVENTS) {
      started.recording.enable(event).withThreshold(Duration.ZERO).withoutStackTrace();
    }
    started.recording.setToDisk(false);
    started.recording.start();
    return started;
  }

  /**
   * What was recorded, by start.
   *
   * @param clock ties the JVM's nanoseconds to cycles
   */
  record Result(List<JvmEvent> events, MarkedClock clock) {}

  /**
   * Ends it.
   *
   * @param workerThread whose deoptimisations count
   */
  Result stop(String workerThread) throws IOException {
    Path file = Files.createTempFile("breakwater-stalls", ".jfr");
    try {
      recording.dump(file);
      recording.close();
      return parse(RecordingFile.readAllEvents(file), workerThread);
    } finally {
      Files.delete(file);
    }
  }

  private static Result parse(List<RecordedEvent> recorded, String workerThread) {
    List<JvmEvent> events = new ArrayList<>();
    List<MarkedClock.Mark> marks = new ArrayList<>();
    Map<Long, Long> safepointStarts = new HashMap<>();
    recorded.sort(Comparator.comparing(RecordedEvent::getStartTime));
    for (RecordedEvent event : recorded) {
      long startNs = ns(event.getStartTime());
      long endNs = ns(event.getEndTime());
      switch (event.getEventType().getName()) {
        case TscMark.NAME ->
            marks.add(new MarkedClock.Mark(event.getLong("cycles"), startNs, endNs));
        case "jdk.SafepointBegin" -> safepointStarts.put(event.getLong("safepointId"), startNs);
        case "jdk.SafepointEnd" -> {
          Long begin = safepointStarts.remove(event.getLong("safepointId"));
          if (begin != null) {
            events.add(new JvmEvent(Kind.SAFEPOINT, "", begin, endNs));
          }
        }
        case "jdk.Deoptimization" -> {
          if (event.getThread() != null && workerThread.equals(event.getThread().getJavaName())) {
            events.add(
                new JvmEvent(Kind.DEOPTIMISATION, event.getString("reason"), startNs, endNs));
          }
        }
        case "jdk.GarbageCollection" ->
            events.add(new JvmEvent(Kind.COLLECTION, event.getString("name"), startNs, endNs));
        case "jdk.GCPhasePause" ->
            events.add(new JvmEvent(Kind.PAUSE, event.getString("name"), startNs, endNs));
        case "jdk.ExecuteVMOperation" ->
            events.add(new JvmEvent(Kind.OPERATION, event.getString("operation"), startNs, endNs));
        case "jdk.Compilation" -> events.add(new JvmEvent(Kind.COMPILATION, "", startNs, endNs));
        default -> {}
      }
    }
    events.sort(Comparator.comparingLong(JvmEvent::startNs));
    return new Result(events, MarkedClock.of(marks));
  }

  private static long ns(Instant time) {
    return time.getEpochSecond() * 1_000_000_000L + time.getNano();
  }
}
