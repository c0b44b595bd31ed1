package io.breakwater.config.firewall;

/**
 * The name of a chain, a set, a map, a counter, a limit or a quota: unique for its kind within its
 * table.
 */
public record ObjectName(TableFamily family, String table, String name, Place place) {

  /** As in a ruleset: {@code inet filter prerouting}. */
  @Override
  public String toString() {
    return family + " " + table + " " + name;
  }
}
