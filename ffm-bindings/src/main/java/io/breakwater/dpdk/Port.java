package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A network port: a NIC or one of DPDK's virtual devices, with its queues.
 *
 * <p>Opened, started, stopped, closed, in this order; closing stops first. These calls come from
 * one thread at a time, and nobody may be inside a burst of the port when it stops. Counters and
 * link state may be read by any thread. Each queue belongs to one thread.
 *
 * <p>With several receive queues the port spreads packets by a symmetric Toeplitz hash: both
 * directions of a flow reach the same queue, if the driver can hash.
 */
public final class Port implements AutoCloseable {
  /** Drivers that make system calls inside a burst: too long for a critical downcall. */
  private static final Set<String> BLOCKING_DRIVERS =
      Set.of(
          "net_af_packet",
          "net_af_xdp",
          "net_memif",
          "net_pcap",
          "net_tap",
          "net_tun",
          "net_vhost",
          "net_virtio_user");

  /** DPDK's numbers of the ports that are open: opening one twice would pull it from under us. */
  private static final Set<Integer> OPEN = ConcurrentHashMap.newKeySet();

  private enum State {
    STOPPED,
    STARTED,
    CLOSED
  }

  private final PortDevice device;
  private final PortLimits limits;
  private final RxQueue[] rxQueues;
  private final TxQueue[] txQueues;
  private State state = State.STOPPED;

  private Port(PortDevice device, PortLimits limits, PortOptions options) {
    this.device = device;
    this.limits = limits;
    this.rxQueues = new RxQueue[options.rxQueues()];
    this.txQueues = new TxQueue[options.txQueues()];
    for (int i = 0; i < rxQueues.length; i++) {
      rxQueues[i] = new RxQueue(device.port(), i, options.pool(), blocking());
    }
    for (int i = 0; i < txQueues.length; i++) {
      txQueues[i] = new TxQueue(device.port(), i, options.pool(), blocking());
    }
  }

  /**
   * What a device can do. Creates the device if it is a virtual one; {@link #open} finds it then.
   *
   * @param device as for {@link #open}
   */
  public static PortLimits probe(String device) {
    return PortDevice.attach(device).info().limits();
  }

  /**
   * Opens and configures a port. It receives only after {@link #start}.
   *
   * @param device PCI address, or a vdev with its arguments such as {@code net_tap0,iface=bw0}
   * @throws DpdkException when there is no such device, or it can't do what the options want
   */
  public static Port open(String device, PortOptions options) {
    return configure(PortDevice.attach(device), options);
  }

