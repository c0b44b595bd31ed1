package io.breakwater.appliance.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * JSON as columns of text: an object as one line for each field, an array of objects as a table
 * under the fields' names. Numbers stand to the right.
 */
final class TextTable {

  private static final String GAP = "  ";

  private TextTable() {}

  static String of(JsonNode node) {
    List<List<String>> rows = new ArrayList<>();
    List<Boolean> numeric = new ArrayList<>();
    if (node.isArray()) {
      if (node.isEmpty()) {
        return "none\n";
      }
      List<String> names = new ArrayList<>();
      node.get(0)
          .properties()
          .forEach(field -> {
            names.add(field.getKey());
            numeric.add(field.getValue().isNumber());
          });
      rows.add(names);
      node.forEach(row -> rows.add(row.valueStream().map(JsonNode::asText).toList()));
    } else {
      numeric.addAll(List.of(false, false));
      node.properties()
          .forEach(field -> rows.add(List.of(field.getKey(), field.getValue().asText())));
    }
    return text(rows, numeric);
  }

  private static String text(List<List<String>> rows, List<Boolean> numeric) {
    int[] widths = new int[numeric.size()];
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    return rows.stream().map(row -> line(row, widths, numeric)).collect(Collectors.joining());
  }

  private static String line(List<String> row, int[] widths, List<Boolean> numeric) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = row.get(column);
      String padding = " ".repeat(widths[column] - cell.length());
      line.append(column == 0 ? "" : GAP)
          .append(numeric.get(column) ? padding + cell : cell + padding);
    }
    return line.toString().stripTrailing() + "\n";
  }
}
