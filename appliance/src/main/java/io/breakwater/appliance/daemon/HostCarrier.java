package io.breakwater.appliance.daemon;

import java.io.IOException;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Passes on to the kernel whether a port's link is up: a host interface whose port has lost its
 * link has no carrier, keeps its addresses, and a routing daemon notices at once.
 *
 * <p>The kernel is told of changes only; of one that it refused again and again, and the log once.
 * Control thread only.
 */
final class HostCarrier {

  private static final Logger LOG = LogManager.getLogger("breakwater");

  /** Who carries out commands of {@code ip}: {@link IpCommand}. */
  interface Commands {
    void run(List<String> commands) throws IOException;
  }

  private final String device;
  private final Commands commands;
  private boolean carrier = true;
  private boolean isRefusalTold;

  /**
   * @param device the interface, which has carrier as it is made
   */
  HostCarrier(String device, Commands commands) {
    this.device = device;
    this.commands = commands;
  }

  /** The link is up or down now. */
  void follow(boolean up) {
    if (up == carrier) {
      return;
    }
    try {
      commands.run(List.of("link set dev %s carrier %s".formatted(device, up ? "on" : "off")));
      carrier = up;
    } catch (IOException e) {
      if (!isRefusalTold) {
        LOG.warn("host interface {} does not follow the link: {}", device, e.getMessage());
      }
      isRefusalTold = true;
    }
  }
}
