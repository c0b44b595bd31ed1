package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.packet.Tcp;
import io.breakwater.workers.protection.ReplyGovernor;
import io.breakwater.workers.protection.SynCookies;
import io.breakwater.workers.protection.SynGuardCounters;
import io.breakwater.workers.protection.SynGuardCounters.Event;
import io.breakwater.workers.protection.SynGuardTable;
import io.breakwater.workers.table.PortSettings;
import java.util.Arrays;

/**
 * What {@link SynGuard} sends, in place of the segment that it answers: SYN-ACKs with cookies, and
 * resets.
 *
 * <pre>
 *              sequence number      acknowledgement number
 * challenge    anything             the cookie: unacceptable (RFC 9293 3.10.7.3), and so reset
 * reset        the cookie           ISN + 1; what acknowledges it is reset
 * </pre>
 *
 * <p>One answer to a packet, never longer than it, and as many to a prefix as {@link ReplyGovernor}
 * grants. Tags of VLANs stay as they came. Called only from the worker's thread.
 */
final class SynAnswer {

  private static final int ANSWERED = Fate.ANSWERED.code();
  private static final int UNVERIFIED = DropReason.SYN_UNVERIFIED.code();
  private static final int LIMITED = DropReason.SYN_ANSWER_LIMITED.code();

  private static final int SYN_ACK = Tcp.SYN | Tcp.ACK;
  private static final int SEQUENCE = 4;
  private static final int ACKNOWLEDGEMENT = 8;

  private final boolean ipv6;
  private final SynCookies cookies;
  private final SynGuardCounters counters;
  private final ReplyGovernor governor;

  /** Of each packet of the batch, 0 if it is not to be answered. */
  private final byte[] modes;

  private boolean noted;

  SynAnswer(
      int batchCapacity,
      boolean ipv6,
      SynCookies cookies,
      SynGuardCounters counters,
      ReplyGovernor governor) {
    this.ipv6 = ipv6;
    this.cookies = cookies;
    this.counters = counters;
    this.governor = governor;
    modes = new byte[batchCapacity];
  }

  /** Begins a batch. */
  void forget() {
    if (noted) {
      Arrays.fill(modes, (byte) 0);
      noted = false;
    }
  }

  void note(int packet, int mode) {
    modes[packet] = (byte) mode;
    noted = true;
  }

