package io.breakwater.workers.pipeline;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fragments;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.pipeline.StageMeters.Stage;
import io.breakwater.workers.protection.FairShare;
import io.breakwater.workers.protection.ProtectionState;
import io.breakwater.workers.stage.ArpInput;
import io.breakwater.workers.stage.EchoInput;
import io.breakwater.workers.stage.EthernetInput;
import io.breakwater.workers.stage.FirewallReject;
import io.breakwater.workers.stage.GreDecapsulation;
import io.breakwater.workers.stage.GreOverIpv6Decapsulation;
import io.breakwater.workers.stage.HostOutput;
import io.breakwater.workers.stage.IcmpErrorOutput;
import io.breakwater.workers.stage.NeighbourDiscoveryInput;
import io.breakwater.workers.stage.NeighbourListener;
import io.breakwater.workers.stage.OwnInput;
import io.breakwater.workers.stage.PlainIpv4Input;
import io.breakwater.workers.stage.PlainProbeInput;
import io.breakwater.workers.stage.TunnelErrorInput;
import io.breakwater.workers.stage.TunnelErrorRelay;
import io.breakwater.workers.stage.TunnelMtuListener;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.TokenBucket;

/**
 * A packet's way through the appliance: {@link #process} is its table of contents.
 *
 * <pre>
 * PlainIpv4Input --+-- (plain) ----------------------+
 *                  +-- PlainProbeInput                |
 *                  +-- EthernetInput --+-- ArpInput   |
 *                                      +-- Ipv4Input -+
 *                                      +-- Ipv6Input -+-- DestinationLookup --+
 *                                                                             |
 *   +-------------------------------------------------------------------------+
 *   +-- (tenant) ProtectionPath ---+
 *   |                              v
 *   |                         FirewallCheck -- (SYN guard's answers) -- TunnelSelection
 *   |                              ^  +-- FirewallReject                    |
 *   |                              |      +-- (SYN) MssClamp ---------------+-- GreEncapsulation
 *   |                              |      +-- (too big) FitPath + Fragmentation
 *   |                              |      +-- IcmpErrorOutput
 *   +-- (endpoint) GreDecapsulation,             ^
 *   |     |        GreOverIpv6Decapsulation      |
 *   |     +-- TunnelErrorInput -- TunnelErrorRelay
 *   |     +-- Ipv4Input, Ipv6Input |             |
 *   |           +-- EgressCheck ---+-- EgressOutput
 *   |                                    +-- (SYN) MssClamp, (too big) FitPath
 *   +-- (own) OwnInput -- EchoInput, NeighbourDiscoveryInput -- HostOutput
 * </pre>
 *
 * <p>At the end every packet of the batch has exactly one fate. Those DELIVERED or ANSWERED stand
 * ready to be sent by {@code batch.port}, each with its {@link #fragments}, those in {@link
 * HostOutput#chosen} to be handed to the kernel; whoever called does that and frees the rest.
 *
 * <p>Belongs to one worker and is called only from its thread. Allocates nothing; all state is in
 * the tables it is given, in the counters, and in the lists of its stages, which live no longer
 * than one call.
 */
public final class Pipeline {

  private static final int ETHERNET_MULTICAST_IP = DropReason.ETHERNET_MULTICAST_IP.code();

  /** What one worker answers at most, whatever it is sent. */
  private static final int ECHO_REPLIES_PER_SECOND = 10_000;

  private static final int ICMP_ERRORS_PER_SECOND = 1_000;

  /** Of answers in the name of tenants' firewalls. */
  private static final int REJECTS_PER_SECOND = 1_000;

  /** Of others' errors that are passed on. */
  private static final int RELAYED_ERRORS_PER_SECOND = 100;

  private final PacketMemory memory;
  private final NeighbourListener neighbourListener;
  private final Counters counters;
  private final StageMeters meters;
  private final ProtectionState protection;
  private final int worker;

  private final PlainIpv4Input plainInput;
  private final PlainProbeInput plainProbeInput;
  private final EthernetInput ethernetInput;
  private final ArpInput arpInput = new ArpInput();
  private final IpPath ipv4;
  private final IpPath ipv6;
  private final Fragments fragments;
  private final GreDecapsulation decapsulation;
  private final TunnelErrorInput errorsOverIpv4;
  private final TunnelErrorInput errorsOverIpv6;
  private final TunnelErrorRelay relayIpv4;
  private final TunnelErrorRelay relayIpv6;
  private final TunnelMtuListener tunnelMtuListener;
  private final GreOverIpv6Decapsulation decapsulationOverIpv6;
  private final OwnInput ownInput;
  private final EchoInput echoInput;
  private final NeighbourDiscoveryInput neighbourDiscoveryInput;
  private final HostOutput hostOutput;
  private final FairShare fairShare;

