package io.breakwater.appliance.daemon;

import io.breakwater.appliance.journal.JournalEvent.PortDown;
import io.breakwater.appliance.journal.JournalEvent.PortUp;
import java.util.ArrayList;
import java.util.List;

/**
 * Notices links that come up and go down, by asking now and then.
 *
 * <p>Asking needs no interrupt thread of DPDK, works with every driver, and costs a call a second.
 * A link that goes down and up between two askings is not noticed. Called from the control thread
 * only.
 */
final class LinkWatch {

  /** The state of a port's link. */
  interface Link {
    String port();

    String deviceName();

    boolean up();

    /** 0 or less where the driver doesn't say. */
    long speedMbps();
  }

  private final List<? extends Link> links;
  private final EventLog events;
  private final List<Boolean> lastUp = new ArrayList<>();

  LinkWatch(List<? extends Link> links, EventLog events) {
    this.links = links;
    this.events = events;
  }

  /** Records what has changed since the last time; the first time, the state of all links. */
  void poll() {
    for (int i = 0; i < links.size(); i++) {
      Link link = links.get(i);
      boolean up = link.up();
      if (i == lastUp.size()) {
        lastUp.add(!up);
      }
      if (up != lastUp.get(i)) {
        events.record(
            up
                ? new PortUp(link.port(), link.deviceName(), Math.max(0, link.speedMbps()))
                : new PortDown(link.port(), link.deviceName()));
        lastUp.set(i, up);
      }
    }
  }
}
