package io.breakwater.config.yaml;

import io.breakwater.config.text.Position;
import io.breakwater.config.text.Shown;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A value under a key or in a list, to be read as the type that the reader expects.
 *
 * <p>Each method that reads returns empty after it has recorded what is wrong, so a reader goes on
 * and finds the next mistake too. What a value was parsed into is noted with its position.
 */
final class YamlValue {

  private final String name;
  private final Node node;
  private final Reading reading;

  /**
   * @param name the key under which it stands; an item of a list has the list's
   */
  YamlValue(String name, Node node, Reading reading) {
    this.name = Shown.value(name);
    this.node = node;
    this.reading = reading;
  }

  Position position() {
    return reading.positionOf(node);
  }

  void problem(String message) {
    reading.problems().add(position(), name + ": " + message);
  }

  boolean isMapping() {
    return node instanceof MappingNode;
  }

  boolean isList() {
    return node instanceof SequenceNode;
  }

  /** Whether it is a text under {@code |}, whose lines stand in the file as they are. */
  boolean isLiteral() {
    return isText() && ((ScalarNode) node).getScalarStyle() == ScalarStyle.LITERAL;
  }

  /** Where the first character of a text under {@code |} stands. */
  Position literalStart() {
    Position bar = position();
    int indent = reading.indentBelow(bar, ((ScalarNode) node).getValue());
    return new Position(bar.file(), bar.line() + 1, indent + 1);
  }

  Reading reading() {
    return reading;
  }

  boolean isText() {
    return node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.STR);
  }

  boolean isText(String text) {
    return isText() && ((ScalarNode) node).getValue().equals(text);
  }

  /** A text; what YAML takes for a number, a boolean or null must be quoted to be one. */
  Optional<String> text() {
    if (!(node instanceof ScalarNode scalar)) {
      return wrongType("a text");
    }
    return scalar.getTag().equals(Tag.STR)
        ? Optional.of(scalar.getValue())
        : wrongType("a text (in quotes)");
  }

  Optional<Boolean> bool() {
    if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.BOOL)) {
      if (scalar.getValue().equals("true")) {
        return Optional.of(true);
      }
      if (scalar.getValue().equals("false")) {
        return Optional.of(false);
      }
    }
    return wrongType("true or false");
  }

  Optional<Integer> integer(int min, int max) {
    return integer((long) min, (long) max).map(Math::toIntExact);
  }

  Optional<Long> integer(long min, long max) {
    String type = "an integer in " + min + ".." + max;
    // Eighteen digits fit a long; the tag alone proves nothing, `!!int x` has it too.
    if (!(node instanceof ScalarNode scalar)
        || !scalar.getTag().equals(Tag.INT)
        || !scalar.getValue().matches("-?(0|[1-9][0-9]{0,17})")) {
      return wrongType(type);
    }
    long value = Long.parseLong(scalar.getValue());
    return value >= min && value <= max ? Optional.of(value) : wrongType(type);
  }

  /** A text that {@code parse} turns into a value of the model or refuses with a message. */
  <T> Optional<T> parsed(Function<String, T> parse) {
    return text()
        .flatMap(text -> {
          try {
            T value = parse.apply(text);
            reading.positions().note(value, position());
            return Optional.of(value);
          } catch (IllegalArgumentException e) {
            problem(Shown.line(e.getMessage()));
            return Optional.empty();
          }
        });
  }

  /** A mapping through {@code read}, after which its other keys are unknown. */
  <T> Optional<T> mapping(Function<YamlMapping, Optional<T>> read) {
    if (!(node instanceof MappingNode mappingNode)) {
      return wrongType("a mapping");
    }
    YamlMapping mapping = new YamlMapping(name, mappingNode, reading);
    Optional<T> value = read.apply(mapping);
    mapping.end();
    return value;
  }

  /** The items of a list; an empty list of values if it is no list or has too few or too many. */
  List<YamlValue> items(int min, int max) {
    if (!(node instanceof SequenceNode sequence)) {
      wrongType("a list");
      return List.of();
    }
    List<Node> nodes = sequence.getValue();
    if (nodes.size() < min || nodes.size() > max) {
      String range = min == max ? "" + min : min + ".." + max;
      problem("must have " + range + " items: " + nodes.size());
      return List.of();
    }
    if (!reading.mayRead(nodes.size(), node)) {
      return List.of();
    }
    return nodes.stream().map(item -> new YamlValue(name, item, reading)).toList();
  }

  /** Each item through {@code read}, without those that could not be read. */
  <T> List<T> each(int min, int max, Function<YamlValue, Optional<T>> read) {
    return items(min, max).stream().flatMap(item -> read.apply(item).stream()).toList();
  }

  <T> Optional<T> wrongType(String expected) {
    problem("must be " + expected + ": " + actual());
    return Optional.empty();
  }

  private String actual() {
    return switch (node) {
      case ScalarNode scalar when scalar.getValue().isEmpty() -> "it is empty";
      case ScalarNode scalar when !scalar.isPlain() -> "\"" + Shown.value(scalar.getValue()) + "\"";
      case ScalarNode scalar -> Shown.value(scalar.getValue());
      case SequenceNode ignored -> "it is a list";
      default -> "it is a mapping";
    };
  }
}