  Pipeline(PipelineBuilder parts) {
    int batchCapacity = parts.batchCapacity;
    memory = parts.memory;
    hostOutput = parts.hostOutput;
    fairShare = parts.protection.checks().worker(parts.worker).fairShare();
    neighbourListener = parts.neighbourListener;
    tunnelMtuListener = parts.tunnelMtuListener;
    counters = parts.counters;
    meters = parts.meters;
    protection = parts.protection;
    worker = parts.worker;
    plainInput = new PlainIpv4Input(batchCapacity);
    ethernetInput = new EthernetInput(batchCapacity);
    var icmpErrors =
        new IcmpErrorOutput(new TokenBucket(ICMP_ERRORS_PER_SECOND, ICMP_ERRORS_PER_SECOND, 0));
    var rejects =
        new FirewallReject(memory, new TokenBucket(REJECTS_PER_SECOND, REJECTS_PER_SECOND, 0));
    fragments = new Fragments(batchCapacity);
    ipv4 = new IpPath(false, parts, icmpErrors, rejects, fragments);
    ipv6 = new IpPath(true, parts, icmpErrors, rejects, fragments);
    neighbourDiscoveryInput = new NeighbourDiscoveryInput(parts.neighbours);
    decapsulation = new GreDecapsulation(batchCapacity);
    errorsOverIpv4 = new TunnelErrorInput(batchCapacity, false);
    errorsOverIpv6 = new TunnelErrorInput(batchCapacity, true);
    var relayed =
        new IcmpErrorOutput(
            new TokenBucket(RELAYED_ERRORS_PER_SECOND, RELAYED_ERRORS_PER_SECOND, 0));
    relayIpv4 = new TunnelErrorRelay(batchCapacity, false, relayed);
    relayIpv6 = new TunnelErrorRelay(batchCapacity, true, relayed);
    decapsulationOverIpv6 = new GreOverIpv6Decapsulation(batchCapacity);
    ownInput = new OwnInput(batchCapacity);
    var echoReplies = new TokenBucket(ECHO_REPLIES_PER_SECOND, ECHO_REPLIES_PER_SECOND, 0);
    echoInput = new EchoInput(echoReplies, parts.probeInput);
    plainProbeInput = new PlainProbeInput(parts.probeInput);
  }

  /** Forgets what protection knows of the tenant that had a slot before. */
  public void reassignTenant(int tenant) {
    protection.reassignTenant(tenant, worker);
  }

  /** What packets of the last batch became beside their first frames. */
  public Fragments fragments() {
    return fragments;
  }

  /**
   * A worker received a burst: whether it is overloaded, and tenants are to be held to their fair
   * shares. Who does not say so has no overload.
   */
  public void noteBurst(int packets, int burstMax, ForwardingTables tables, long nowNs) {
    if (!tables.protection().statics().isEmpty()) {
      fairShare.begin(packets, burstMax, nowNs);
    }
  }

  /**
   * Takes a batch through all stages.
   *
   * @param batch begun, with the frames received on one port
   * @param portIndex that port
   * @param nowNs monotonic time
   */
  public void process(Batch batch, int portIndex, ForwardingTables tables, long nowNs) {
    PortSettings port = tables.ports()[portIndex];
    ipv4.clear();
    ipv6.clear();
    hostOutput.begin(port, tables.host(), nowNs);
    fragments.clear();
    plainInput.process(memory, batch, port, tables.own(), tables.dropBogons());
    meters.end(Stage.PLAIN_INPUT, batch.count(), 0);
    ipv4.receiveValid(batch, plainInput.plain, plainInput.synSeen(), tables);
    if (!plainInput.others.isEmpty()) {
      takePlainAnswers(batch, plainInput.others, port, tables, nowNs);
      readEthernet(batch, plainInput.others, port, nowNs);
      ipv4.receive(batch, ethernetInput.ipv4, tables);
      ipv6.receive(batch, ethernetInput.ipv6, tables);
      receiveGroups(batch, tables);
    }
    decapsulate(batch, port, tables, nowNs);
    takeIn(batch, port, tables, nowNs);
    ipv4.deliverToTenants(batch, port, tables, nowNs);
    ipv6.deliverToTenants(batch, port, tables, nowNs);
  }

  private void takePlainAnswers(
      Batch batch, PacketList in, PortSettings port, ForwardingTables tables, long nowNs) {
    int taken =
        plainProbeInput.process(
            memory,
            batch,
            in,
            port,
            tables.own(),
            tables.ipv4Destinations(),
            tables.dropBogons(),
            nowNs);
    meters.end(Stage.OWN_INPUT, taken, 0);
  }

  private void readEthernet(Batch batch, PacketList in, PortSettings port, long nowNs) {
    ethernetInput.process(memory, batch, in, port);
    meters.end(Stage.ETHERNET_INPUT, in.count, in.count - ethernetInput.passed());
    PacketList arp = ethernetInput.arp;
    if (!arp.isEmpty()) {
      arpInput.process(memory, batch, arp, port, neighbourListener);
      hostOutput.takeArp(memory, batch, arp, nowNs);
      meters.end(Stage.ARP_INPUT, arp.count, 0);
    }
  }

