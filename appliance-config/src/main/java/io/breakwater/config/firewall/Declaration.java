package io.breakwater.config.firewall;

import java.util.List;
import java.util.OptionalInt;

/**
 * How a set or a map was declared: for who prints it, since nobody needs it to look something up.
 *
 * @param types as a ruleset names them, one for each field of a key; of a map the type of its
 *     values behind them
 * @param flags {@code constant}, {@code dynamic}, {@code interval}, {@code timeout}
 * @param sizeMax what {@code size} says
 */
public record Declaration(
    List<String> types, List<String> flags, boolean autoMerge, OptionalInt sizeMax) {

  /** Of what is declared nowhere: what a {@code meter} keeps. */
  public static final Declaration NONE =
      new Declaration(List.of(), List.of(), false, OptionalInt.empty());

  public Declaration {
    types = List.copyOf(types);
    flags = List.copyOf(flags);
  }
}
