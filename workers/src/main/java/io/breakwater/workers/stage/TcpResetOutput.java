package io.breakwater.workers.stage;

import io.breakwater.workers.firewall.PacketView;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Checksum;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.packet.Tcp;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.TokenBucket;

/**
 * Turns a TCP segment into the reset that answers it (RFC 9293 3.10.7.1; nf_send_reset() of Linux):
 * what a firewall's {@code reject with tcp reset} sends in the name of the destination.
 *
 * <p>A reset is 40 or 60 bytes long, as the segment is at least. None is sent about a reset, a
 * fragment other than the first, a segment whose checksum is wrong, and over the worker's rate.
 * Threading: called only from the worker's thread.
 */
public final class TcpResetOutput {

  private static final int ANSWERED = Fate.ANSWERED.code();
  private static final int FIREWALL_REJECT = DropReason.FIREWALL_REJECT.code();

  private static final int TTL = 64;
  private static final int FIN = 0x01;
  private static final int SEQUENCE = 4;
  private static final int ACKNOWLEDGEMENT = 8;

  private final TokenBucket limit;
  private final PacketView view;

  /**
   * @param limit tokens are answers; may be shared with other stages of the same worker
   */
  public TcpResetOutput(PacketMemory memory, TokenBucket limit) {
    this.limit = limit;
    view = new PacketView(memory);
  }

  /**
   * The packet's fate becomes ANSWERED, or FIREWALL_REJECT when no reset is due.
   *
   * @param port where it came from
   * @return whether there is an answer
   */
  public boolean reset(
      PacketMemory memory, Batch batch, int packet, PortSettings port, long nowNs) {
    boolean answered = answer(memory, batch, packet, port, nowNs);
    batch.setFate(packet, answered ? ANSWERED : FIREWALL_REJECT);
    return answered;
  }

  private boolean answer(
      PacketMemory memory, Batch batch, int packet, PortSettings port, long nowNs) {
    int frame = batch.frame(packet);
    int network = batch.network(packet);
    int end = frame + batch.length(packet);
    view.begin(frame, network, end);
    int tcp = view.tcp();
    if (tcp < 0
        || Ethernet.isGroup(Ethernet.destination(memory, frame))
        || (Tcp.flags(memory, tcp) & Tcp.RST) != 0
        || !isChecksumRight(memory, network, tcp, end)
        || !limit.take(nowNs)) {
      return false;
    }
    write(memory, network, tcp, end);
    int linkBytes = IcmpErrorOutput.linkBytes(memory, frame);
    int start = network - linkBytes;
    memory.move(frame, start, linkBytes);
    Ethernet.turnBack(memory, start, port.mac());
    int headerBytes = view.isIpv6() ? Ipv6.HEADER_BYTES : Ipv4.HEADER_BYTES;
    batch.setFrame(packet, start);
    batch.setLength(packet, linkBytes + headerBytes + Tcp.HEADER_BYTES);
    if (!view.isIpv6()) {
      batch.destinations[packet] = Ipv4.destination(memory, network);
    }
    batch.setTunnel(packet, 0);
    batch.setPort(packet, port.index());
    return true;
  }

  private boolean isChecksumRight(PacketMemory memory, int network, int tcp, int end) {
    int bytes = end - tcp;
    return Checksum.isValid(
        pseudoHeader(memory, network, bytes) + Checksum.sum(memory, tcp, bytes));
  }

  private long pseudoHeader(PacketMemory memory, int network, int upperBytes) {
    return view.isIpv6()
        ? Ipv6.pseudoHeaderSum(memory, network, upperBytes, Ipv4.PROTOCOL_TCP)
        : Checksum.sum(memory, network + 12, 8) + Ipv4.PROTOCOL_TCP + upperBytes;
  }

  /** Writes the reset over the segment: everything is read before anything is written. */
  private void write(PacketMemory memory, int network, int tcp, int end) {
    int flags = Tcp.flags(memory, tcp);
    int ports = memory.i32(tcp) >>> 16 | memory.i32(tcp) << 16;
    int dataBytes = end - tcp - Tcp.headerBytes(memory, tcp);
    boolean acknowledges = (flags & Tcp.ACK) != 0;
    int sequence = acknowledges ? memory.i32(tcp + ACKNOWLEDGEMENT) : 0;
    int control = (flags & Tcp.SYN) >>> 1;
    int received = memory.i32(tcp + SEQUENCE) + control + (flags & FIN) + dataBytes;
    int to;
    if (view.isIpv6()) {
      to = network + Ipv6.HEADER_BYTES;
      long sourceHigh = Ipv6.sourceHigh(memory, network);
      long sourceLow = Ipv6.sourceLow(memory, network);
      memory.setI32(network, 6 << 28);
      memory.setI32(network + 4, Tcp.HEADER_BYTES << 16 | Ipv4.PROTOCOL_TCP << 8 | TTL);
      memory.setI64(network + 8, Ipv6.destinationHigh(memory, network));
      memory.setI64(network + 16, Ipv6.destinationLow(memory, network));
      memory.setI64(network + 24, sourceHigh);
      memory.setI64(network + 32, sourceLow);
    } else {
      to = network + Ipv4.HEADER_BYTES;
      int source = Ipv4.source(memory, network);
      memory.setI32(network, 0x45 << 24 | Ipv4.HEADER_BYTES + Tcp.HEADER_BYTES);
      memory.setI32(network + 4, Ipv4.DONT_FRAGMENT);
      memory.setI32(network + 8, TTL << 24 | Ipv4.PROTOCOL_TCP << 16);
      memory.setI32(network + 12, Ipv4.destination(memory, network));
      memory.setI32(network + 16, source);
      Ipv4.writeChecksum(memory, network);
    }
    memory.setI32(to, ports);
    memory.setI32(to + SEQUENCE, sequence);
    memory.setI32(to + ACKNOWLEDGEMENT, acknowledges ? 0 : received);
    int answer = acknowledges ? Tcp.RST : Tcp.RST | Tcp.ACK;
    memory.setI32(to + Tcp.DATA_OFFSET, 5 << 28 | answer << 16);
    memory.setI32(to + Tcp.CHECKSUM, 0);
    long sum = pseudoHeader(memory, network, Tcp.HEADER_BYTES);
    memory.setU16(
        to + Tcp.CHECKSUM, Checksum.finish(sum + Checksum.sum(memory, to, Tcp.HEADER_BYTES)));
  }
}
