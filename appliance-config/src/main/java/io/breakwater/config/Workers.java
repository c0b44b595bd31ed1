package io.breakwater.config;

import java.util.List;
import java.util.Locale;

/**
 * The pinned workers, and how packets are spread over them.
 *
 * @param cores one worker on each; empty means {@code auto}: the isolated cores of the machine
 * @param distribution who decides which worker a packet goes to
 */
public record Workers(List<Integer> cores, Distribution distribution) {

  public static final Workers AUTO = new Workers(List.of());

  /** Who spreads packets over the workers. */
  public enum Distribution {
    /** The NIC where it hashes as is wanted, the workers where it does not and for tunnels. */
    AUTO,
    /** The NIC alone. */
    RSS,
    /** The workers alone. */
    SOFTWARE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Workers {
    cores = List.copyOf(cores);
  }

  /** Workers over which packets are spread as they are by default. */
  public Workers(List<Integer> cores) {
    this(cores, Distribution.AUTO);
  }

  public boolean auto() {
    return cores.isEmpty();
  }

  /** As in the configuration: {@code auto} or {@code [2, 3]}, and the distribution if it is one. */
  @Override
  public String toString() {
    String text = auto() ? "auto" : cores.toString();
    return distribution == Distribution.AUTO ? text : text + " distribution " + distribution;
  }
}
