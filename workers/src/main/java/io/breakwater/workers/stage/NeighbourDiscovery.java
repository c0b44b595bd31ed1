package io.breakwater.workers.stage;

import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.Deadlines;
import io.breakwater.workers.table.NeighbourKey;
import io.breakwater.workers.table.NeighbourTable;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.SlotLists;
import io.breakwater.workers.table.TokenBucket;

/**
 * Keeps the {@link NeighbourTable}: asks for Ethernet addresses, takes what is told, verifies, and
 * gives up. ARP (RFC 826, with the time-outs of RFC 1122 2.3.2.1, "unicast poll") and neighbour
 * discovery (RFC 4861 7) are one state machine here.
 *
 * <pre>
 *               told                     30 s                     3 x 1 s unanswered
 *  INCOMPLETE ---------> REACHABLE -----------------> PROBE --------------------------+
 *  asks everybody,  ^         ^                       asks by unicast,                |
 *  each second      |         +--- told --------------each second                     |
 *      |            +--- (configured neighbours: lost, asked for again) --------------+
 *      | 3 unanswered, dynamic only                       (dynamic neighbours: removed)
 *      v
 *  FAILED: silent for 5 s, then removed                  PINNED: by the operator, never changes
 * </pre>
 *
 * <p>Neighbours of the configuration are asked for until they answer. Others ("dynamic": somebody
 * asked us, or a packet is for them) exist only in connected subnets and only as many as the table
 * has slots for; when none is free the one that has been unresolved longest gives way, and only
 * when there is none of those the one that was heard of longest ago. Questions about dynamic
 * neighbours are limited in all, so that a scan of a subnet makes no storm (RFC 6583 5).
 *
 * <p>What is told unasked creates nothing, and changes no pinned entry. A changed Ethernet address
 * is verified by a unicast question a second later. All of ARP and unsecured discovery can be
 * forged by a station on the link; pin the gateways where that matters.
 *
 * <p>Threading: all methods on the first worker's thread. Time is that of the last {@link #tick},
 * which is called once each turn. Cost: a tick with nothing due is a comparison. Nothing is
 * allocated after construction.
 */
public final class NeighbourDiscovery implements NeighbourListener {

  /** RFC 4861 10: REACHABLE_TIME. */
  public static final long REACHABLE_NS = 30_000_000_000L;

  /** RFC 4861 10: RETRANS_TIMER; RFC 1122 2.3.2.1: at most one ARP request a second. */
  public static final long RETRANSMIT_NS = 1_000_000_000L;

  /** RFC 4861 10: DELAY_FIRST_PROBE_TIME, also how long a dynamic failure is remembered. */
  public static final long DELAY_NS = 5_000_000_000L;

  /** RFC 4861 10: MAX_MULTICAST_SOLICIT and MAX_UNICAST_SOLICIT. */
  public static final int PROBES_MAX = 3;

  /** Most frames sent in one tick. */
  public static final int REQUESTS_PER_TICK_MAX = 16;

  /** Most questions about dynamic neighbours in a second, and at once. */
  public static final int DYNAMIC_REQUESTS_PER_SECOND = 1000;

  public static final int DYNAMIC_REQUESTS_BURST = 100;

  /** How long a question waits that is over the limit. */
  private static final long POSTPONE_NS = 100_000_000L;

  private static final byte UNUSED = 0;
  private static final byte INCOMPLETE = 1;
  private static final byte REACHABLE = 2;
  private static final byte PROBE = 3;
  private static final byte FAILED = 4;
  private static final byte PINNED = 5;

  /** Lists of dynamic slots. */
  private static final int FREE = 0;

  private static final int UNRESOLVED = 1;
  private static final int RESOLVED = 2;

  private static final PortSettings[] NO_PORTS = {};

  private final PacketMemory memory;
  private final NeighbourTable table;
  private final NeighbourEvents events;
  private final byte[] states;
  private final byte[] probes;
  private final Deadlines deadlines;
  private final SlotLists dynamic;
  private final TokenBucket dynamicRequests;

