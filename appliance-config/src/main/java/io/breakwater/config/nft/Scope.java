package io.breakwater.config.nft;

import io.breakwater.config.text.NearestKey;
import java.util.HashMap;
import java.util.Map;

/** The variables of a file or a block, and those of the blocks around it. */
final class Scope {

  private final Scope outer;
  private final Map<String, Expression> values = new HashMap<>();

  Scope() {
    this(null);
  }

  Scope(Scope outer) {
    this.outer = outer;
  }

  void define(Token name, Expression value) {
    if (values.containsKey(name.text())) {
      throw new Refusal(name, "variable is defined already: " + name.shown());
    }
    values.put(name.text(), value);
  }

  void redefine(Token name, Expression value) {
    values.put(name.text(), value);
  }

  void undefine(Token name) {
    if (values.remove(name.text()) == null) {
      throw new Refusal(name, "variable is not defined here: " + name.shown());
    }
  }

  Expression value(Token name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Expression value = scope.values.get(name.text());
      if (value != null) {
        return value;
      }
    }
    String advice =
        NearestKey.of(name.text(), values.keySet())
            .map(nearest -> ": did you mean " + nearest + "?")
            .orElse("");
    throw new Refusal(name, "variable is not defined: " + name.shown() + advice);
  }
}
