package io.breakwater.appliance.daemon;

import io.breakwater.appliance.journal.JournalEvent.NeighbourLost;
import io.breakwater.appliance.journal.JournalEvent.NeighbourResolved;
import io.breakwater.config.IpAddress;
import io.breakwater.config.MacAddress;
import io.breakwater.workers.stage.NeighbourEvents;
import java.util.List;

/** Tells journal and log which neighbours were found and lost. Control thread only. */
final class NeighbourJournal implements NeighbourEvents {

  private final List<OpenPort> ports;
  private final EventLog events;

  NeighbourJournal(List<OpenPort> ports, EventLog events) {
    this.ports = ports;
    this.events = events;
  }

  @Override
  public void resolved(int port, boolean ipv6, long high, long low, long mac) {
    events.record(
        new NeighbourResolved(
            ports.get(port).port(),
            address(ipv6, high, low).toString(),
            new MacAddress(mac).toString()));
  }

  @Override
  public void lost(int port, boolean ipv6, long high, long low) {
    events.record(new NeighbourLost(ports.get(port).port(), address(ipv6, high, low).toString()));
  }

  private static IpAddress address(boolean ipv6, long high, long low) {
    return ipv6 ? IpAddress.ipv6(high, low) : IpAddress.ipv4((int) low);
  }
}