  /**
   * Gives packets that were noted their fates.
   *
   * @param transports positions of their TCP headers, by packet
   * @param unanswered becomes the list of the others
   * @return how many were dropped
   */
  int answer(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      int[] transports,
      PortSettings port,
      PacketList unanswered,
      long nowNs) {
    unanswered.clear();
    int dropped = 0;
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      int mode = modes[i];
      if (mode == 0) {
        unanswered.add(i);
      } else {
        int fate =
            ipv6
                ? answerIpv6(memory, batch, i, transports[i], mode, port, nowNs)
                : answerIpv4(memory, batch, i, transports[i], mode, port, nowNs);
        batch.setFate(i, fate);
        dropped += fate == ANSWERED ? 0 : 1;
      }
    }
    return dropped;
  }

  private int answerIpv4(
      PacketMemory memory, Batch batch, int i, int tcp, int mode, PortSettings port, long nowNs) {
    int network = batch.network(i);
    int source = Ipv4.source(memory, network);
    int destination = Ipv4.destination(memory, network);
    int ports = memory.i32(tcp);
    int isn = memory.i32(tcp + SEQUENCE);
    if (!governor.takeIpv4(source, nowNs)) {
      return limited(batch, i);
    }
    if (mode == SynGuardTable.CHALLENGE) {
      int cookie = cookies.mint(source, destination, ports, 0);
      if (cookie - isn - 1 >>> 16 == 0 && isAcceptable(memory, batch, i, tcp, cookie)) {
        return UNVERIFIED;
      }
      TcpAnswer.writeIpv4(memory, network, source, destination, ports, ~isn, cookie, SYN_ACK);
      counters.count(batch.tenant(i), Event.CHALLENGES_SENT);
    } else {
      int cookie = cookies.mint(source, destination, ports, isn);
      TcpAnswer.writeIpv4(memory, network, source, destination, ports, cookie, isn + 1, SYN_ACK);
      counters.count(batch.tenant(i), Event.COOKIES_SENT);
    }
    turnBack(memory, batch, i, network, TcpAnswer.IPV4_BYTES, port);
    batch.destinations[i] = source;
    return ANSWERED;
  }

  private int answerIpv6(
      PacketMemory memory, Batch batch, int i, int tcp, int mode, PortSettings port, long nowNs) {
    int network = batch.network(i);
    long sourceHigh = Ipv6.sourceHigh(memory, network);
    int ports = memory.i32(tcp);
    int isn = memory.i32(tcp + SEQUENCE);
    if (!governor.takeIpv6(sourceHigh, nowNs)) {
      return limited(batch, i);
    }
    boolean challenge = mode == SynGuardTable.CHALLENGE;
    int cookie =
        cookies.mint(
            sourceHigh,
            Ipv6.sourceLow(memory, network),
            Ipv6.destinationHigh(memory, network),
            Ipv6.destinationLow(memory, network),
            ports,
            challenge ? 0 : isn);
    if (challenge) {
      if (cookie - isn - 1 >>> 16 == 0 && isAcceptable(memory, batch, i, tcp, cookie)) {
        return UNVERIFIED;
      }
      TcpAnswer.writeIpv6(memory, network, ports, ~isn, cookie, SYN_ACK);
      counters.count(batch.tenant(i), Event.CHALLENGES_SENT);
    } else {
      TcpAnswer.writeIpv6(memory, network, ports, cookie, isn + 1, SYN_ACK);
      counters.count(batch.tenant(i), Event.COOKIES_SENT);
    }
    turnBack(memory, batch, i, network, TcpAnswer.IPV6_BYTES, port);
    return ANSWERED;
  }

  /**
   * Whether the cookie acknowledges the SYN, or some of the data that it carries: the client would
   * take the connection for open. That happens once in 2^32, and to the same SYN for an epoch.
   */
  private static boolean isAcceptable(
      PacketMemory memory, Batch batch, int i, int tcp, int cookie) {
    int end = batch.frame(i) + batch.length(i);
    int dataBytes = end - tcp - Tcp.headerBytes(memory, tcp);
    return cookie - memory.i32(tcp + SEQUENCE) - 1 <= dataBytes;
  }

  /**
   * Answers what acknowledges a cookie with a reset, which its sender accepts (RFC 9293 3.10.7.4:
   * it has the sequence number that is next).
   *
   * @return whether it was; else it was dropped
   */
  boolean reset(PacketMemory memory, Batch batch, int i, int tcp, PortSettings port, long nowNs) {
    int network = batch.network(i);
    int ports = memory.i32(tcp);
    int next = memory.i32(tcp + ACKNOWLEDGEMENT);
    boolean granted =
        ipv6
            ? governor.takeIpv6(Ipv6.sourceHigh(memory, network), nowNs)
            : governor.takeIpv4(Ipv4.source(memory, network), nowNs);
    if (!granted) {
      batch.setFate(i, limited(batch, i));
      return false;
    }
    if (ipv6) {
      TcpAnswer.writeIpv6(memory, network, ports, next, 0, Tcp.RST);
      turnBack(memory, batch, i, network, TcpAnswer.IPV6_BYTES, port);
    } else {
      int source = Ipv4.source(memory, network);
      int destination = Ipv4.destination(memory, network);
      TcpAnswer.writeIpv4(memory, network, source, destination, ports, next, 0, Tcp.RST);
      turnBack(memory, batch, i, network, TcpAnswer.IPV4_BYTES, port);
      batch.destinations[i] = source;
    }
    counters.count(batch.tenant(i), Event.RESETS_SENT);
    batch.setFate(i, ANSWERED);
    return true;
  }

  private int limited(Batch batch, int i) {
    counters.count(batch.tenant(i), Event.ANSWERS_LIMITED);
    return LIMITED;
  }

  /** From the wire, a frame's link header stands right before the network's. */
  private static void turnBack(
      PacketMemory memory, Batch batch, int i, int network, int networkBytes, PortSettings port) {
    int frame = batch.frame(i);
    Ethernet.turnBack(memory, frame, port.mac());
    batch.setLength(i, network - frame + networkBytes);
    batch.setTunnel(i, 0);
    batch.setPort(i, port.index());
  }
}