  static Port configure(PortDevice device, PortOptions options) {
    if (!OPEN.add(device.port())) {
      throw new DpdkException(
          "the device is open already: device=" + device.name() + "; give each port its own");
    }
    try {
      return new Port(device, PortSetup.apply(device, options), options);
    } catch (DpdkException e) {
      try {
        detach(device);
      } catch (DpdkException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  private static void detach(PortDevice device) {
    device.detach();
    OPEN.remove(device.port());
  }

  /** Starts to receive. */
  public void start() {
    if (state != State.STOPPED) {
      throw new IllegalStateException(
          "only a stopped port can start: device=" + device.name() + " state=" + state);
    }
    NativeError.check(
        Shim.portStart(device.port()), "rte_eth_dev_start", "device=" + device.name());
    state = State.STARTED;
  }

  /** Stops to receive and to send. What the driver holds stays with it until {@link #close}. */
  public void stop() {
    if (state == State.STARTED) {
      NativeError.check(
          Shim.portStop(device.port()), "rte_eth_dev_stop", "device=" + device.name());
      state = State.STOPPED;
    }
  }

  /** Stops, gives the driver's buffers back to the pool, and removes the device if virtual. */
  @Override
  public void close() {
    if (state != State.CLOSED) {
      stop();
      state = State.CLOSED;
      detach(device);
    }
  }

  /** DPDK's name of the device. */
  public String deviceName() {
    return device.name();
  }

  /** DPDK's poll-mode driver. */
  public String driverName() {
    return limits.driverName();
  }

  /** Receive queues that it was opened with. */
  public int rxQueues() {
    return rxQueues.length;
  }

  /** Transmit queues that it was opened with. */
  public int txQueues() {
    return txQueues.length;
  }

  /** Receive queues that the device could have. */
  public int maxRxQueues() {
    return limits.rxQueuesMax();
  }

  /** Transmit queues that the device could have. */
  public int maxTxQueues() {
    return limits.txQueuesMax();
  }

  /** Entries of the device's table from hashes to receive queues, 0 if it has none. */
  public int rssTableEntries() {
    return limits.rssTableEntries();
  }

  /** Whether the driver makes system calls inside a burst. */
  public boolean blocking() {
    return BLOCKING_DRIVERS.contains(limits.driverName());
  }

  /** A receive queue, 0-based. */
  public RxQueue rxQueue(int index) {
    return rxQueues[index];
  }

  /** A transmit queue, 0-based. */
  public TxQueue txQueue(int index) {
    return txQueues[index];
  }

  /** The MAC address: 48 bits, its first byte highest. */
  public long mac() {
    long mac = Shim.portMac(device.port());
    NativeError.check((int) Math.min(mac, 0), "rte_eth_macaddr_get", "device=" + device.name());
    return mac;
  }

  /** Largest layer-3 packet. */
  public int mtuBytes() {
    return NativeError.check(
        Shim.portMtu(device.port()), "rte_eth_dev_get_mtu", "device=" + device.name());
  }

  /** Whether the link is up. */
  public boolean linkUp() {
    return link("up") == 1;
  }

  /** Speed of the link in Mbit/s; 0 when it is down, -1 when the driver can't tell. */
  public int linkSpeedMbps() {
    return link("speed_mbps");
  }

  private int link(String member) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment link = arena.allocate(SharedLayout.LINK);
      NativeError.check(
          Shim.portLink(device.port(), link), "rte_eth_link_get_nowait", "device=" + device.name());
      return link.get(JAVA_INT, SharedLayout.offset(SharedLayout.LINK, member));
    }
  }

  /** The counters that every driver has. */
  public PortStatistics statistics() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment struct = arena.allocate(SharedLayout.STATISTICS);
      NativeError.check(
          Shim.portStatistics(device.port(), struct),
          "rte_eth_stats_get",
          "device=" + device.name());
      long[] values = struct.toArray(JAVA_LONG);
      return new PortStatistics(
          values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7]);
    }
  }

  /** Every counter that the driver has, by DPDK's name for it. */
  public Map<String, Long> xstats() {
    String arguments = "device=" + device.name();
    try (Arena arena = Arena.ofConfined()) {
      int capacity =
          NativeError.check(
              Shim.portXstats(device.port(), MemorySegment.NULL, 0),
              "rte_eth_xstats_get",
              arguments);
      MemorySegment xstats = arena.allocate(SharedLayout.XSTAT, capacity);
      int count =
          NativeError.check(
              Shim.portXstats(device.port(), xstats, capacity), "rte_eth_xstats_get", arguments);
      long value = SharedLayout.offset(SharedLayout.XSTAT, "value");
      Map<String, Long> byName = new LinkedHashMap<>();
      for (int i = 0; i < Math.min(count, capacity); i++) {
        long offset = i * SharedLayout.XSTAT.byteSize();
        byName.put(xstats.getString(offset), xstats.get(JAVA_LONG, offset + value));
      }
      return byName;
    }
  }

  /**
   * How the port's driver says that it spreads packets over its receive queues; empty where it does
   * not, or has one queue only.
   */
  public Optional<PortRss> rss() {
    return rxQueues.length == 1 ? Optional.empty() : PortRss.of(device);
  }

  /**
   * Sets which queue the lowest bits of the hash lead to.
   *
   * @param queues as many as the driver's table has entries
   * @return whether the driver took it
   */
  public boolean setRssTable(int[] queues) {
    return PortRss.setTable(device, queues);
  }

  /** Keeps the next IP packets of a receive queue, at most so many. */
  public PacketSample sample(int queue, int capacity) {
    return PacketSample.start(device, queue, capacity);
  }

  /** DPDK's number of the port. */
  int number() {
    return device.port();
  }
}
