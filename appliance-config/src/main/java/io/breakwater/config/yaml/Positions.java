package io.breakwater.config.yaml;

import io.breakwater.config.text.Position;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Where the objects of the model were written.
 *
 * <p>The model carries no positions; this side table does, by identity: two equal prefixes in two
 * files are two objects and have two positions. What did not come from a file of this reading, such
 * as a tenant that keeps its running configuration, has none. Not thread-safe.
 */
public final class Positions {

  private record Place(Position start, Map<String, Position> keys) {}

  private final Map<Object, Place> places = new IdentityHashMap<>();

  /** Those of other readings, which are mostly never asked for. */
  private final List<Positions> parts = new ArrayList<>();

  private final List<Supplier<Stream<Positions>>> laterParts = new ArrayList<>();

  /** Knows no position yet. */
  public Positions() {}

  void note(Object value, Position start) {
    places.put(value, new Place(start, Map.of()));
  }

  /** Notes a mapping and where the value of each of its keys is. */
  void note(Object value, Position start, Map<String, Position> keys) {
    places.put(value, new Place(start, keys));
  }

  /** Takes over what another reading noted. */
  public void addAll(Positions other) {
    parts.add(other);
  }

  /** The same of many readings, which are listed when a position is asked for. */
  public void addLater(Supplier<Stream<Positions>> others) {
    laterParts.add(others);
  }

  private Map<Object, Place> places() {
    laterParts.forEach(later -> later.get().forEach(parts::add));
    laterParts.clear();
    for (Positions part : parts) {
      places.putAll(part.places());
    }
    parts.clear();
    return places;
  }

  public Optional<Position> of(Object value) {
    return Optional.ofNullable(places().get(value)).map(Place::start);
  }

  /** Where the value of {@code key} is, or its mapping if the key is not written. */
  public Optional<Position> of(Object value, String key) {
    return Optional.ofNullable(places().get(value))
        .map(place -> place.keys.getOrDefault(key, place.start));
  }
}
