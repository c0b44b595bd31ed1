package io.breakwater.config.yaml;

import io.breakwater.config.text.NearestKey;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Shown;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A mapping whose keys are taken one by one.
 *
 * <p>The reader's calls are the only list of keys there is: a key that nobody asked for until
 * {@link #end} is unknown. Duplicate keys are found when the mapping is opened.
 */
final class YamlMapping {

  private record Entry(Node key, YamlValue value) {}

  private final String name;
  private final Reading reading;
  private final Position position;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final TreeSet<String> knownKeys = new TreeSet<>();

  YamlMapping(String name, MappingNode node, Reading reading) {
    this.name = name;
    this.reading = reading;
    this.position = reading.positionOf(node);
    if (reading.mayRead(node.getValue().size(), node)) {
      for (NodeTuple tuple : node.getValue()) {
        add(tuple.getKeyNode(), tuple.getValueNode());
      }
    }
  }

  private void add(Node key, Node value) {
    if (!(key instanceof ScalarNode scalar)) {
      problem(key, "a key must be a text");
      return;
    }
    String text = scalar.getValue();
    Entry first = entries.get(text);
    if (first == null) {
      entries.put(text, new Entry(key, new YamlValue(text, value, reading)));
    } else {
      Position firstAt = reading.positionOf(first.key);
      problem(key, "duplicate key " + Shown.value(text) + ": first at " + firstAt);
    }
  }

  /** The value under {@code key}, if it is written. */
  Optional<YamlValue> value(String key) {
    knownKeys.add(key);
    return Optional.ofNullable(entries.get(key)).map(Entry::value);
  }

  /** The value under {@code key}; a problem if it is not written. */
  Optional<YamlValue> required(String key) {
    Optional<YamlValue> value = value(key);
    if (value.isEmpty()) {
      reading.problems().add(position, name + ": missing key " + key);
    }
    return value;
  }

  /** The mapping under {@code key} through {@code read}; {@code byDefault} if there is none. */
  <T> T section(String key, Function<YamlMapping, T> read, T byDefault) {
    return value(key)
        .flatMap(value -> value.mapping(mapping -> Optional.of(read.apply(mapping))))
        .orElse(byDefault);
  }

  /** The list under {@code key}, each item through {@code read}; none if it is not written. */
  <T> List<T> list(String key, int min, int max, Function<YamlValue, Optional<T>> read) {
    return value(key).map(value -> value.each(min, max, read)).orElse(List.of());
  }

  /** The list under {@code key}, each item through {@code read}; a problem if it is not written. */
  <T> List<T> requiredList(String key, int min, int max, Function<YamlValue, Optional<T>> read) {
    return required(key).map(value -> value.each(min, max, read)).orElse(List.of());
  }

  /** The integer under {@code key}, if it is written and in bounds. */
  Optional<Integer> integer(String key, int min, int max) {
    return value(key).flatMap(value -> value.integer(min, max));
  }

  /** All values under the keys as they are written: the mapping's keys are names. */
  Map<String, YamlValue> namedValues() {
    knownKeys.addAll(entries.keySet());
    return entries.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> entry.getValue().value,
                (first, second) -> first,
                LinkedHashMap::new));
  }

  /** Where a key itself stands. */
  Position positionOfKey(String key) {
    return reading.positionOf(entries.get(key).key);
  }

  /** Reports the keys nobody asked for: called once, after the reader. */
  void end() {
    entries.forEach((key, entry) -> {
      if (!knownKeys.contains(key)) {
        problem(entry.key, "unknown key " + Shown.value(key) + advice(key));
      }
    });
  }

  /** Notes that {@code value} was written here, and where its keys were. */
  <T> T noted(T value) {
    Map<String, Position> keys = new LinkedHashMap<>();
    entries.forEach((key, entry) -> keys.put(key, entry.value.position()));
    reading.positions().note(value, position, keys);
    return value;
  }

  private String advice(String key) {
    return NearestKey.of(key, knownKeys)
        .map(nearest -> ": did you mean " + nearest + "?")
        .orElseGet(() -> ": known keys are " + String.join(", ", knownKeys));
  }

  private void problem(Node node, String message) {
    reading.problems().add(reading.positionOf(node), message);
  }
}
