package io.breakwater.config.protection;

import io.breakwater.config.IpPrefix;
import java.util.List;
import java.util.Optional;

/**
 * The SYN guard of a tenant.
 *
 * @param mode of what no exception names
 * @param thresholdPerSecond SYNs to the tenant from which on it is an attack, 1..10^9
 * @param destinationThresholdPerSecond the same to one of its addresses
 * @param completionPercent from a quarter of a threshold on it is an attack as well when fewer
 *     handshakes than this complete, 0..100
 * @param holdSeconds how long the rate must have been below half of the threshold before the guard
 *     rests again, 1..3600
 * @param exceptions the first that fits decides
 */
public record SynFlood(
    Mode mode,
    When when,
    int thresholdPerSecond,
    int destinationThresholdPerSecond,
    int completionPercent,
    int holdSeconds,
    List<Exception> exceptions) {

  public static final SynFlood DEFAULT =
      new SynFlood(Mode.CHALLENGE, When.ATTACK, 20_000, 5_000, 50, 30, List.of());

  public SynFlood {
    exceptions = List.copyOf(exceptions);
  }

  /** How a SYN of an unknown source is met. */
  public enum Mode {
    CHALLENGE,
    RESET,
    RETRANSMIT,
    PROXY,
    OFF
  }

  /**
   * Another mode for some destinations.
   *
   * @param prefix within the tenant's; empty: all of it
   * @param ports empty: all
   */
  public record Exception(Optional<IpPrefix> prefix, List<PortRange> ports, Mode mode) {
    public Exception {
      ports = List.copyOf(ports);
    }
  }

  /**
   * Destination ports.
   *
   * @param first 1..65535
   * @param last first..65535
   */
  public record PortRange(int first, int last) {}
}
