package io.breakwater.config.yaml;

import java.util.Optional;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import org.snakeyaml.engine.v2.parser.Parser;

/**
 * A YAML parser that refuses what no configuration needs and what could exhaust stack or heap: deep
 * nesting (the composer recurses), many aliases ("billion laughs"), millions of values.
 *
 * <p>The events come one by one, so the refusal happens before anything deep is built.
 */
final class BoundedParser implements Parser {

  static final int DEPTH_MAX = 32;
  static final int ALIASES_MAX = 1_000;

  /** Room for a million prefixes; a value is some 500 bytes of heap while it is read. */
  static final int VALUES_MAX = 1 << 20;

  private final Parser parser;
  private int depth;
  private int aliasCount;
  private int valueCount;

  BoundedParser(Parser parser) {
    this.parser = parser;
  }

  @Override
  public Event next() {
    Event event = parser.next();
    switch (event.getEventId()) {
      case SequenceStart, MappingStart -> {
        refuseIf(++valueCount > VALUES_MAX, "too many values", event);
        refuseIf(++depth > DEPTH_MAX, "nesting is too deep", event);
      }
      case SequenceEnd, MappingEnd -> depth--;
      case Scalar -> refuseIf(++valueCount > VALUES_MAX, "too many values", event);
      case Alias -> refuseIf(++aliasCount > ALIASES_MAX, "too many aliases", event);
      default -> {}
    }
    return event;
  }

  @Override
  public boolean checkEvent(Event.ID id) {
    return parser.checkEvent(id);
  }

  @Override
  public Event peekEvent() {
    return parser.peekEvent();
  }

  @Override
  public boolean hasNext() {
    return parser.hasNext();
  }

  private static void refuseIf(boolean tooMuch, String problem, Event event) {
    if (tooMuch) {
      throw new ParserException(
          "in a configuration", Optional.empty(), problem, event.getStartMark());
    }
  }
}
