package io.breakwater.appliance.journal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.openhft.chronicle.wire.ValueIn;
import net.openhft.chronicle.wire.ValueOut;
import net.openhft.chronicle.wire.WireIn;
import net.openhft.chronicle.wire.WireOut;

/**
 * An entry as a document of the queue: named fields, so that a journal describes itself.
 *
 * <p>{@code type}, {@code sequence} and {@code time-ns} come first, then the event's own fields.
 * Reading takes fields in any order and keeps those it doesn't know. A value with a type prefix
 * would make the library look for a class by the file's word: such a value is skipped.
 */
final class JournalWire {

  private static final String TYPE = "type";
  private static final String SEQUENCE = "sequence";
  private static final String TIME_NS = "time-ns";

  private JournalWire() {}

  static void write(WireOut wire, JournalEntry entry) {
    wire.write(TYPE).text(JournalFields.type(entry.event()));
    wire.write(SEQUENCE).int64(entry.sequence());
    wire.write(TIME_NS).int64(entry.timeNs());
    JournalFields.of(entry.event()).forEach((name, value) -> writeValue(wire.write(name), value));
  }

  private static void writeValue(ValueOut out, Object value) {
    switch (value) {
      case Long number -> out.int64(number);
      case List<?> lines ->
          out.sequence(lines, (list, each) -> list.forEach(line -> each.text((String) line)));
      default -> out.text(value.toString());
    }
  }

  /**
   * Reads an entry.
   *
   * @throws JournalException where the document isn't one of a journal
   */
  static JournalEntry read(WireIn wire) throws JournalException {
    Map<String, Object> fields = new LinkedHashMap<>();
    StringBuilder name = new StringBuilder();
    while (wire.hasMore()) {
      ValueIn in = wire.read(name);
      Object value = readValue(in);
      if (value != null) {
        fields.put(name.toString(), value);
      }
    }
    if (!(fields.remove(TYPE) instanceof String type)
        || !(fields.remove(SEQUENCE) instanceof Long sequence)
        || !(fields.remove(TIME_NS) instanceof Long timeNs)) {
      throw new JournalException("a document has no type, sequence and time: it is no event");
    }
    return new JournalEntry(sequence, timeNs, JournalFields.event(type, fields));
  }

  private static Object readValue(ValueIn in) {
    if (in.isTyped()) {
      in.skipValue();
      return null;
    }
    return switch (in.getBracketType()) {
      case NONE -> scalar(in.object());
      case SEQ -> {
        List<String> lines = new ArrayList<>();
        in.sequence(
            lines,
            (list, each) -> {
              while (each.hasNextSequenceItem()) {
                list.add(each.text());
              }
            });
        yield List.copyOf(lines);
      }
      default -> {
        in.skipValue();
        yield null;
      }
    };
  }

  private static Object scalar(Object value) {
    // The library writes a number in the smallest form that holds it, which may be a float.
    return switch (value) {
      case null -> null;
      case Number number -> number.longValue();
      default -> value.toString();
    };
  }
}
