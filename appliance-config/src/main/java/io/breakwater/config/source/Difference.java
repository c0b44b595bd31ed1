package io.breakwater.config.source;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** The parts of one subject's difference, in words: {@code weight 1 -> 3, prefixes +10.0.0.0/8}. */
final class Difference {

  /** A long list of what was added says how many more there are. */
  private static final int ITEMS_SHOWN_MAX = 8;

  private final List<String> parts = new ArrayList<>();

  static String list(Collection<?> items) {
    String shown =
        items.stream()
            .limit(ITEMS_SHOWN_MAX)
            .map(Object::toString)
            .collect(Collectors.joining(" "));
    int more = items.size() - ITEMS_SHOWN_MAX;
    return more > 0 ? shown + " and " + more + " more" : shown;
  }

  /** All parts; empty if there is no difference. */
  String text() {
    return String.join(", ", parts);
  }

  Difference value(String what, Object before, Object after) {
    if (!before.equals(after)) {
      parts.add(what + " " + shown(before) + " -> " + shown(after));
    }
    return this;
  }

  Difference note(String text) {
    parts.add(text);
    return this;
  }

  Difference items(String what, Collection<?> before, Collection<?> after) {
    Set<Object> added = new LinkedHashSet<>(after);
    added.removeAll(Set.copyOf(before));
    Set<Object> removed = new LinkedHashSet<>(before);
    removed.removeAll(Set.copyOf(after));
    List<String> signed = new ArrayList<>();
    added.forEach(item -> signed.add("+" + item));
    removed.forEach(item -> signed.add("-" + item));
    if (!signed.isEmpty()) {
      parts.add(what + " " + list(signed));
    } else if (!List.copyOf(before).equals(List.copyOf(after))) {
      parts.add(what + " in another order");
    }
    return this;
  }

  private static String shown(Object value) {
    return switch (value) {
      case Optional<?> optional -> optional.map(Object::toString).orElse("none");
      case OptionalInt optional -> optional.isPresent() ? "" + optional.getAsInt() : "none";
      case OptionalLong optional -> optional.isPresent() ? "" + optional.getAsLong() : "none";
      default -> value.toString();
    };
  }
}
