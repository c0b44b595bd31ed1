package io.breakwater.workers.pipeline.firewall;

import io.breakwater.config.firewall.Boxes;
import io.breakwater.config.firewall.Elements;
import io.breakwater.config.firewall.Field;
import io.breakwater.config.firewall.Field.Base;
import io.breakwater.config.firewall.Field.ExtensionHeader;
import io.breakwater.config.firewall.Field.Meta;
import io.breakwater.config.firewall.Field.Payload;
import io.breakwater.config.firewall.Field.TcpOption;
import io.breakwater.config.firewall.Field.TcpOptionExists;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Intervals;
import io.breakwater.config.firewall.Key;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.firewall.Step;
import io.breakwater.config.firewall.Step.MapReference;
import io.breakwater.config.firewall.Step.MarkSource;
import io.breakwater.config.firewall.TableFamily;
import io.breakwater.config.firewall.Values;
import io.breakwater.config.firewall.Verdict;
import io.breakwater.workers.firewall.Instruction;
import java.util.List;

/** Writes rules as the code of a program. */
final class RuleAssembler {

  private static final int WIDE_MAX = 0xffff;

  private final Firewall firewall;
  private final TableCompiler tables;
  private final StateCompiler state;
  private final CodeBuffer code;

  private TableFamily family;
  private Rule rule;
  private String owner;
  private boolean counted;

  RuleAssembler(Firewall firewall, TableCompiler tables, StateCompiler state, CodeBuffer code) {
    this.firewall = firewall;
    this.tables = tables;
    this.state = state;
    this.code = code;
  }

  /**
   * A rule in the code.
   *
   * @param start of its matches
   * @param actions behind the matches that it begins with
   * @param verdict what it does after these, if it counts and decides and no more; null else
   * @param isFinal whether no rule comes after it for a packet that its matches let by
   */
  record Assembled(int start, int actions, Verdict.Simple verdict, boolean isFinal) {}

  /**
   * @param owner a name of the rule that is unique in the firewall
   */
  Assembled add(Rule rule, TableFamily family, String owner) {
    this.rule = rule;
    this.family = family;
    this.owner = owner;
    counted = false;
    int start = code.position();
    List<Step> steps = rule.steps();
    boolean explicit = steps.stream().anyMatch(Step.Count.class::isInstance);
    int next = 0;
    while (next < steps.size() && steps.get(next) instanceof Step.Match match) {
      match(match);
      next++;
    }
    int actions = code.position();
    for (Step step : steps.subList(next, steps.size())) {
      add(step, explicit);
    }
    if (!explicit) {
      count();
    }
    emit(Instruction.NEXT, 0, 0);
    List<Step> behind = steps.subList(next, steps.size());
    return new Assembled(start, actions, simpleVerdict(behind), isFinal(behind));
  }

  /** Of accept and drop, with or without a counter of the rule's own. */
  private static Verdict.Simple simpleVerdict(List<Step> steps) {
    int at = !steps.isEmpty() && steps.getFirst() instanceof Step.Count ? 1 : 0;
    if (steps.size() == at + 1
        && steps.get(at) instanceof Step.Decide(Verdict.Simple verdict)
        && (verdict == Verdict.Simple.ACCEPT || verdict == Verdict.Simple.DROP)) {
      return verdict;
    }
    return null;
  }

  private static boolean isFinal(List<Step> steps) {
    for (Step step : steps) {
      boolean goesOn =
          step instanceof Step.Count
              || step instanceof Step.CountNamed
              || step instanceof Step.Log
              || step instanceof Step.SetMark(MarkSource.Constant unused)
              || step instanceof Step.SetMark(MarkSource.Changed unusedToo);
      if (!goesOn) {
        return step instanceof Step.Reject
            || step instanceof Step.Decide(Verdict verdict)
                && verdict != Verdict.Simple.CONTINUE
                && !(verdict instanceof Verdict.Jump);
      }
    }
    return false;
  }

