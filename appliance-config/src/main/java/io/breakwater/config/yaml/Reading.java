package io.breakwater.config.yaml;

import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * What the reading of one file shares: its name, where problems and positions are noted, and how
 * many values may still be read.
 *
 * <p>The file's own values are few enough ({@link BoundedParser}), but aliases may stand for the
 * same ones again and again.
 */
final class Reading {

  private final Path file;
  private final Problems problems;
  private final Positions positions;
  private String text = "";
  private int valuesLeft = BoundedParser.VALUES_MAX;

  Reading(Path file, Problems problems, Positions positions) {
    this.file = file;
    this.problems = problems;
    this.positions = positions;
  }

  Path file() {
    return file;
  }

  /** The file's text: known once it is decoded. */
  void text(String text) {
    this.text = text;
  }

  /**
   * By how many blanks the lines below {@code bar} are indented, of which {@code value} is what
   * YAML makes.
   */
  int indentBelow(Position bar, String value) {
    List<String> lines = text.lines().skip(bar.line()).toList();
    List<String> values = value.lines().toList();
    for (int i = 0; i < Math.min(lines.size(), values.size()); i++) {
      if (!values.get(i).isBlank()) {
        return blanks(lines.get(i)) - blanks(values.get(i));
      }
    }
    return 0;
  }

  private static int blanks(String line) {
    return line.length() - line.stripLeading().length();
  }

  /** A path, relative to the file that names it. */
  Optional<Path> path(YamlValue value) {
    return value.parsed(name -> {
      try {
        Path path = Path.of(name);
        if (name.isBlank()) {
          throw new IllegalArgumentException("must be a path: it is empty");
        }
        return file.resolveSibling(path);
      } catch (InvalidPathException e) {
        throw new IllegalArgumentException("not a path: " + e.getMessage(), e);
      }
    });
  }

  Problems problems() {
    return problems;
  }

  Positions positions() {
    return positions;
  }

  /**
   * Whether {@code count} more values may be read; if not a problem is recorded at {@code node}.
   */
  boolean mayRead(int count, Node node) {
    if (count > valuesLeft) {
      problems.add(positionOf(node), "aliases stand for too many values");
      return false;
    }
    valuesLeft -= count;
    return true;
  }

  Position positionOf(Node node) {
    return positionOf(node.getStartMark());
  }

  /** YAML marks count from 0. */
  Position positionOf(Optional<Mark> mark) {
    return mark.map(m -> new Position(file, m.getLine() + 1, m.getColumn() + 1))
        .orElse(Position.startOf(file));
  }
}
