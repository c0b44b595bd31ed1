package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Arp;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.PortSettings;

/**
 * Takes ARP packets (RFC 826): answers requests for the port's own addresses in place, and hands on
 * what others tell of themselves.
 *
 * <ul>
 *   <li>A request for an own address is ANSWERED; its sender asked us, so it may become a
 *       neighbour. The probe of RFC 5227 2.1.1 (sender 0.0.0.0) is answered too, and teaches
 *       nothing.
 *   <li>A reply, and a request for somebody else, is CONSUMED; it may change a neighbour that is
 *       known, but makes none (RFC 826: "merge").
 *   <li>A packet whose sender claims one of our addresses is CONSUMED and counted as a conflict
 *       (RFC 5227 2.4); nothing is sent in defence.
 * </ul>
 *
 * <p>{@code network} is the position of the ARP packet. Threading: called only from the worker's
 * thread; any thread may read {@link #conflicts}.
 */
public final class ArpInput {

  private static final int MALFORMED = DropReason.ARP_MALFORMED.code();
  private static final int ANSWERED = Fate.ANSWERED.code();
  private static final int CONSUMED = Fate.CONSUMED.code();

  private final WorkerCounter conflicts = new WorkerCounter();

  /** Packets whose sender claimed an address of ours with another Ethernet address. */
  public long conflicts() {
    return conflicts.value();
  }

  /** Gives each packet of the list its fate; an answer leaves by the port it came from. */
  public void process(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      PortSettings port,
      NeighbourListener neighbours) {
    for (int i = 0; i < in.count; i++) {
      int packet = in.index[i];
      int arp = batch.network(packet);
      int end = batch.frame(packet) + batch.length(packet);
      int fate = isValid(memory, arp, end) ? take(memory, arp, port, neighbours) : MALFORMED;
      if (fate == ANSWERED) {
        answer(memory, batch.frame(packet), arp, port.mac());
        batch.setPort(packet, port.index());
      }
      batch.setFate(packet, fate);
    }
  }

  private static boolean isValid(PacketMemory memory, int arp, int end) {
    if (end - arp < Arp.PACKET_BYTES || !Arp.isEthernetIpv4(memory, arp)) {
      return false;
    }
    int operation = Arp.operation(memory, arp);
    int sender = Arp.senderAddress(memory, arp);
    boolean senderPossible = sender == 0 ? operation == Arp.REQUEST : PortAddresses.isHost(sender);
    return (operation == Arp.REQUEST || operation == Arp.REPLY)
        && senderPossible
        && PortAddresses.isStation(Arp.senderMac(memory, arp));
  }

  private int take(PacketMemory memory, int arp, PortSettings port, NeighbourListener neighbours) {
    long mac = Arp.senderMac(memory, arp);
    int sender = Arp.senderAddress(memory, arp);
    if (mac == port.mac()) {
      // Our own frame, looped back.
      return CONSUMED;
    }
    if (PortAddresses.owns(port, sender)) {
      conflicts.increment();
      return CONSUMED;
    }
    long low = sender & 0xffff_ffffL;
    if (Arp.operation(memory, arp) == Arp.REQUEST
        && PortAddresses.owns(port, Arp.targetAddress(memory, arp))) {
      if (sender != 0) {
        neighbours.asked(port.index(), false, 0, low, mac);
      }
      return ANSWERED;
    }
    if (sender != 0) {
      neighbours.answered(port.index(), false, 0, low, mac);
    }
    return CONSUMED;
  }

  /** Turns a request into its reply: to the hardware address that asked (RFC 826). */
  private static void answer(PacketMemory memory, int frame, int arp, long ownMac) {
    long asker = Arp.senderMac(memory, arp);
    int sender = Arp.senderAddress(memory, arp);
    int own = Arp.targetAddress(memory, arp);
    Arp.write(memory, arp, Arp.REPLY, ownMac, own, asker, sender);
    Ethernet.turnBack(memory, frame, ownMac);
    memory.setU48(frame, asker);
  }
}