  private PortSettings[] ports = NO_PORTS;

  /** Of the tables before: no slot from here on is a configured neighbour's. */
  private int configuredSlots;

  private long nowNs;
  private long evicted;

  /**
   * @param memory where the originator's frames are
   * @param table its only writer is this object
   * @param startNs the clock of {@link #tick} now
   */
  public NeighbourDiscovery(
      PacketMemory memory, NeighbourTable table, NeighbourEvents events, long startNs) {
    this.memory = memory;
    this.table = table;
    this.events = events;
    nowNs = startNs;
    states = new byte[table.slots()];
    probes = new byte[table.slots()];
    deadlines = new Deadlines(table.slots());
    dynamicRequests = new TokenBucket(DYNAMIC_REQUESTS_PER_SECOND, DYNAMIC_REQUESTS_BURST, startNs);
    dynamic = new SlotLists(table.slots(), 3);
    for (int slot = table.configuredMax() + 1; slot < table.slots(); slot++) {
      dynamic.append(slot, FREE);
    }
  }

  // ---------------------------------------------------------------- configuration

  /**
   * Takes the neighbours of new forwarding tables. What is known of a neighbour that keeps its slot
   * stays; one that is gone is removed; a pinned one is known at once; another is asked for in the
   * next tick, unless it was known as a dynamic one.
   *
   * <p>Other workers may see a slot's old neighbour until this has run: a slot is given to another
   * neighbour only after all workers have left the tables in which it had the old one.
   *
   * @param bySlot index is the slot; element 0 and unused slots are null; at most configuredMax + 1
   *     long, without two equal neighbours
   */
  public void configure(NeighbourKey[] bySlot) {
    if (bySlot.length > table.configuredMax() + 1) {
      throw new IllegalArgumentException(
          "more neighbours than the table has slots for: slots="
              + (bySlot.length - 1)
              + " configuredMax="
              + table.configuredMax());
    }
    // Not over all slots that there may be: the worker polls nothing meanwhile.
    int slots = Math.max(configuredSlots, bySlot.length);
    configuredSlots = bySlot.length;
    for (int slot = 1; slot < slots; slot++) {
      NeighbourKey key = slot < bySlot.length ? bySlot[slot] : null;
      if (states[slot] != UNUSED && !isSame(slot, key)) {
        remove(slot);
      }
    }
    for (int slot = 1; slot < bySlot.length; slot++) {
      if (bySlot[slot] != null) {
        configure(slot, bySlot[slot]);
      }
    }
  }

  private boolean isSame(int slot, NeighbourKey key) {
    return key != null
        && table.portOf(slot) == key.port()
        && table.isIpv6(slot) == key.ipv6()
        && table.highOf(slot) == key.high()
        && table.lowOf(slot) == key.low()
        && (states[slot] == PINNED) == (key.pinnedMac() >= 0);
  }

  private void configure(int slot, NeighbourKey key) {
    long mac = key.pinnedMac();
    if (states[slot] == UNUSED) {
      long known = takeOver(key);
      table.put(slot, key.port(), key.ipv6(), key.high(), key.low());
      if (mac < 0) {
        begin(slot, INCOMPLETE, nowNs);
        if (known != 0) {
          resolve(slot, known, nowNs);
        }
      }
    }
    if (mac >= 0) {
      states[slot] = PINNED;
      table.resolve(slot, mac);
    }
  }

  /** Removes the dynamic entry of a neighbour that gets a configured slot; its MAC, or 0. */
  private long takeOver(NeighbourKey key) {
    int old = table.find(key.port(), key.ipv6(), key.high(), key.low());
    if (old < 0) {
      return 0;
    }
    if (isConfigured(old)) {
      throw new IllegalArgumentException("two slots for one neighbour: slot=" + old + " " + key);
    }
    long hop = table.hop(old);
    remove(old);
    return NeighbourTable.mac(hop);
  }

  // ---------------------------------------------------------------- what the stages learn

