package io.breakwater.config.nft;

import io.breakwater.config.firewall.Place;
import io.breakwater.config.text.Position;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A text and where it stands: a file, or the lines of a YAML file that hold a ruleset.
 *
 * <p>A token knows its offset only; lines are counted when a place is asked for.
 */
final class Source {

  private final Path file;
  private final String text;
  private final int linesBefore;
  private final int columnsBefore;
  private int[] lineStarts;

  private Source(Path file, String text, int linesBefore, int columnsBefore) {
    this.file = file;
    this.text = text;
    this.linesBefore = linesBefore;
    this.columnsBefore = columnsBefore;
  }

  /** A whole file. */
  static Source of(Path file, String text) {
    return new Source(file, text, 0, 0);
  }

  /**
   * Lines within a file of another language.
   *
   * @param start where the first character of the first line stands; all lines are indented alike
   */
  static Source within(Position start, String text) {
    return new Source(start.file(), text, start.line() - 1, start.column() - 1);
  }

  Path file() {
    return file;
  }

  String text() {
    return text;
  }

  Position position(int offset) {
    if (lineStarts == null) {
      lineStarts = lineStarts(text);
    }
    int found = Arrays.binarySearch(lineStarts, offset);
    int line = found >= 0 ? found : -found - 2;
    int column = text.codePointCount(lineStarts[line], Math.min(offset, text.length()));
    return new Position(file, linesBefore + line + 1, columnsBefore + column + 1);
  }

  /** As the model carries it. */
  Place place(int offset) {
    Position position = position(offset);
    return new Place(file.toString(), position.line(), position.column());
  }

  private static int[] lineStarts(String text) {
    int[] starts = new int[16];
    int count = 1;
    for (int i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, 2 * count);
      }
      starts[count++] = i + 1;
    }
    return Arrays.copyOf(starts, count);
  }
}
