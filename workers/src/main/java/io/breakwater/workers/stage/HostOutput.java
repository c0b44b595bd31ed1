package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Arp;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Icmpv6;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.Destination;
import io.breakwater.workers.table.HostClass;
import io.breakwater.workers.table.HostRules;
import io.breakwater.workers.table.KernelFlows;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.PrefixTable;
import io.breakwater.workers.table.TokenBucket;

/**
 * Chooses what the host's own stack is given of the packets of a port that has a host interface,
 * and holds each {@link HostClass} to its rate.
 *
 * <ul>
 *   <li>What has the fate HOST, over its rate {@link DropReason#HOST_RATE_LIMITED}; what is for an
 *       anycast endpoint only where the kernel has that address, since a kernel that forwards would
 *       send it back.
 *   <li>What the kernel must know of its neighbours and we have CONSUMED: ARP replies, gratuitous
 *       ARP requests and neighbour advertisements. The buffer goes on to the kernel, the fate
 *       stays. Requests and solicitations are ours to answer, and the kernel gets none; nor
 *       routers' messages, since routes are the configuration's and the routing daemon's.
 * </ul>
 *
 * <p>The port's own tags are taken off: the interface is untagged. Chosen packets are in {@link
 * #chosen} and have {@link Batch#HOST_PORT} in place of a port.
 *
 * <p>Cost: nothing but a look at the port where there is no host interface; else classification and
 * a token for each packet, and no memory. Only new rates take memory: seven buckets at a reload.
 * Called only from the worker's thread; any thread may read the counters.
 */
public final class HostOutput {

  /** Of workers without host interfaces, and of a replay. */
  public static HostOutput none(int batchCapacity) {
    return new HostOutput(batchCapacity, new boolean[0], new KernelFlows());
  }

  private static final int HOST = Fate.HOST.code();
  private static final int CONSUMED = Fate.CONSUMED.code();
  private static final int RATE_LIMITED = DropReason.HOST_RATE_LIMITED.code();

  /** A bucket holds the packets of so much of a second. */
  private static final int BURSTS_PER_SECOND = 20;

  private static final int BURST_MIN = 32;
  private static final HostClass[] CLASSES = HostClass.values();

  /** Packets of this batch that go to the kernel. */
  public final PacketList chosen;

  private final boolean[] hasInterface;
  private final HostClassifier classifier;
  private final TokenBucket[] buckets = new TokenBucket[CLASSES.length];
  private final WorkerCounter[] passed = new WorkerCounter[CLASSES.length];
  private final WorkerCounter[] limited = new WorkerCounter[CLASSES.length];

  /** Those that the buckets are made for. */
  private HostRules rules;

  /** Of the batch that was begun: null where it has no host interface. */
  private PortSettings port;

  /**
   * @param hasInterface by port's index; ports beyond it have none
   * @param flows shared with who sends for the kernel
   */
  public HostOutput(int batchCapacity, boolean[] hasInterface, KernelFlows flows) {
    this.hasInterface = hasInterface.clone();
    chosen = new PacketList(batchCapacity);
    classifier = new HostClassifier(flows);
    for (int i = 0; i < CLASSES.length; i++) {
      passed[i] = new WorkerCounter();
      limited[i] = new WorkerCounter();
    }
  }

  /** Packets of a class that went to the kernel, or to its full queue. */
  public long passed(HostClass hostClass) {
    return passed[hostClass.ordinal()].value();
  }

  /** Packets of a class that were over its rate. */
  public long limited(HostClass hostClass) {
    return limited[hostClass.ordinal()].value();
  }

  /** Index of the port that the chosen packets came in by: where there are some. */
  public int portIndex() {
    return port.index();
  }

  /** Begins a batch that came in on {@code from}. */
  public void begin(PortSettings from, HostRules latest, long nowNs) {
    chosen.clear();
    boolean concerned = from.index() < hasInterface.length && hasInterface[from.index()];
    port = concerned ? from : null;
    if (concerned && latest != rules) {
      setRates(latest, nowNs);
    }
  }

  private void setRates(HostRules latest, long nowNs) {
    for (int i = 0; i < CLASSES.length; i++) {
      int rate = latest.packetsPerSecond().get(i);
      if (rules == null || rate != rules.packetsPerSecond().get(i)) {
        int burst = Math.max(BURST_MIN, rate / BURSTS_PER_SECOND);
        buckets[i] = new TokenBucket(rate, burst, nowNs);
      }
    }
    rules = latest;
  }

