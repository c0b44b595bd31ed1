package io.breakwater.workers.nftables;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Makes an experiment smaller as long as it still fails: rules and what they named go, then frames.
 */
final class Shrinking {

  /** Lines of which a ruleset can do without one: rules, sets, maps and named things. */
  private static final Pattern REMOVABLE = Pattern.compile("counter|^ *(set|map|quota) ");

  private static final int ROUNDS_MAX = 4;

  private final Predicate<Experiment> fails;

  Shrinking(Predicate<Experiment> fails) {
    this.fails = fails;
  }

  /** A part of it that fails, too. */
  Experiment of(Experiment failing) {
    Experiment smaller = failing;
    for (int round = 0; round < ROUNDS_MAX; round++) {
      Experiment before = smaller;
      smaller = withFewerFrames(withFewerLines(smaller));
      if (smaller.equals(before)) {
        break;
      }
    }
    return smaller;
  }

  /** From the end: what is used stands before what uses it, sets before rules. */
  private Experiment withFewerLines(Experiment failing) {
    Experiment smaller = failing;
    List<String> lines = new ArrayList<>(failing.ruleset().lines().toList());
    for (int i = lines.size() - 1; i >= 0; i--) {
      if (!REMOVABLE.matcher(lines.get(i)).find()) {
        continue;
      }
      List<String> fewer = new ArrayList<>(lines);
      fewer.remove(i);
      var attempt = new Experiment(String.join("\n", fewer) + "\n", failing.frames());
      if (fails.test(attempt)) {
        lines = fewer;
        smaller = attempt;
      }
    }
    return smaller;
  }

  private Experiment withFewerFrames(Experiment failing) {
    Experiment smaller = failing;
    for (int part = Math.max(1, failing.frames().size() / 2); part >= 1; part /= 2) {
      int at = 0;
      while (at + part <= smaller.frames().size()) {
        List<byte[]> fewer = new ArrayList<>(smaller.frames());
        fewer.subList(at, at + part).clear();
        var attempt = new Experiment(smaller.ruleset(), fewer);
        if (fails.test(attempt)) {
          smaller = attempt;
        } else {
          at += part;
        }
      }
    }
    return smaller;
  }
}
