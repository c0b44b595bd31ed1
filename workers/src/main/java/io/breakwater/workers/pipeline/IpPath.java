package io.breakwater.workers.pipeline;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Fragments;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.pipeline.StageMeters.Stage;
import io.breakwater.workers.stage.DestinationLookup;
import io.breakwater.workers.stage.EgressCheck;
import io.breakwater.workers.stage.EgressOutput;
import io.breakwater.workers.stage.FirewallCheck;
import io.breakwater.workers.stage.FirewallReject;
import io.breakwater.workers.stage.GreEncapsulation;
import io.breakwater.workers.stage.IcmpErrorOutput;
import io.breakwater.workers.stage.Ipv4Input;
import io.breakwater.workers.stage.Ipv6Input;
import io.breakwater.workers.stage.MssClamp;
import io.breakwater.workers.stage.NeighbourListener;
import io.breakwater.workers.stage.TunnelSelection;
import io.breakwater.workers.table.NeighbourTable;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.PrefixTable;

/**
 * The stages of one version of IP, in the order of the packet's way: in from the wire, out of
 * tunnels, into tunnels.
 *
 * <p>The version is decided once for each batch and stage; the loops are the stages' own. Belongs
 * to one {@link Pipeline}.
 */
final class IpPath {

  private static final int DELIVERED = Fate.DELIVERED.code();
  private static final int ANSWERED = Fate.ANSWERED.code();
  private static final int MTU_EXCEEDED = DropReason.MTU_EXCEEDED.code();

  private final boolean ipv6;
  private final PacketMemory memory;
  private final NeighbourTable neighbours;
  private final NeighbourListener neighbourListener;
  private final StageMeters meters;

  private final Ipv4Input ipv4Input;
  private final Ipv6Input ipv6Input = new Ipv6Input();
  private final DestinationLookup lookup;
  private final DestinationLookup groupLookup;
  private final EgressCheck egressCheck;
  private final EgressOutput egressOutput;
  private final ProtectionPath protection;
  private final FirewallCheck firewall;
  private final FirewallReject rejects;
  private final TunnelSelection selection;
  private final GreEncapsulation encapsulation;
  private final MssClamp clamp;
  private final FitPath fit;
  private final Fragments fragments;
  private final IcmpErrorOutput icmpErrorOutput;

  /** Whether a SYN is among the packets of this batch that tunnels may be chosen for. */
  private boolean synSeen;

  private final PacketList valid;

  /** From a tunnel to another tenant: what goes wrong on that way is told to who sent it. */
  private final PacketList betweenTenants;

  private final PacketList errors;
  private final DestinationLookup errorLookup;

  /**
   * @param icmpErrorOutput of both families, like {@code rejects} and {@code fragments}
   */
  IpPath(
      boolean ipv6,
      PipelineBuilder parts,
      IcmpErrorOutput icmpErrorOutput,
      FirewallReject rejects,
      Fragments fragments) {
    int batchCapacity = parts.batchCapacity;
    this.ipv6 = ipv6;
    this.icmpErrorOutput = icmpErrorOutput;
    this.rejects = rejects;
    this.fragments = fragments;
    memory = parts.memory;
    neighbours = parts.neighbours;
    neighbourListener = parts.neighbourListener;
    meters = parts.meters;
    ipv4Input = new Ipv4Input(batchCapacity);
    lookup = new DestinationLookup(batchCapacity);
    groupLookup = new DestinationLookup(batchCapacity);
    egressCheck = new EgressCheck(batchCapacity, ipv6, parts.probeInput);
    egressOutput = new EgressOutput(batchCapacity, ipv6);
    protection = new ProtectionPath(ipv6, parts);
    firewall =
        new FirewallCheck(batchCapacity, ipv6, memory, parts.ruleCounters, parts.firewallLog);
    selection = new TunnelSelection(batchCapacity, ipv6);
    clamp = new MssClamp(ipv6);
    fit = new FitPath(ipv6, memory, batchCapacity, parts.fragmentation, fragments);
    encapsulation = new GreEncapsulation(Math.max(batchCapacity, Fragments.CAPACITY), ipv6);
    valid = new PacketList(batchCapacity);
    betweenTenants = new PacketList(batchCapacity);
    errors = new PacketList(batchCapacity);
    errorLookup = new DestinationLookup(batchCapacity);
  }

