package io.breakwater.workers.pipeline.firewall;

import io.breakwater.config.firewall.Boxes;
import io.breakwater.config.firewall.ElementMap;
import io.breakwater.config.firewall.ElementMap.Data;
import io.breakwater.config.firewall.ElementSet;
import io.breakwater.config.firewall.Elements;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Intervals;
import io.breakwater.config.firewall.Step.MapReference;
import io.breakwater.config.firewall.Verdict;
import io.breakwater.workers.firewall.ElementTable;
import io.breakwater.workers.firewall.FirewallProgram.Tables;
import io.breakwater.workers.firewall.Instruction;
import io.breakwater.workers.firewall.TupleTable;
import java.util.ArrayList;
import java.util.List;

/** Collects the sets and maps that the rules of one firewall look up: each named one once. */
final class TableCompiler {

  /** Entries of one set of concatenations, after ranges became prefixes. */
  private static final int KEY_ENTRIES_MAX = 4_194_304;

  /** Lookups that one set of concatenations may take. */
  private static final int KEY_MASKS_MAX = 256;

  /** So many elements may be looked at one after the other, whatever their ranges are. */
  private static final int RANGES_MAX = 256;

  private final Firewall firewall;
  private final List<ElementTable> sets = new ArrayList<>();
  private final List<TupleTable> keys = new ArrayList<>();
  private final List<int[]> mapMarks = new ArrayList<>();
  private final List<int[]> mapVerdicts = new ArrayList<>();
  private final List<Integer> mapSets = new ArrayList<>();
  private final Integer[] namedSets;
  private final Integer[] namedMaps;
  private long bytes;

  TableCompiler(Firewall firewall) {
    this.firewall = firewall;
    namedSets = new Integer[firewall.sets().size()];
    namedMaps = new Integer[firewall.maps().size()];
  }

  Tables build() {
    return new Tables(
        sets.toArray(ElementTable[]::new),
        keys.toArray(TupleTable[]::new),
        mapMarks.toArray(int[][]::new),
        mapVerdicts.toArray(int[][]::new),
        mapSets.stream().mapToInt(Integer::intValue).toArray());
  }

  /** What all tables take. */
  long bytes() {
    return bytes;
  }

  /** Index of a set that does not change: into sets, or into keys for concatenations. */
  int namedSet(int index) {
    if (namedSets[index] == null) {
      ElementSet set = firewall.sets().get(index);
      boolean numbered = SetCompiler.isTimed(set);
      namedSets[index] = add(set.elements(), set.fieldBits(), numbered, set.name().toString());
    }
    return namedSets[index];
  }

  /** The same for elements that stand in a rule. */
  int anonymousSet(Elements elements, List<Integer> fieldBits) {
    return add(elements, fieldBits, false, "{ ... }");
  }

  int map(MapReference reference, List<Integer> fieldBits) {
    return switch (reference) {
      case MapReference.Named(int index) -> {
        if (namedMaps[index] == null) {
          ElementMap map = firewall.maps().get(index);
          namedMaps[index] = addMap(map.keys(), map.fieldBits(), map.data(), map.name().toString());
        }
        yield namedMaps[index];
      }
      case MapReference.Anonymous(Elements elements, Data data) ->
          addMap(elements, fieldBits, data, "{ ... }");
    };
  }

  private int addMap(Elements elements, List<Integer> fieldBits, Data data, String name) {
    mapSets.add(add(elements, fieldBits, true, name));
    switch (data) {
      case Data.Marks(int[] marks) -> {
        mapMarks.add(marks);
        mapVerdicts.add(null);
      }
      case Data.Verdicts(List<Verdict> verdicts) -> {
        mapMarks.add(null);
        mapVerdicts.add(verdicts.stream().mapToInt(TableCompiler::word).toArray());
      }
    }
    return mapSets.size() - 1;
  }

  private int add(Elements elements, List<Integer> fieldBits, boolean numbered, String name) {
    switch (elements) {
      case Intervals intervals -> {
        ElementTable table = SetCompiler.table(intervals, numbered);
        bytes += table.bytes();
        sets.add(table);
        return sets.size() - 1;
      }
      case Boxes boxes -> {
        TupleTable table = tupleTable(boxes, fieldBits, name);
        bytes += table.bytes();
        keys.add(table);
        return keys.size() - 1;
      }
    }
  }

  private TupleTable tupleTable(Boxes boxes, List<Integer> fieldBits, String name) {
    try {
      return SetCompiler.keyTable(boxes, fieldBits, KEY_ENTRIES_MAX, KEY_MASKS_MAX);
    } catch (SetCompiler.TooManyEntries e) {
      if (boxes.count() <= RANGES_MAX) {
        return SetCompiler.rangeTable(boxes, fieldBits);
      }
      throw new FirewallRefused(name + ": " + e.getMessage());
    }
  }

  /** A verdict as an instruction. */
  static int word(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Simple.ACCEPT -> Instruction.word(Instruction.ACCEPT, 0, 0);
      case Verdict.Simple.DROP -> Instruction.word(Instruction.DROP, 0, 0);
      case Verdict.Simple.CONTINUE -> Instruction.word(Instruction.NEXT, 0, 0);
      case Verdict.Simple.RETURN -> Instruction.word(Instruction.RETURN, 0, 0);
      case Verdict.Jump(int chain) -> Instruction.word(Instruction.JUMP, 0, chain);
      case Verdict.Goto(int chain) -> Instruction.word(Instruction.GOTO, 0, chain);
    };
  }
}
