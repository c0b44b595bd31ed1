package io.breakwater.appliance.daemon;

import io.breakwater.appliance.CommandException;
import io.breakwater.config.Appliance;
import io.breakwater.config.Port;
import io.breakwater.dpdk.DpdkException;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.PortOptions;
import io.breakwater.workers.worker.HostPort;
import io.breakwater.workers.worker.HostRings;
import io.breakwater.workers.worker.HostThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The kernel's sides of the ports: a TAP interface (DPDK's net_tap) for each port with a {@code
 * host}, its addresses and state, and the thread that moves the packets
 * (docs/decisions/0010-host-interface.md).
 *
 * <p>Made before the workers, started after them, closed between workers and ports; then the
 * interfaces are gone. Control thread only.
 */
final class HostInterfaces implements AutoCloseable {

  private static final Logger LOG = LogManager.getLogger("breakwater");

  private static final Path TUN = Path.of("/dev/net/tun");

  /** Slots of a TAP's queue: it takes a buffer for each, and the kernel queues itself. */
  static final int DESCRIPTORS = 64;

  /** One interface; the kernel's state of it as we have set it. */
  private static final class Tap {
    private final int port;
    private final String device;
    private final long mac;
    private final io.breakwater.dpdk.Port dpdk;
    private Set<String> addresses = new LinkedHashSet<>();
    private final HostCarrier carrier;

    Tap(int port, String device, long mac, io.breakwater.dpdk.Port dpdk) {
      this.port = port;
      this.device = device;
      this.mac = mac;
      this.dpdk = dpdk;
      carrier = new HostCarrier(device, IpCommand::run);
    }
  }

  private final List<Tap> taps = new ArrayList<>();
  private HostRings rings = HostRings.none();
  private HostThread thread;

  private HostInterfaces() {}

  /**
   * Makes the interfaces, which stay down.
   *
   * @param ports open
   * @throws CommandException where one can't be made; none is left then
   */
  static HostInterfaces open(
      Appliance configuration, OpenPorts ports, PacketPool pool, PoolPlan plan, int workers) {
    HostInterfaces opened = new HostInterfaces();
    try {
      opened.open(ports.list(), pool);
      if (!opened.taps.isEmpty()) {
        opened.rings =
            HostRings.create("host", pool, hasInterface(configuration), workers, plan.hostRing());
      }
      opened.thread = new HostThread(opened.rings, pool, opened.hostPorts(ports.list()));
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static boolean[] hasInterface(Appliance configuration) {
    boolean[] has = new boolean[configuration.ports().size()];
    for (int i = 0; i < has.length; i++) {
      has[i] = configuration.ports().get(i).host().isPresent();
    }
    return has;
  }

  private void open(List<OpenPort> ports, PacketPool pool) {
    for (int i = 0; i < ports.size(); i++) {
      Port settings = ports.get(i).settings();
      if (settings.host().isEmpty()) {
        LOG.info(
            "port {}: no host interface (host: {interface: NAME}): what is for the host is counted"
                + " and ends here",
            settings.name());
        continue;
      }
      taps.add(open(i, ports.get(i), settings.host().get().name(), pool));
    }
  }

  private static Tap open(int index, OpenPort port, String device, PacketPool pool) {
    String what = "port %s: host interface %s ".formatted(port.port(), device);
    if (!Files.exists(TUN)) {
      throw CommandException.failure(
          what
              + "can't be made: there is no /dev/net/tun: load the kernel's module (modprobe tun),"
              + " or give the container --device /dev/net/tun");
    }
    if (HostSysctls.exists(device)) {
      throw CommandException.failure(
          what + "exists already: give it another name, or remove it (ip link delete)");
    }
    boolean ipv6 = port.settings().addresses().stream().anyMatch(own -> own.address().isIpv6());
    if (ipv6 && !HostSysctls.hasIpv6()) {
      throw CommandException.failure(
          what + "can't have the port's IPv6 addresses: this kernel does no IPv6");
    }
    long mac = port.device().mac();
    String description =
        "net_tap_host%d,iface=%s,mac=%s"
            .formatted(index, device, new io.breakwater.config.MacAddress(mac));
    try {
      var dpdk =
          io.breakwater.dpdk.Port.open(
              description,
              PortOptions.of(pool)
                  .withDescriptors(DESCRIPTORS, DESCRIPTORS)
                  .withMtuBytes(port.settings().mtuBytes()));
      return new Tap(index, device, mac, dpdk);
    } catch (DpdkException e) {
      throw CommandException.failure(
          what + "can't be made; it takes root or CAP_NET_ADMIN: " + e.getMessage(), e);
    }
  }

  private List<HostPort> hostPorts(List<OpenPort> ports) {
    return taps.stream()
        .map(tap ->
            new HostPort(tap.port, tap.dpdk, tap.mac, ports.get(tap.port).settings().mtuBytes()))
        .toList();
  }

  HostRings rings() {
    return rings;
  }

  /** The kernel's sides of the ports that have one. */
  List<HostPort> ports() {
    return thread.ports();
  }

  /** What broke the thread, or null. */
  Throwable failure() {
    return thread.failure();
  }

  /** Brings the interfaces up, with their addresses, and begins to move packets. */
  void start(Appliance configuration) {
    for (Tap tap : taps) {
      String name = configuration.ports().get(tap.port).name();
      List<String> readOnly = HostSysctls.set(tap.device);
      if (!readOnly.isEmpty()) {
        LOG.warn(
            "host interface {}: set these yourself: sysctl -w {}",
            tap.device,
            String.join(" ", readOnly));
      }
      try {
        IpCommand.run(List.of("link set dev %s addrgenmode none".formatted(tap.device)));
        tap.dpdk.start();
        setAddresses(tap, configuration);
      } catch (IOException e) {
        throw CommandException.failure(
            "port %s: host interface %s can't be set up; it takes root or CAP_NET_ADMIN: %s"
                .formatted(name, tap.device, e.getMessage()),
            e);
      }
      LOG.info(
          "port {}: host interface {} carries {}",
          name,
          tap.device,
          String.join(" ", tap.addresses));
    }
    thread.start();
  }

  /** Gives the interfaces the addresses of a configuration that went live. */
  void reconfigure(Appliance configuration) {
    for (Tap tap : taps) {
      try {
        setAddresses(tap, configuration);
      } catch (IOException e) {
        LOG.warn(
            "host interface {}: not all addresses were changed: {}", tap.device, e.getMessage());
      }
    }
  }

  private static void setAddresses(Tap tap, Appliance configuration) throws IOException {
    Port port = configuration.ports().get(tap.port);
    Set<String> wanted = HostAddresses.of(configuration, port, tap.mac);
    if (!HostSysctls.hasIpv6()) {
      wanted.removeIf(address -> address.contains(":"));
    }
    List<String> commands = HostAddresses.change(tap.device, tap.addresses, wanted);
    tap.addresses = wanted;
    if (!commands.isEmpty()) {
      IpCommand.run(commands);
    }
  }

  /** Passes on to the kernel which links are up. */
  void followLinks(List<OpenPort> ports) {
    for (Tap tap : taps) {
      tap.carrier.follow(ports.get(tap.port).up());
    }
  }

  /** Ends the thread, removes the interfaces, and gives all buffers back. Workers have ended. */
  @Override
  public void close() {
    if (thread != null) {
      try {
        thread.stop();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw CommandException.failure("interrupted while the host thread was stopping", e);
      }
    }
    taps.forEach(tap -> tap.dpdk.close());
    taps.clear();
    rings.close();
  }
}