  /** Begins a batch. */
  void clear() {
    lookup.clear();
    egressOutput.clear();
    betweenTenants.clear();
    synSeen = false;
  }

  /** Validates what came from the wire, and finds whose it is. */
  void receive(Batch batch, PacketList in, ForwardingTables tables) {
    if (!in.isEmpty()) {
      boolean syn = validate(batch, in, tables);
      receiveValid(batch, valid, syn, tables);
    }
  }

  /**
   * Finds whose the packets are that came from the wire and are known to be valid.
   *
   * @param syn whether a SYN may be among them
   */
  void receiveValid(Batch batch, PacketList in, boolean syn, ForwardingTables tables) {
    synSeen |= syn;
    if (!in.isEmpty()) {
      int before = lookup.found();
      find(batch, in, lookup, tables);
      meters.end(Stage.DESTINATION_LOOKUP, in.count, in.count - (lookup.found() - before));
    }
  }

  /**
   * The same for frames to a group address, of which only what is for ourselves goes on; returns
   * the others.
   */
  PacketList receiveGroup(Batch batch, PacketList in, ForwardingTables tables) {
    groupLookup.clear();
    if (!in.isEmpty()) {
      validate(batch, in, tables);
      find(batch, valid, groupLookup, tables);
      lookup.own.addAll(groupLookup.own);
      groupLookup.tenants.addAll(groupLookup.endpoints);
    }
    return groupLookup.tenants;
  }

  /** Packets for our own addresses, and for endpoints, of this batch. */
  PacketList own() {
    return lookup.own;
  }

  PacketList endpoints() {
    return lookup.endpoints;
  }

  /** Judges what came out of tunnels, and sends it by a port, or on to another tenant. */
  void leaveTunnels(Batch batch, PacketList in, ForwardingTables tables, long nowNs) {
    if (in.isEmpty()) {
      return;
    }
    boolean syn = validate(batch, in, tables);
    egressCheck.process(
        memory, batch, valid, destinations(tables), tables.egressByTenant(), betweenTenants, nowNs);
    egressOutput.process(
        memory,
        batch,
        egressCheck.routed,
        tables.nextHops(),
        neighbours,
        neighbourListener,
        tables.ports());
    meters.end(Stage.EGRESS, in.count, 0);
    if (syn) {
      clampOutOfTunnels(batch, tables);
    }
    if (!egressOutput.oversize.isEmpty()) {
      fit.cutForPorts(batch, egressOutput.oversize, tables.ports());
      meters.end(Stage.FIT, egressOutput.oversize.count, 0);
      // Another list of the batch may come, from tunnels over IPv6: none is cut twice.
      egressOutput.oversize.clear();
    }
  }

  /** The answers to these SYNs come by the same tunnels. */
  private void clampOutOfTunnels(Batch batch, ForwardingTables tables) {
    int[] mss = tables.fit().mss(ipv6);
    clamp.outOfTunnels(memory, batch, egressCheck.routed, mss);
    clamp.outOfTunnels(memory, batch, betweenTenants, mss);
    synSeen |= !betweenTenants.isEmpty();
    meters.end(Stage.FIT, egressCheck.routed.count + betweenTenants.count, 0);
  }

  /** Chooses tunnels, encapsulates, and answers with ICMP errors what can't go on. */
  void deliverToTenants(Batch batch, PortSettings port, ForwardingTables tables, long nowNs) {
    if (!lookup.tenants.isEmpty()) {
      PacketList unsuspected =
          protection.before(
              batch, lookup.tenants, tables.protection(), destinations(tables), port, nowNs);
      PacketList allowed = filter(batch, unsuspected, tables, nowNs);
      answerRejectedSenders(batch, port, nowNs);
      PacketList clean = protection.behind(batch, allowed, tables.protection(), port, nowNs);
      if (deliver(batch, clean, tables)) {
        answerSenders(batch, port, tables, nowNs);
      }
    }
    if (!betweenTenants.isEmpty()) {
      PacketList clean = filter(batch, betweenTenants, tables, nowNs);
      answerRejectedTenants(batch, port, tables, nowNs);
      if (deliver(batch, clean, tables)) {
        answerTenants(batch, selection.expired, selection.tooBig, port, tables, nowNs);
      }
    }
    if (!egressOutput.expired.isEmpty() || !egressOutput.tooBig.isEmpty()) {
      answerTenants(batch, egressOutput.expired, egressOutput.tooBig, port, tables, nowNs);
    }
  }

