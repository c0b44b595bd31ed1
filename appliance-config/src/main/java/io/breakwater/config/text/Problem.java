package io.breakwater.config.text;

import java.nio.file.Path;

/**
 * One mistake in a configuration. Its text is {@code file:line:column: message}, which editors and
 * terminals know how to jump to.
 *
 * @param line from 1
 * @param column from 1, in Unicode code points
 */
public record Problem(Path file, int line, int column, String message) {

  public static Problem at(Position position, String message) {
    return new Problem(position.file(), position.line(), position.column(), message);
  }

  public Position position() {
    return new Position(file, line, column);
  }

  @Override
  public String toString() {
    return file + ":" + line + ":" + column + ": " + message;
  }
}
