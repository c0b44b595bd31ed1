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

  /**
   * What is different from the kernel's, in a line each.
   *
   * @param frames that were judged
   */
  List<String> differences(Outcome kernel, List<byte[]> frames) {
    if (isRefused() || kernel.isRefused()) {
      return isRefused() && kernel.isRefused()
          ? List.of()
          : List.of("we refuse: " + refusal + "; nft refuses: " + kernel.refusal);
    }
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < verdicts.size(); i++) {
      if (!Silence.isSame(verdicts.get(i), kernel.verdicts.get(i), frames.get(i))) {
        differences.add(
            "packet %d: ours: %s; the kernel's: %s"
                .formatted(i, verdicts.get(i), kernel.verdicts.get(i)));
      }
    }
    Map<String, List<String>> all = new LinkedHashMap<>(kernel.counters);
    all.putAll(counters);
    for (String place : all.keySet()) {
      List<String> ours = counters.getOrDefault(place, List.of());
      List<String> theirs = kernel.counters.getOrDefault(place, List.of());
      for (int i = 0; i < Math.max(ours.size(), theirs.size()); i++) {
        String our = i < ours.size() ? ours.get(i) : "none";
        String their = i < theirs.size() ? theirs.get(i) : "none";
        if (!our.equals(their)) {
          differences.add(
              "%s, number %d: ours: %s; the kernel's: %s".formatted(place, i, our, their));
        }
      }
    }
    return differences;
  }
}