  private void emit(int instruction, int small, int wide) {
    if (wide > WIDE_MAX) {
      throw new FirewallRefused(
          rule.place() + ": the ruleset has more than " + WIDE_MAX + " sets, maps or limits");
    }
    code.add(Instruction.word(instruction, small, wide));
  }

  /** The counter of a rule without one. */
  private void count() {
    if (!counted) {
      counted = true;
      emit(Instruction.COUNT, 0, 0);
      code.add(rule.index());
    }
  }

  private void add(Step step, boolean explicit) {
    switch (step) {
      case Step.Match match -> match(match);
      case Step.Count unused -> count();
      case Step.CountNamed(int counter) -> {
        emit(Instruction.COUNT, 0, 0);
        code.add(firewall.rules().size() + counter);
      }
      case Step.Limited limited -> emit(Instruction.LIMIT, 0, state.limit(limited.limit(), owner));
      case Step.LimitedNamed(int limit) -> emit(Instruction.LIMIT, 0, state.namedLimit(limit));
      case Step.QuotaLimited limited ->
          emit(Instruction.QUOTA, 0, state.quota(limited.quota(), owner));
      case Step.QuotaLimitedNamed(int quota) -> emit(Instruction.QUOTA, 0, state.namedQuota(quota));
      case Step.UpdateSet update -> {
        key(update.key());
        emit(Instruction.UPDATE, 0, state.update(update));
      }
      case Step.Log unused -> {
        emit(Instruction.LOG, 0, 0);
        code.add(rule.index());
      }
      case Step.SetMark(MarkSource source) -> mark(source);
      case Step.Decide(Verdict verdict) -> {
        if (verdict != Verdict.Simple.CONTINUE) {
          countBefore(explicit);
          code.add(TableCompiler.word(verdict));
        }
      }
      case Step.DecideByMap(Key key, MapReference map) -> {
        lookUp(Instruction.MAP_VERDICT, Instruction.MAP_KEY_VERDICT, key, map);
        countBefore(explicit);
        emit(Instruction.APPLY, 0, 0);
      }
      case Step.Reject reject -> {
        countBefore(explicit);
        emit(Instruction.REJECT, reject.with().ordinal(), reject.code());
      }
    }
  }

  private void countBefore(boolean explicit) {
    if (!explicit) {
      count();
    }
  }

  private void mark(MarkSource source) {
    switch (source) {
      case MarkSource.Constant(int mark) -> {
        emit(Instruction.SET_MARK, 0, 0);
        code.add(mark);
      }
      case MarkSource.Changed(int mask, int flip) -> {
        emit(Instruction.CHANGE_MARK, 0, 0);
        code.add(mask).add(flip);
      }
      case MarkSource.FromMap(Key key, MapReference map) ->
          lookUp(Instruction.MAP_MARK, Instruction.MAP_KEY_MARK, key, map);
    }
  }

  private void lookUp(int single, int concatenated, Key key, MapReference map) {
    if (key.isSingle()) {
      load(key.parts().getFirst());
      emit(single, 0, tables.map(map, fieldBits(key)));
    } else {
      key(key);
      emit(concatenated, 0, tables.map(map, fieldBits(key)));
    }
  }

  private static List<Integer> fieldBits(Key key) {
    return key.parts().stream().map(part -> part.field().bits()).toList();
  }

  // ---------------------------------------------------------------- matches

  private void match(Step.Match match) {
    Key key = match.key();
    int negated = match.negated() ? 1 : 0;
    switch (match.values()) {
      case Values.SetReference(int set) -> {
        if (SetCompiler.isDynamic(firewall.sets().get(set))) {
          key(key);
          emit(Instruction.IN_DYNAMIC, negated, state.dynamicSet(set));
        } else if (SetCompiler.isTimed(firewall.sets().get(set))) {
          timed(key, negated, set);
        } else if (key.isSingle()) {
          load(key.parts().getFirst());
          emit(Instruction.IN_SET, negated, tables.namedSet(set));
        } else {
          key(key);
          emit(Instruction.IN_KEYS, negated, tables.namedSet(set));
        }
      }
      case Intervals intervals -> {
        load(key.parts().getFirst());
        in(intervals, negated);
      }
      case Boxes boxes -> {
        key(key);
        emit(Instruction.IN_KEYS, negated, tables.anonymousSet(boxes, fieldBits(key)));
      }
    }
  }

