package io.breakwater.config.protection;

/**
 * What a tenant has done about attacks, before its own firewall.
 *
 * <p>A tenant without the key {@code protection} has none of it; with an empty one it has {@link
 * #DEFAULT}.
 *
 * @param synFlood the SYN guard
 * @param tcpState what is done with segments of unknown connections
 * @param checks of single packets that no honest sender makes
 * @param amplification reactions to the answers of abused services
 * @param rates of classes of traffic
 * @param automatic what is done with what the detector finds
 */
public record Protection(
    SynFlood synFlood,
    TcpState tcpState,
    StaticChecks checks,
    Amplification amplification,
    TrafficRates rates,
    Automatic automatic) {

  public static final Protection DEFAULT =
      new Protection(
          SynFlood.DEFAULT,
          TcpState.DEFAULT,
          StaticChecks.DEFAULT,
          Amplification.DEFAULT,
          TrafficRates.NONE,
          Automatic.OBSERVE);

  /** Whether the fingerprint of an attack is only reported, or dropped. */
  public enum Automatic {
    OFF,
    OBSERVE,
    ENFORCE
  }
}
