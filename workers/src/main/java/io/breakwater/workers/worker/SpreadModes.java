package io.breakwater.workers.worker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * What the workers spread themselves, by port.
 *
 * <p>Written by the control thread, read by the workers once for each burst, each value whole and
 * soon.
 */
public final class SpreadModes {

  /** What of a port's packets the workers hand over to each other. */
  public enum Mode {
    /** Nothing: who receives it keeps it. */
    NOTHING,
    /** What a NIC can't look into, tunnels and the quotes of ICMP errors: it spreads the rest. */
    TUNNELLED,
    /** All. */
    EVERYTHING
  }

  private static final VarHandle MODES = MethodHandles.arrayElementVarHandle(Mode[].class);

  private final Mode[] modes;

  /** Nothing is spread yet. */
  public SpreadModes(int ports) {
    modes = new Mode[ports];
    Arrays.fill(modes, Mode.NOTHING);
  }

  public Mode of(int port) {
    return (Mode) MODES.getOpaque(modes, port);
  }

  public void set(int port, Mode mode) {
    MODES.setOpaque(modes, port, mode);
  }
}