  /**
   * {@inheritDoc}
   *
   * <p>RFC 826's merge, RFC 4861 7.2.5: only an existing entry changes. Callers have applied the
   * override flag.
   */
  @Override
  public void answered(int port, boolean ipv6, long high, long low, long mac) {
    int slot = table.find(port, ipv6, high, low);
    if (slot < 0 || !isAcceptable(port, mac)) {
      return;
    }
    switch (states[slot]) {
      case INCOMPLETE, FAILED -> resolve(slot, mac, nowNs + REACHABLE_NS);
      case REACHABLE -> change(slot, mac);
      case PROBE -> {
        if (NeighbourTable.mac(table.hop(slot)) == mac) {
          begin(slot, REACHABLE, nowNs + REACHABLE_NS);
          touch(slot);
        } else {
          change(slot, mac);
        }
      }
      default -> {}
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>RFC 826, RFC 4861 7.2.3: it is entered, if it is in a connected subnet; that it asks does
   * not show that it hears us, so it is verified soon.
   */
  @Override
  public void asked(int port, boolean ipv6, long high, long low, long mac) {
    if (!isAcceptable(port, mac)) {
      return;
    }
    int slot = table.find(port, ipv6, high, low);
    if (slot < 0) {
      slot = create(port, ipv6, high, low);
      if (slot < 0) {
        return;
      }
    }
    switch (states[slot]) {
      case INCOMPLETE, FAILED -> resolve(slot, mac, nowNs + DELAY_NS);
      case REACHABLE, PROBE -> change(slot, mac);
      default -> {}
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>For a neighbour that is known it means doubt: it is verified within a second.
   */
  @Override
  public void wanted(int port, boolean ipv6, long high, long low) {
    int slot = table.find(port, ipv6, high, low);
    if (slot < 0) {
      create(port, ipv6, high, low);
    } else if (states[slot] == REACHABLE) {
      dueWithin(slot, RETRANSMIT_NS);
    }
  }

  // ---------------------------------------------------------------- time

  /**
   * Does what is due, at most {@link #REQUESTS_PER_TICK_MAX} steps of it; the rest waits for the
   * next tick, as does everything while the originator has no buffer.
   *
   * @param nowNs any clock, the same for all ticks
   * @param ports by index
   */
  public void tick(long nowNs, PortSettings[] ports, Originator originator) {
    this.nowNs = nowNs;
    this.ports = ports;
    for (int i = 0; i < REQUESTS_PER_TICK_MAX && deadlines.isDue(nowNs); i++) {
      if (!advance(deadlines.earliest(), originator)) {
        return;
      }
    }
  }

  /** One step of a neighbour whose time has come; false when there was no buffer. */
  private boolean advance(int slot, Originator originator) {
    switch (states[slot]) {
      case INCOMPLETE -> {
        if (!isConfigured(slot) && probes[slot] == PROBES_MAX) {
          begin(slot, FAILED, nowNs + DELAY_NS);
          return true;
        }
        return ask(slot, 0, originator);
      }
      case REACHABLE, PROBE -> {
        if (states[slot] == REACHABLE) {
          begin(slot, PROBE, nowNs);
        }
        if (probes[slot] < PROBES_MAX) {
          return ask(slot, NeighbourTable.mac(table.hop(slot)), originator);
        }
        lose(slot);
        return true;
      }
      default -> {
        remove(slot);
        return true;
      }
    }
  }

  private boolean ask(int slot, long mac, Originator originator) {
    if (!isConfigured(slot) && !dynamicRequests.take(nowNs)) {
      deadlines.set(slot, nowNs + POSTPONE_NS);
      return true;
    }
    int port = table.portOf(slot);
    boolean ipv6 = table.isIpv6(slot);
    // Without an address of that family there is nobody to answer to.
    if (port < ports.length && PortAddresses.hasAny(ports[port], ipv6)) {
      int frame = originator.allocate();
      if (frame < 0) {
        return false;
      }
      int length =
          ipv6
              ? NeighbourRequests.writeSolicitation(
                  memory, frame, ports[port], table.highOf(slot), table.lowOf(slot), mac)
              : NeighbourRequests.writeArp(
                  memory, frame, ports[port], (int) table.lowOf(slot), mac);
      originator.send(frame, length, port);
    }
    probes[slot] = (byte) Math.min(probes[slot] + 1, PROBES_MAX);
    deadlines.set(slot, nowNs + RETRANSMIT_NS);
    return true;
  }

  private void lose(int slot) {
    if (!isConfigured(slot)) {
      remove(slot);
      return;
    }
    table.unresolve(slot);
    begin(slot, INCOMPLETE, nowNs);
    events.lost(table.portOf(slot), table.isIpv6(slot), table.highOf(slot), table.lowOf(slot));
  }

  // ---------------------------------------------------------------- entries

  /** Dynamic entries that gave way to others, so far. */
  public long evicted() {
    return evicted;
  }

  private boolean isConfigured(int slot) {
    return slot <= table.configuredMax();
  }

  /** A station's address, and not our own. */
  private boolean isAcceptable(int port, long mac) {
    return PortAddresses.isStation(mac) && (port >= ports.length || ports[port].mac() != mac);
  }

  /** A dynamic entry, to be asked for in the next tick; -1 when it may not be. */
  private int create(int port, boolean ipv6, long high, long low) {
    if (port >= ports.length || !isPossible(ports[port], ipv6, high, low)) {
      return -1;
    }
    int slot = freeSlot();
    if (slot >= 0) {
      table.put(slot, port, ipv6, high, low);
      begin(slot, INCOMPLETE, nowNs);
      dynamic.append(slot, UNRESOLVED);
    }
    return slot;
  }

  private static boolean isPossible(PortSettings port, boolean ipv6, long high, long low) {
    if (ipv6) {
      return PortAddresses.connected(port, high, low) >= 0
          && !PortAddresses.owns(port, high, low)
          && !PortAddresses.isNoHost(high, low);
    }
    int address = (int) low;
    return PortAddresses.connected(port, address) >= 0
        && !PortAddresses.owns(port, address)
        && !PortAddresses.isSubnetBroadcast(port, address)
        && PortAddresses.isHost(address);
  }

  private int freeSlot() {
    int slot = dynamic.first(FREE);
    if (slot >= 0) {
      return slot;
    }
    int victim = dynamic.first(UNRESOLVED);
    if (victim < 0) {
      victim = dynamic.first(RESOLVED);
    }
    if (victim >= 0) {
      remove(victim);
      evicted++;
    }
    return victim;
  }

  private void begin(int slot, byte state, long dueNs) {
    states[slot] = state;
    probes[slot] = 0;
    deadlines.set(slot, dueNs);
  }

  private void resolve(int slot, long mac, long dueNs) {
    table.resolve(slot, mac);
    begin(slot, REACHABLE, dueNs);
    touch(slot);
    reportResolved(slot, mac);
  }

  /** Another station has the address now, if {@code mac} is another: it is verified. */
  private void change(int slot, long mac) {
    touch(slot);
    if (NeighbourTable.mac(table.hop(slot)) == mac) {
      return;
    }
    table.resolve(slot, mac);
    states[slot] = REACHABLE;
    dueWithin(slot, RETRANSMIT_NS);
    reportResolved(slot, mac);
  }

  private void dueWithin(int slot, long delayNs) {
    if (deadlines.dueNs(slot) - nowNs > delayNs) {
      deadlines.set(slot, nowNs + delayNs);
    }
  }

  private void touch(int slot) {
    if (!isConfigured(slot)) {
      dynamic.append(slot, RESOLVED);
    }
  }

  private void reportResolved(int slot, long mac) {
    if (isConfigured(slot)) {
      events.resolved(
          table.portOf(slot), table.isIpv6(slot), table.highOf(slot), table.lowOf(slot), mac);
    }
  }

  private void remove(int slot) {
    table.remove(slot);
    states[slot] = UNUSED;
    deadlines.clear(slot);
    if (!isConfigured(slot)) {
      dynamic.append(slot, FREE);
    }
  }
}
