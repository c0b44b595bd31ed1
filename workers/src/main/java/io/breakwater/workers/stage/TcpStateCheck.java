package io.breakwater.workers.stage;

import io.breakwater.workers.firewall.PacketView;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.packet.Tcp;
import io.breakwater.workers.protection.TcpCandidates;
import io.breakwater.workers.protection.TcpFlows;
import io.breakwater.workers.protection.TcpStateTable;
import io.breakwater.workers.protection.TcpStates;
import io.breakwater.workers.protection.TcpWorker;
import io.breakwater.workers.table.KeyedFlowHash;

/**
 * Follows the TCP connections of tenants that have it, and drops segments that belong to none while
 * that is enforced (RFC 9293 3.10.7.4 and RFC 5961, as far as one direction shows).
 *
 * <p>First the flows of all packets are hashed and their buckets read, so that memory brings them
 * together; then each segment is judged. What is to be dropped is put aside, and its place among
 * the candidates read; then it is decided which of it came again. So packets of flows that are let
 * in come behind the others.
 *
 * <p>Later fragments have no ports and go on. Called only from the worker's thread; one object for
 * each address family.
 */
public final class TcpStateCheck {

  private static final int TCP_OUT_OF_STATE = DropReason.TCP_OUT_OF_STATE.code();

  private static final int FIN = 0x01;
  private static final int SEQUENCE = 4;
  private static final int IPV4_MIDDLE = 6;
  private static final int IPV4_ADDRESSES = 12;

  /** Packets that go on. */
  public final PacketList passed;

  private final boolean ipv6;
  private final PacketView view;
  private final TcpStates states;
  private final TcpWorker counts;
  private final TcpFlows flows;
  private final TcpCandidates candidates;
  private final KeyedFlowHash hash;

  /** Of each packet of the list: where its TCP header is, 0 if it is not followed. */
  private final int[] transports;

  private final long[] hashes;

  /** Of no connection: places in the list, and what stands in the same places below. */
  private final PacketList suspects;

  private final long[] segmentHashes;
  private final boolean[] plausible;

  /** What was read ahead: kept so that the reads are made. */
  private long fetched;

  /**
   * @param worker whose counts it keeps
   */
  public TcpStateCheck(
      int batchCapacity, boolean ipv6, PacketMemory memory, TcpStates states, int worker) {
    this.ipv6 = ipv6;
    this.states = states;
    view = new PacketView(memory);
    counts = states.worker(worker);
    flows = states.flows();
    candidates = states.candidates();
    hash = states.hash();
    passed = new PacketList(batchCapacity);
    transports = new int[batchCapacity];
    hashes = new long[batchCapacity];
    suspects = new PacketList(batchCapacity);
    segmentHashes = new long[batchCapacity];
    plausible = new boolean[batchCapacity];
  }

  /** Gives the others of {@code in} their fates. */
  public void process(
      PacketMemory memory, Batch batch, PacketList in, TcpStateTable table, long nowNs) {
    if (ipv6) {
      hashIpv6(memory, batch, in, table.modes());
    } else {
      hashIpv4(memory, batch, in, table.modes());
    }
    // Loops of their own, in which many reads are under way at a time.
    long read = flows.fetch(hashes, in.count);
    suspects.clear();
    follow(memory, batch, in, table, nowNs);
    if (!suspects.isEmpty()) {
      read ^= candidates.fetch(segmentHashes, suspects.count);
      judge(memory, batch, in, nowNs);
    }
    fetched = read;
  }

  private void hashIpv4(PacketMemory memory, Batch batch, PacketList in, byte[] modes) {
    int[] index = in.index;
    int[] records = batch.records;
    int[] transportOf = transports;
    long[] hashOf = hashes;
    int count = in.count;
    for (int k = 0; k < count; k++) {
      int at = index[k] << Batch.SHIFT;
      int network = records[at + Batch.NETWORK];
      int middle = memory.i32(network + IPV4_MIDDLE);
      int transport = 0;
      if ((middle & 0x1fff_00ff) == Ipv4.PROTOCOL_TCP
          && modes[records[at + Batch.TENANT]] != TcpStateTable.OFF) {
        transport = network + ((memory.u8(network) & 0x0f) << 2);
        hashOf[k] = hash.ipv4(memory.i64(network + IPV4_ADDRESSES), memory.i32(transport));
      }
      transportOf[k] = transport;
    }
  }

