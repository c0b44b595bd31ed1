package io.breakwater.workers.protection;

import java.util.ArrayList;
import java.util.List;

/**
 * The destinations of one tenant that have a mode of the SYN guard of their own: the first that
 * fits decides.
 *
 * <p>Immutable once built. Cost: a comparison for each exception and port range.
 */
public final class SynGuardExceptions {

  /** No exception fits. */
  public static final int NONE = -1;

  private final Row[] rows;

  private SynGuardExceptions(List<Row> rows) {
    this.rows = rows.toArray(Row[]::new);
  }

  /** Collects exceptions in their order. */
  public static final class Builder {

    private final List<Row> rows = new ArrayList<>();

    /**
     * @param families bit 0: of IPv4, bit 1: of IPv6
     * @param highMask of the destination's upper 64 bits; of IPv4 nothing
     * @param lowMask of its lower ones; of IPv4 they are the address
     * @param ports first and last of each range; empty: all
     */
    public Builder add(
        int families, long high, long highMask, long low, long lowMask, int[] ports, int mode) {
      rows.add(
          new Row(
              families, high & highMask, highMask, low & lowMask, lowMask, ports.clone(), mode));
      return this;
    }

    public SynGuardExceptions build() {
      return new SynGuardExceptions(rows);
    }
  }

  int mode(boolean ipv6, long high, long low, int port) {
    int family = ipv6 ? 2 : 1;
    for (int i = 0; i < rows.length; i++) {
      Row row = rows[i];
      if ((row.families & family) != 0
          && (high & row.highMask) == row.high
          && (low & row.lowMask) == row.low
          && row.hasPort(port)) {
        return row.mode;
      }
    }
    return NONE;
  }

  private record Row(
      int families, long high, long highMask, long low, long lowMask, int[] ports, int mode) {

    boolean hasPort(int port) {
      boolean fits = ports.length == 0;
      for (int k = 0; k < ports.length; k += 2) {
        fits |= ports[k] <= port && port <= ports[k + 1];
      }
      return fits;
    }
  }
}