  /**
   * RFC 1812 5.3.4: what came to a link-layer group address may be for us, but is not forwarded.
   */
  private void receiveGroups(Batch batch, ForwardingTables tables) {
    dropAll(batch, ipv4.receiveGroup(batch, ethernetInput.groupIpv4, tables));
    dropAll(batch, ipv6.receiveGroup(batch, ethernetInput.groupIpv6, tables));
  }

  private static void dropAll(Batch batch, PacketList packets) {
    for (int k = 0; k < packets.count; k++) {
      batch.setFate(packets.index[k], ETHERNET_MULTICAST_IP);
    }
  }

  /** Opens tunnels: what is inside goes to another tenant, leaves by a port, or ends. */
  private void decapsulate(Batch batch, PortSettings port, ForwardingTables tables, long nowNs) {
    PacketList overIpv4 = ipv4.endpoints();
    if (!overIpv4.isEmpty()) {
      decapsulation.process(
          memory, batch, overIpv4, tables.tunnelIndex(), tables.tenantByTunnel(), counters);
      meters.end(Stage.GRE_DECAPSULATION, overIpv4.count, overIpv4.count - decapsulation.passed());
      if (!decapsulation.others.isEmpty()) {
        takeErrors(batch, decapsulation.others, errorsOverIpv4, port, tables, nowNs);
        ipv4.own().addAll(errorsOverIpv4.others);
      }
      ipv4.leaveTunnels(batch, decapsulation.ipv4, tables, nowNs);
      ipv6.leaveTunnels(batch, decapsulation.ipv6, tables, nowNs);
    }
    PacketList overIpv6 = ipv6.endpoints();
    if (!overIpv6.isEmpty()) {
      decapsulationOverIpv6.process(
          memory, batch, overIpv6, tables.tunnelIndex(), tables.tenantByTunnel(), counters);
      int passed = decapsulationOverIpv6.passed();
      meters.end(Stage.GRE_DECAPSULATION, overIpv6.count, overIpv6.count - passed);
      if (!decapsulationOverIpv6.others.isEmpty()) {
        takeErrors(batch, decapsulationOverIpv6.others, errorsOverIpv6, port, tables, nowNs);
        ipv6.own().addAll(errorsOverIpv6.others);
      }
      ipv4.leaveTunnels(batch, decapsulationOverIpv6.ipv4, tables, nowNs);
      ipv6.leaveTunnels(batch, decapsulationOverIpv6.ipv6, tables, nowNs);
    }
  }

  /**
   * Of what is for endpoints and no GRE, the ICMP errors about tunnels; the rest, {@code
   * input.others}, is our own.
   */
  private void takeErrors(
      Batch batch,
      PacketList in,
      TunnelErrorInput input,
      PortSettings port,
      ForwardingTables tables,
      long nowNs) {
    input.process(
        memory,
        batch,
        in,
        tables.tunnelIndex(),
        tables.tunnels(),
        tables.tenantByTunnel(),
        tunnelMtuListener,
        counters);
    if (!input.lostIpv4.isEmpty()) {
      relayIpv4.process(
          memory, batch, input.lostIpv4, tables.ipv4Destinations(), port, tables.ports(), nowNs);
      ipv4.sendErrors(batch, relayIpv4.toTenants, relayIpv4.routed, tables);
    }
    if (!input.lostIpv6.isEmpty()) {
      relayIpv6.process(
          memory, batch, input.lostIpv6, tables.ipv6Destinations(), port, tables.ports(), nowNs);
      ipv6.sendErrors(batch, relayIpv6.toTenants, relayIpv6.routed, tables);
    }
  }

  /** The packets for ourselves. */
  private void takeIn(Batch batch, PortSettings port, ForwardingTables tables, long nowNs) {
    PacketList ownIpv4 = ipv4.own();
    PacketList ownIpv6 = ipv6.own();
    if (ownIpv4.isEmpty() && ownIpv6.isEmpty()) {
      return;
    }
    ownInput.process(memory, batch, ownIpv4, ownIpv6);
    echoInput.processIpv4(memory, batch, ownInput.icmp, port, nowNs);
    echoInput.processIpv6(memory, batch, ownInput.icmpv6, port, nowNs);
    neighbourDiscoveryInput.process(
        memory, batch, ownInput.neighbourDiscovery, port, neighbourListener);
    hostOutput.takeDiscovery(memory, batch, ownInput.neighbourDiscovery, nowNs);
    hostOutput.takeIpv4(memory, batch, ownIpv4, tables.ipv4Destinations(), nowNs);
    hostOutput.takeIpv6(memory, batch, ownIpv6, tables.ipv6Destinations(), nowNs);
    meters.end(Stage.OWN_INPUT, ownIpv4.count + ownIpv6.count, 0);
  }
}