  /** Takes ARP packets that have their fate. */
  public void takeArp(PacketMemory memory, Batch batch, PacketList arp, long nowNs) {
    if (port == null) {
      return;
    }
    for (int k = 0; k < arp.count; k++) {
      int i = arp.index[k];
      if (batch.fate(i) == CONSUMED && tellsOfANeighbour(memory, batch.network(i))) {
        take(memory, batch, i, HostClass.NEIGHBOUR, nowNs);
      }
    }
  }

  private boolean tellsOfANeighbour(PacketMemory memory, int arp) {
    int sender = Arp.senderAddress(memory, arp);
    boolean gratuitous = sender == Arp.targetAddress(memory, arp);
    return (gratuitous || Arp.operation(memory, arp) == Arp.REPLY)
        && Arp.senderMac(memory, arp) != port.mac()
        && !PortAddresses.owns(port, sender);
  }

  /** Takes neighbour discovery messages that have their fate. */
  public void takeDiscovery(PacketMemory memory, Batch batch, PacketList messages, long nowNs) {
    if (port == null) {
      return;
    }
    for (int k = 0; k < messages.count; k++) {
      int i = messages.index[k];
      int network = batch.network(i);
      int icmpv6 = network + Ipv6.HEADER_BYTES;
      if (batch.fate(i) == CONSUMED
          && memory.u8(icmpv6) == Icmpv6.NEIGHBOUR_ADVERTISEMENT
          && !PortAddresses.owns(port, memory.i64(icmpv6 + 8), memory.i64(icmpv6 + 16))) {
        take(memory, batch, i, HostClass.NEIGHBOUR, nowNs);
      }
    }
  }

  /**
   * Takes IPv4 packets for ourselves, of which some have the fate HOST.
   *
   * @param destinations tells endpoints from own addresses
   */
  public void takeIpv4(
      PacketMemory memory, Batch batch, PacketList own, PrefixTable destinations, long nowNs) {
    if (port == null) {
      return;
    }
    boolean endpoints = rules.endpointsByPort().get(port.index());
    for (int k = 0; k < own.count; k++) {
      int i = own.index[k];
      if (batch.fate(i) == HOST
          && (endpoints || destinations.find(batch.destinations[i]) != Destination.ENDPOINT)) {
        take(memory, batch, i, classifier.ofIpv4(memory, batch.network(i), port), nowNs);
      }
    }
  }

  /** The same of IPv6. */
  public void takeIpv6(
      PacketMemory memory, Batch batch, PacketList own, PrefixTable destinations, long nowNs) {
    if (port == null) {
      return;
    }
    boolean endpoints = rules.endpointsByPort().get(port.index());
    for (int k = 0; k < own.count; k++) {
      int i = own.index[k];
      int network = batch.network(i);
      if (batch.fate(i) == HOST
          && (endpoints
              || destinations.find(
                      Ipv6.destinationHigh(memory, network), Ipv6.destinationLow(memory, network))
                  != Destination.ENDPOINT)) {
        take(memory, batch, i, classifier.ofIpv6(memory, network, port), nowNs);
      }
    }
  }

  private void take(PacketMemory memory, Batch batch, int i, HostClass hostClass, long nowNs) {
    int at = hostClass.ordinal();
    if (!buckets[at].take(nowNs)) {
      limited[at].increment();
      if (batch.fate(i) == HOST) {
        batch.setFate(i, RATE_LIMITED);
      }
      return;
    }
    passed[at].increment();
    if (port.vlanIds().length > 0) {
      removeTags(memory, batch, i);
    }
    batch.setPort(i, Batch.HOST_PORT);
    chosen.add(i);
  }

  private static void removeTags(PacketMemory memory, Batch batch, int i) {
    int frame = batch.frame(i);
    int untagged = batch.network(i) - Ethernet.HEADER_BYTES;
    long destination = Ethernet.destination(memory, frame);
    long source = Ethernet.source(memory, frame);
    memory.setU48(untagged, destination);
    memory.setU48(untagged + 6, source);
    batch.setLength(i, batch.length(i) - (untagged - frame));
    batch.setFrame(i, untagged);
  }
}