  /** What of these packets the tenants' firewalls let by. */
  private PacketList filter(Batch batch, PacketList in, ForwardingTables tables, long nowNs) {
    if (tables.firewalls().isEmpty()) {
      firewall.rejected.clear();
      return in;
    }
    firewall.process(memory, batch, in, tables.firewalls(), nowNs);
    meters.end(Stage.FIREWALL, in.count, in.count - firewall.passed.count);
    return firewall.passed;
  }

  private void answerRejectedSenders(Batch batch, PortSettings port, long nowNs) {
    PacketList rejected = firewall.rejected;
    for (int k = 0; k < rejected.count; k++) {
      int i = rejected.index[k];
      rejects.answer(memory, batch, i, firewall.verdict(i), port, nowNs);
    }
  }

  private void answerRejectedTenants(
      Batch batch, PortSettings port, ForwardingTables tables, long nowNs) {
    PacketList rejected = firewall.rejected;
    if (rejected.isEmpty()) {
      return;
    }
    errors.clear();
    for (int k = 0; k < rejected.count; k++) {
      int i = rejected.index[k];
      writeLink(batch, i, port);
      if (rejects.answer(memory, batch, i, firewall.verdict(i), port, nowNs)) {
        errors.add(i);
      }
    }
    sendBackToTenants(batch, tables);
  }

  /** Puts packets into tunnels; returns whether there are some that their senders are told of. */
  private boolean deliver(Batch batch, PacketList in, ForwardingTables tables) {
    selection.process(memory, batch, in, tables.tunnels());
    int refused = selection.expired.count + selection.tooBig.count;
    meters.end(Stage.TUNNEL_SELECTION, in.count, in.count - selection.selected.count - refused);
    if (synSeen) {
      clamp.intoTunnels(memory, batch, selection.selected, tables.fit().mss(ipv6));
      meters.end(Stage.FIT, selection.selected.count, 0);
    }
    if (selection.tooBig.isEmpty()) {
      encapsulate(batch, selection.selected, tables, DELIVERED);
    } else {
      deliverTooBig(batch, tables);
    }
    return selection.expired.count + selection.tooBig.count > 0;
  }

  /** The same when some don't fit their tunnels: of these, leaves those to be answered. */
  private void deliverTooBig(Batch batch, ForwardingTables tables) {
    int tooBig = selection.tooBig.count;
    fit.clear();
    fit.sort(batch, selection.tooBig, selection.selected, tables);
    meters.end(Stage.FIT, tooBig, 0);
    encapsulate(batch, selection.selected, tables, DELIVERED);
    encapsulate(fragments.batch, fit.inner, tables, DELIVERED);
    fit.unite(batch);
    encapsulate(batch, fit.outer, tables, DELIVERED);
    fit.cutOuter(batch, tables, DELIVERED);
    meters.end(Stage.FIT, fit.outer.count, 0);
  }

  /** Errors about packets on their way to a tenant go back to where those came from. */
  private void answerSenders(Batch batch, PortSettings port, ForwardingTables tables, long nowNs) {
    PacketList expired = selection.expired;
    for (int k = 0; k < expired.count; k++) {
      icmpErrorOutput.timeExceeded(memory, batch, expired.index[k], port, nowNs);
    }
    PacketList tooBig = selection.tooBig;
    for (int k = 0; k < tooBig.count; k++) {
      answerTooBig(batch, tooBig.index[k], port, tables, nowNs);
    }
    meters.end(Stage.ICMP_ERROR_OUTPUT, expired.count + tooBig.count, 0);
  }

  /** Errors about packets that came out of a tunnel go to the tenant, through a tunnel. */
  private void answerTenants(
      Batch batch,
      PacketList expired,
      PacketList tooBig,
      PortSettings port,
      ForwardingTables tables,
      long nowNs) {
    errors.clear();
    for (int k = 0; k < expired.count; k++) {
      int i = expired.index[k];
      writeLink(batch, i, port);
      if (icmpErrorOutput.timeExceeded(memory, batch, i, port, nowNs)) {
        errors.add(i);
      }
    }
    for (int k = 0; k < tooBig.count; k++) {
      int i = tooBig.index[k];
      writeLink(batch, i, port);
      if (answerTooBig(batch, i, port, tables, nowNs)) {
        errors.add(i);
      }
    }
    meters.end(Stage.ICMP_ERROR_OUTPUT, expired.count + tooBig.count, 0);
    sendBackToTenants(batch, tables);
  }

