package io.breakwater.workers.pipeline.firewall;

import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Firewall.NamedCounter;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.firewall.Step;
import io.breakwater.workers.firewall.FirewallProgram;
import io.breakwater.workers.pipeline.firewall.FirewallRegistry.Count;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;

/** A tenant's firewall that runs, or did until the last reload, and what its rules counted. */
final class LiveFirewall {

  private final Firewall model;
  private final FirewallProgram program;
  private final int firstNode;
  private final Map<String, Object> kept;

  /** What the slots had counted when they became this firewall's: packets, bytes, packets, ... */
  private final long[] baseline;

  /** What comes from the ruleset before, or from the text; in the same order. */
  private final long[] carried;

  /** The ruleset before, while workers may still count for it; its index of each rule, or -1. */
  private LiveFirewall before;

  private final int[] indexBefore;

  LiveFirewall(
      Firewall model,
      FirewallProgram program,
      int firstNode,
      Map<String, Object> kept,
      LiveFirewall before,
      long[] baseline) {
    this.model = model;
    this.program = program;
    this.firstNode = firstNode;
    this.kept = kept;
    this.before = before;
    this.baseline = baseline;
    carried = new long[baseline.length];
    indexBefore = new int[baseline.length / 2];
    List<String> names = names(model);
    Map<String, Integer> indices = new HashMap<>();
    if (before != null) {
      List<String> old = names(before.model);
      for (int i = 0; i < old.size(); i++) {
        indices.put(old.get(i), i);
      }
    }
    List<long[]> first = firstValues(model);
    for (int i = 0; i < indexBefore.length; i++) {
      indexBefore[i] = indices.getOrDefault(names.get(i), -1);
      if (indexBefore[i] < 0) {
        carried[2 * i] = first.get(i)[0];
        carried[2 * i + 1] = first.get(i)[1];
      }
    }
  }

  Firewall model() {
    return model;
  }

  FirewallProgram program() {
    return program;
  }

  /** Where its nodes are among those of all trees. */
  int firstNode() {
    return firstNode;
  }

  /** What the ruleset after this one takes over: see {@link StateRecipe#make}. */
  Map<String, Object> kept() {
    return kept;
  }

  Count count(int index, IntToLongFunction packets, IntToLongFunction bytes) {
    int slot = program.ruleBase() + index;
    long packetSum = packets.applyAsLong(slot) - baseline[2 * index] + carried[2 * index];
    long byteSum = bytes.applyAsLong(slot) - baseline[2 * index + 1] + carried[2 * index + 1];
    if (before != null && indexBefore[index] >= 0) {
      Count old = before.count(indexBefore[index], packets, bytes);
      return new Count(packetSum + old.packets(), byteSum + old.bytes());
    }
    return new Count(packetSum, byteSum);
  }

  /** No worker counts for the ruleset before any more: its sums become this one's. */
  void settle(IntToLongFunction packets, IntToLongFunction bytes) {
    if (before == null) {
      return;
    }
    for (int i = 0; i < indexBefore.length; i++) {
      if (indexBefore[i] >= 0) {
        Count old = before.count(indexBefore[i], packets, bytes);
        carried[2 * i] += old.packets();
        carried[2 * i + 1] += old.bytes();
      }
    }
    before = null;
  }

  /** By index: a rule is the same if its chain and text are, and it is the first one such. */
  private static List<String> names(Firewall model) {
    String[] names = new String[FirewallCompiler.ruleSlots(model)];
    Map<String, Integer> seen = new HashMap<>();
    for (Firewall.Chain chain : model.chains()) {
      for (Rule rule : chain.rules()) {
        String name = chain.name() + " " + rule.text();
        int number = seen.merge(name, 1, Integer::sum);
        names[rule.index()] = name + " #" + number;
      }
    }
    int next = names.length - model.counters().size();
    for (NamedCounter counter : model.counters()) {
      names[next++] = "counter " + counter.name();
    }
    return List.of(names);
  }

  private static List<long[]> firstValues(Firewall model) {
    List<long[]> values = new ArrayList<>();
    for (Rule rule : model.rules()) {
      long[] value = {0, 0};
      for (Step step : rule.steps()) {
        if (step instanceof Step.Count(long packets, long bytes)) {
          value = new long[] {packets, bytes};
          break;
        }
      }
      values.add(value);
    }
    for (NamedCounter counter : model.counters()) {
      values.add(new long[] {counter.packets(), counter.bytes()});
    }
    return values;
  }
}
