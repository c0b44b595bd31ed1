package io.breakwater.perf.bench;

import io.breakwater.perf.fullrate.GeneratorsStudy;
import io.breakwater.perf.onset.OnsetStudy;
import io.breakwater.perf.rfc2544.Rfc2544Study;
import io.breakwater.perf.stall.StallStudy;
import io.breakwater.perf.startup.StartUpStudy;
import io.breakwater.perf.study.Study;
import java.util.List;
import java.util.Optional;

/** All studies of {@code bench}, in the order of the help. */
final class Studies {

  private static final List<Study> ALL =
      List.of(
          new GeneratorsStudy(),
          new Rfc2544Study(),
          new StallStudy(),
          new OnsetStudy(),
          new StartUpStudy());

  private Studies() {}

  static Optional<Study> named(String label) {
    return ALL.stream().filter(study -> study.label().equals(label)).findFirst();
  }

  static List<String> labels() {
    return ALL.stream().map(Study::label).toList();
  }
}