  private void timed(Key key, int negated, int set) {
    if (key.isSingle()) {
      load(key.parts().getFirst());
    } else {
      key(key);
    }
    emit(Instruction.IN_TIMED, negated | (key.isSingle() ? 0 : 2), tables.namedSet(set));
    code.add(state.expiries(set));
  }

  private void in(Intervals intervals, int negated) {
    if (intervals.count() != 1) {
      Elements elements = intervals;
      emit(Instruction.IN_SET, negated, tables.anonymousSet(elements, List.of(intervals.bits())));
    } else if (intervals.bits() <= Integer.SIZE) {
      emit(Instruction.IN_RANGE, negated, 0);
      code.add((int) intervals.firstLow(0)).add((int) intervals.lastLow(0));
    } else {
      emit(Instruction.IN_WIDE_RANGE, negated, 0);
      code.addLong(intervals.firstHigh(0)).addLong(intervals.firstLow(0));
      code.addLong(intervals.lastHigh(0)).addLong(intervals.lastLow(0));
    }
  }

  /** Loads all fields into the key. */
  private void key(Key key) {
    int word = 0;
    for (Key.Part part : key.parts()) {
      load(part);
      boolean wide = part.field().bits() > Long.SIZE;
      word += wide ? 1 : 0;
      emit(Instruction.KEY, wide ? 1 : 0, word);
      word++;
    }
  }

  private void load(Key.Part part) {
    load(part.field());
    if (!part.isWhole()) {
      emit(Instruction.MASK, 0, 0);
      code.addLong(part.maskHigh()).addLong(part.maskLow());
    }
  }

  private void load(Field field) {
    switch (field) {
      case Payload(Base base, int offsetBits, int bits) ->
          payload(base.ordinal(), offsetBits, bits);
      case Meta meta -> emit(Instruction.LOAD_META, which(meta), 0);
      case ExtensionHeader(int protocol) -> emit(Instruction.LOAD_EXTENSION, protocol, 0);
      case TcpOption(int kind, int offsetBits, int bits) -> {
        emit(Instruction.LOAD_OPTION, kind, 0);
        code.add(offsetBits).add(bits);
      }
      case TcpOptionExists(int kind) -> emit(Instruction.LOAD_OPTION_EXISTS, kind, 0);
    }
  }

  private void payload(int base, int offsetBits, int bits) {
    boolean aligned = offsetBits % 8 == 0 && offsetBits / 8 <= WIDE_MAX;
    int load =
        switch (bits) {
          case 8 -> Instruction.LOAD_8;
          case 16 -> Instruction.LOAD_16;
          case 32 -> Instruction.LOAD_32;
          default -> Instruction.LOAD_BITS;
        };
    if (aligned && load != Instruction.LOAD_BITS) {
      emit(load, base, offsetBits / 8);
    } else {
      emit(Instruction.LOAD_BITS, base, 0);
      code.add(offsetBits).add(bits);
    }
  }

  private int which(Meta meta) {
    return switch (meta) {
      case L4PROTO -> Instruction.Meta.L4_PROTOCOL;
      case NFPROTO ->
          family == TableFamily.NETDEV ? Instruction.Meta.NF_NETDEV : Instruction.Meta.NF_PROTOCOL;
      case LENGTH -> Instruction.Meta.LENGTH;
      case PROTOCOL -> Instruction.Meta.PROTOCOL;
      case MARK -> Instruction.Meta.MARK;
    };
  }
}
