package io.breakwater.config.text;

import java.nio.file.Path;

/**
 * A place in a file, as editors count.
 *
 * @param line from 1
 * @param column from 1, in Unicode code points
 */
public record Position(Path file, int line, int column) {

  /** Where a problem with the whole file is shown. */
  public static Position startOf(Path file) {
    return new Position(file, 1, 1);
  }

  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