  /** Sends what is in {@code errors} to where the packets came from. */
  private void sendBackToTenants(Batch batch, ForwardingTables tables) {
    // The error is for the tenant that sent the packet, not for the one that it was to reach.
    errorLookup.clear();
    find(batch, errors, errorLookup, tables);
    sendToTenants(batch, errorLookup.tenants, tables);
  }

  /** Sends errors that were made of what others told us: through tunnels, or by their routes. */
  void sendErrors(Batch batch, PacketList toTenants, PacketList routed, ForwardingTables tables) {
    egressOutput.process(
        memory, batch, routed, tables.nextHops(), neighbours, neighbourListener, tables.ports());
    for (int k = 0; k < routed.count; k++) {
      int i = routed.index[k];
      if (batch.fate(i) == DELIVERED) {
        batch.setFate(i, ANSWERED);
      }
    }
    sendToTenants(batch, toTenants, tables);
    meters.end(Stage.ICMP_ERROR_OUTPUT, toTenants.count + routed.count, 0);
  }

  /** Puts errors into tunnels. */
  private void sendToTenants(Batch batch, PacketList toTenants, ForwardingTables tables) {
    selection.process(memory, batch, toTenants, tables.tunnels());
    encapsulate(batch, selection.selected, tables, ANSWERED);
    if (!selection.tooBig.isEmpty()) {
      // Of IPv4 none is, as a tunnel has 576 bytes. Of IPv6 one may have 1,280, which pass any.
      fit.clear();
      fit.sort(batch, selection.tooBig, selection.selected, tables);
      setFate(batch, selection.tooBig, MTU_EXCEEDED);
      encapsulate(batch, fit.outer, tables, ANSWERED);
      fit.cutOuter(batch, tables, ANSWERED);
    }
  }

  /** A packet out of a tunnel has the remains of the outer header where an error looks for this. */
  private void writeLink(Batch batch, int i, PortSettings port) {
    int type = ipv6 ? Ethernet.TYPE_IPV6 : Ethernet.TYPE_IPV4;
    Ethernet.write(memory, batch.frame(i), port.mac(), port.mac(), type);
  }

  /** RFC 1191 3: these may not be fragmented, which none of IPv6 may. */
  private boolean answerTooBig(
      Batch batch, int i, PortSettings port, ForwardingTables tables, long nowNs) {
    int tunnel = batch.tunnel(i);
    int mtuBytes =
        tunnel != 0 ? tables.tunnels().mtuBytes(tunnel) : tables.ports()[batch.port(i)].mtuBytes();
    return icmpErrorOutput.tooBig(memory, batch, i, port, fit.toldMtuBytes(mtuBytes), nowNs);
  }

  private static void setFate(Batch batch, PacketList packets, int fate) {
    for (int k = 0; k < packets.count; k++) {
      batch.setFate(packets.index[k], fate);
    }
  }

  private void encapsulate(Batch batch, PacketList in, ForwardingTables tables, int fate) {
    int dropped =
        encapsulation.process(
            memory,
            batch,
            in,
            tables.tunnels(),
            tables.nextHops(),
            neighbours,
            tables.ports(),
            fate);
    meters.end(Stage.GRE_ENCAPSULATION, in.count, dropped);
  }

  /** Returns whether a SYN is among the valid packets. */
  private boolean validate(Batch batch, PacketList in, ForwardingTables tables) {
    valid.clear();
    if (ipv6) {
      ipv6Input.process(memory, batch, in, valid, tables.own(), tables.dropBogons());
      meters.end(Stage.IPV6_INPUT, in.count, in.count - valid.count);
      return ipv6Input.synSeen();
    }
    ipv4Input.process(memory, batch, in, valid, tables.own(), tables.dropBogons());
    meters.end(Stage.IPV4_INPUT, in.count, in.count - valid.count);
    return ipv4Input.synSeen();
  }

  private void find(Batch batch, PacketList in, DestinationLookup into, ForwardingTables tables) {
    if (ipv6) {
      into.processIpv6(memory, batch, in, tables.ipv6Destinations());
    } else {
      into.processIpv4(batch, in, tables.ipv4Destinations());
    }
  }

  private PrefixTable destinations(ForwardingTables tables) {
    return ipv6 ? tables.ipv6Destinations() : tables.ipv4Destinations();
  }
}
