package io.breakwater.config.protection;

import java.util.OptionalInt;

/**
 * How many packets a second of each class a tenant is sent at most; empty: any number.
 *
 * @param syn TCP with SYN and without ACK
 * @param tcp all other TCP
 * @param fragments all but whole datagrams, of any protocol: they are of no other class
 * @param source of one source address, of all classes
 */
public record TrafficRates(
    OptionalInt syn,
    OptionalInt tcp,
    OptionalInt udp,
    OptionalInt icmp,
    OptionalInt fragments,
    OptionalInt other,
    OptionalInt source) {

  public static final TrafficRates NONE =
      new TrafficRates(
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty());
}
