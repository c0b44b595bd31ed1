package io.breakwater.config.firewall;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A named set, or what a {@code meter} keeps.
 *
 * @param fieldBits the width of each field of a key: one, or several for a concatenation
 * @param intervals whether elements may be ranges; if not each is a single value, and a hash will
 *     do
 * @param dynamic whether rules change it: what {@link Step.UpdateSet} names is dynamic
 * @param elements what it holds at first
 * @param expiries elements among them that do not stay, by index; mostly none
 * @param timeoutNs how long an element stays that a rule adds and that has no timeout of its own;
 *     empty: for ever
 * @param sizeMax how many elements it may hold; an element that finds no room is not added, and the
 *     rule that would have added it ends
 */
public record ElementSet(
    ObjectName name,
    List<Integer> fieldBits,
    boolean intervals,
    boolean dynamic,
    Elements elements,
    List<Expiry> expiries,
    OptionalLong timeoutNs,
    OptionalInt sizeMax,
    Declaration declaration) {

  public ElementSet {
    fieldBits = List.copyOf(fieldBits);
    expiries = List.copyOf(expiries);
  }

  /** One that is declared nowhere, such as what a {@code meter} keeps. */
  public ElementSet(
      ObjectName name,
      List<Integer> fieldBits,
      boolean intervals,
      boolean dynamic,
      Elements elements,
      List<Expiry> expiries,
      OptionalLong timeoutNs,
      OptionalInt sizeMax) {
    this(
        name,
        fieldBits,
        intervals,
        dynamic,
        elements,
        expiries,
        timeoutNs,
        sizeMax,
        Declaration.NONE);
  }

  /**
   * How long an element stays after the set is loaded.
   *
   * @param element index into {@code elements}
   */
  public record Expiry(int element, long timeoutNs) {}
}
