package io.breakwater.config.nft;

import io.breakwater.config.nft.Expression.Element;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The elements of a set as they were written.
 *
 * <p>A million elements as objects would take some 300 MB. So the first ones are kept, and of the
 * others only where they stand: they are read again when they are needed. Those with a variable are
 * kept in any case, since a variable may mean something else later.
 */
final class ElementList {

  static final int COUNT_MAX = 1_000_000;

  private static final int KEPT_MAX = 1_024;

  private record Kept(int index, Element element) {}

  private final Source source;
  private final List<Kept> kept = new ArrayList<>();
  private int[] offsets = new int[4];
  private int count;

  /**
   * @param source where the list begins
   */
  ElementList(Source source) {
    this.source = source;
  }

  /**
   * @param first the element's first token
   * @param plain whether it can be read again from there alone
   */
  void add(Element element, Token first, boolean plain) {
    if (count == COUNT_MAX) {
      throw new Refusal(first, "too many elements: at most " + COUNT_MAX + " in a set");
    }
    boolean rereadable = plain && first.source() == source && count >= KEPT_MAX;
    if (!rereadable) {
      kept.add(new Kept(count, element));
    }
    if (count == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * count);
    }
    offsets[count++] = rereadable ? first.offset() : -1;
  }

  int count() {
    return count;
  }

  void forEach(Consumer<Element> action) {
    int nextKept = 0;
    for (int i = 0; i < count; i++) {
      if (offsets[i] < 0) {
        action.accept(kept.get(nextKept++).element);
      } else {
        Tokens tokens = new Tokens(source, offsets[i]);
        action.accept(new ExpressionParser(tokens, new Scope()).element());
      }
    }
  }
}