  private void hashIpv6(PacketMemory memory, Batch batch, PacketList in, byte[] modes) {
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      int network = batch.network(i);
      int transport = 0;
      if (modes[batch.tenant(i)] != TcpStateTable.OFF) {
        transport = transportOfIpv6(memory, batch, i, network);
      }
      if (transport != 0) {
        hashes[k] =
            hash.ipv6(
                Ipv6.sourceHigh(memory, network),
                Ipv6.sourceLow(memory, network),
                Ipv6.destinationHigh(memory, network),
                Ipv6.destinationLow(memory, network),
                memory.i32(transport));
      }
      transports[k] = transport;
    }
  }

  private int transportOfIpv6(PacketMemory memory, Batch batch, int packet, int network) {
    int next = Ipv6.nextHeader(memory, network);
    if (next == Ipv4.PROTOCOL_TCP) {
      return network + Ipv6.HEADER_BYTES;
    }
    if (!Ipv6.isExtension(next)) {
      return 0;
    }
    view.begin(batch.frame(packet), network, batch.frame(packet) + batch.length(packet));
    return Math.max(0, view.tcp());
  }

  /** Lets go on what is known or not enforced, and puts the rest aside. */
  private void follow(
      PacketMemory memory, Batch batch, PacketList in, TcpStateTable table, long nowNs) {
    int[] index = in.index;
    int[] records = batch.records;
    int[] goesOn = passed.index;
    int count = in.count;
    int tick = TcpFlows.tickOf(nowNs);
    int lastTenant = -1;
    boolean enforced = false;
    int going = 0;
    for (int k = 0; k < count; k++) {
      int i = index[k];
      int transport = transports[k];
      boolean goes = true;
      if (transport != 0) {
        int at = i << Batch.SHIFT;
        int tenant = records[at + Batch.TENANT];
        if (tenant != lastTenant) {
          lastTenant = tenant;
          enforced = states.isEnforced(tenant, table, nowNs);
        }
        int word = Tcp.offsetAndFlags(memory, transport);
        int end = records[at + Batch.FRAME] + records[at + Batch.LENGTH];
        boolean data = end - transport > Tcp.headerBytesOf(word);
        int sequence = memory.i32(transport + SEQUENCE);
        counts.addSegment(tenant);
        int answer = flows.follow(hashes[k], word & 0xff, sequence, data, tick, !enforced);
        if (answer != TcpFlows.KNOWN) {
          goes = noted(answer, tenant, table, nowNs) || !enforced;
          if (!goes) {
            putAside(k, sequence, answer);
          }
        }
      }
      goesOn[going] = i;
      going += goes ? 1 : 0;
    }
    passed.count = going;
  }

  /** Counts what is not simply known; whether it is in state. */
  private boolean noted(int answer, int tenant, TcpStateTable table, long nowNs) {
    switch (answer) {
      case TcpFlows.BEGUN -> counts.add(tenant, TcpWorker.Count.BEGUN);
      case TcpFlows.COMPLETED -> counts.add(tenant, TcpWorker.Count.COMPLETED);
      default -> {
        counts.addOutOfState(tenant, table, nowNs);
        return false;
      }
    }
    return true;
  }

  private void putAside(int k, int sequence, int answer) {
    int place = suspects.count;
    segmentHashes[place] = hash.with(hashes[k], sequence);
    plausible[place] = answer == TcpFlows.PLAUSIBLE;
    suspects.add(k);
  }

  /** Drops what was put aside, but for what comes again. */
  private void judge(PacketMemory memory, Batch batch, PacketList in, long nowNs) {
    for (int place = 0; place < suspects.count; place++) {
      int k = suspects.index[place];
      int i = in.index[k];
      int tenant = batch.tenant(i);
      int sequence = memory.i32(transports[k] + SEQUENCE);
      int flags = Tcp.flags(memory, transports[k]);
      boolean admitted =
          states.admits(
              tenant,
              hashes[k],
              segmentHashes[place],
              sequence,
              plausible[place],
              (flags & FIN) != 0,
              (flags & Tcp.RST) == 0,
              nowNs);
      if (admitted) {
        counts.add(tenant, TcpWorker.Count.ADMITTED);
        passed.add(i);
      } else {
        batch.setFate(i, TCP_OUT_OF_STATE);
      }
    }
  }
}
