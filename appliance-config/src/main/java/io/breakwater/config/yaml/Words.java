package io.breakwater.config.yaml;

import io.breakwater.config.text.NearestKey;
import io.breakwater.config.text.Shown;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A word out of a closed set: the name of an enum's value in lower case. */
final class Words {

  private Words() {}

  /** The one of {@code allowed} that is written; a problem with the nearest one if it is none. */
  static <E extends Enum<E>> Optional<E> read(YamlValue value, Collection<E> allowed) {
    for (E word : allowed) {
      if (value.isText(of(word))) {
        return Optional.of(word);
      }
    }
    List<String> words = allowed.stream().map(Words::of).toList();
    Optional<String> text = value.isText() ? value.text() : Optional.empty();
    Optional<String> nearest = text.flatMap(written -> NearestKey.of(written, words));
    if (nearest.isEmpty()) {
      return value.wrongType(list(words));
    }
    value.problem(
        "must be %s: %s: did you mean %s?"
            .formatted(list(words), Shown.value(text.get()), nearest.get()));
    return Optional.empty();
  }

  private static String of(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }

  private static String list(List<String> words) {
    int last = words.size() - 1;
    return String.join(", ", words.subList(0, last)) + " or " + words.get(last);
  }
}
