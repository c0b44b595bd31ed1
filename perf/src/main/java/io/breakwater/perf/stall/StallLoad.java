package io.breakwater.perf.stall;

import java.util.Locale;

/** What the worker's port brings while its poll gaps are recorded. */
public enum StallLoad {
  /** Nothing: the loop at its fastest, so that its gaps are not the packets' own time. */
  EMPTY,
  /** A full burst of {@code gre-encap} in each turn. */
  TRAFFIC;

  /** Its name in reports and in the C reference's JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static StallLoad named(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
