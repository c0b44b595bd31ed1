package io.breakwater.config;

import java.util.List;

/**
 * The cores of the pinned workers, one worker on each; empty means {@code auto}: the isolated cores
 * of the machine.
 */
public record Workers(List<Integer> cores) {

  public static final Workers AUTO = new Workers(List.of());

  public Workers {
    cores = List.copyOf(cores);
  }

  public boolean auto() {
    return cores.isEmpty();
  }

  /** As in the configuration: {@code auto} or {@code [2, 3]}. */
  @Override
  public String toString() {
    return auto() ? "auto" : cores.toString();
  }
}
