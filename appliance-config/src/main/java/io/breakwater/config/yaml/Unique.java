package io.breakwater.config.yaml;

import io.breakwater.config.text.Position;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Values of which each may be written once; the second is a problem that names the first. */
final class Unique<T> {

  private final String what;
  private final Map<T, Position> firstPositions = new HashMap<>();

  /**
   * @param what the kind of value, as the message calls it
   */
  Unique(String what) {
    this.what = what;
  }

  /** {@code value} if it is new; otherwise the problem is recorded where it was written. */
  Optional<T> add(T value, YamlValue written) {
    Position first = firstPositions.putIfAbsent(value, written.position());
    if (first != null) {
      written.problem("duplicate " + what + " " + value + ": first at " + first);
    }
    return first == null ? Optional.of(value) : Optional.empty();
  }
}
