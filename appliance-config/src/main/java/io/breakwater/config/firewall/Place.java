package io.breakwater.config.firewall;

/**
 * Where something was written, for messages.
 *
 * @param source the file, as messages name it
 * @param line from 1
 * @param column from 1, in Unicode code points
 */
public record Place(String source, int line, int column) {

  @Override
  public String toString() {
    return source + ":" + line + ":" + column;
  }
}
