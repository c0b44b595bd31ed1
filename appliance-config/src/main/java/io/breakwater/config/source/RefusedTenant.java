package io.breakwater.config.source;

import io.breakwater.config.text.Problem;
import java.util.List;

/**
 * A tenant whose file did not go live.
 *
 * @param running whether it keeps its running configuration; if not it was new, and is absent
 * @param reasons at least one
 */
public record RefusedTenant(String name, boolean running, List<Problem> reasons) {

  @Override
  public String toString() {
    return "tenant "
        + name
        + (running ? ": keeps its running configuration: " : ": not added: ")
        + reasons.getFirst()
        + (reasons.size() > 1 ? " (and " + (reasons.size() - 1) + " more)" : "");
  }
}
