package io.breakwater.perf.study;

import io.breakwater.perf.report.ReportPart;
import java.util.function.Consumer;

/**
 * Something {@code bench} measures that is not a rate beside C's: latency, stalls, the onset of an
 * attack, start-up.
 */
public interface Study {

  /** Its name on the command line, and its key in the JSON report. */
  String label();

  /** One line for the help. */
  String description();

  /**
   * Measures.
   *
   * @param progress takes a line for the terminal now and then
   * @throws io.breakwater.appliance.CommandException if it cannot: wrong input, or a failure
   */
  ReportPart run(StudySettings settings, Consumer<String> progress) throws InterruptedException;
}
