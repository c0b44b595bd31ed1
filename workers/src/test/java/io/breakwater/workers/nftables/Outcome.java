package io.breakwater.workers.nftables;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a ruleset did to frames.
 *
 * @param refusal why it was not loaded; null if it was
 * @param verdicts of each frame: {@code forwarded}, {@code dropped}, or how it was answered
 * @param counters packets and bytes of the rules with a counter, in order, by chain ({@code rule
 *     inet filter prerouting}), and of named counters
 */
record Outcome(String refusal, List<String> verdicts, SortedMap<String, List<String>> counters) {

  static Outcome refused(String why) {
    return new Outcome(why, List.of(), new TreeMap<>());
  }

  boolean isRefused() {
    return refusal != null;
  }

  /** How many rules counted a packet. */
  long rulesHit() {
    return rules().stream().filter(count -> !count.startsWith("0 ")).count();
  }

  List<String> rules() {
    List<String> rules = new ArrayList<>();
    counters.forEach((place, counts) -> {
      if (place.startsWith("rule ")) {
        rules.addAll(counts);
      }
    });
    return rules;
  }

  long count(String verdict) {
    return verdicts.stream().filter(verdict::equals).count();
  }

  /** What is different here and there, in a line each; {@code here} and {@code there} name them. */
  List<String> differences(String here, Outcome other, String there) {
    if (isRefused() || other.isRefused()) {
      return isRefused() && other.isRefused()
          ? List.of()
          : List.of(here + " refuses: " + refusal + "; " + there + " refuses: " + other.refusal);
    }
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < verdicts.size(); i++) {
      if (!verdicts.get(i).equals(other.verdicts.get(i))) {
        differences.add(
            "packet %d: %s: %s; %s: %s"
                .formatted(i, here, verdicts.get(i), there, other.verdicts.get(i)));
      }
    }
    Map<String, List<String>> all = new LinkedHashMap<>(other.counters);
    all.putAll(counters);
    for (String place : all.keySet()) {
      List<String> ours = counters.getOrDefault(place, List.of());
      List<String> theirs = other.counters.getOrDefault(place, List.of());
      for (int i = 0; i < Math.max(ours.size(), theirs.size()); i++) {
        String our = i < ours.size() ? ours.get(i) : "none";
        String their = i < theirs.size() ? theirs.get(i) : "none";
        if (!our.equals(their)) {
          differences.add(
              "%s, number %d: %s: %s; %s: %s".formatted(place, i, here, our, there, their));
        }
      }
    }
    return differences;
  }
}
