package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Checksum;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.packet.Tcp;
import io.breakwater.workers.table.FlowHash;
import io.breakwater.workers.table.OwnAddresses;
import io.breakwater.workers.table.PortSettings;

/**
 * Recognises, in one look at 48 bytes, the frames that nearly all are: to the port's own address,
 * without tags, and in them TCP, UDP or GRE over IPv4 without options, no fragment, and nothing
 * wrong with it.
 *
 * <p>All others, whatever they are, go on to {@link EthernetInput} and {@link Ipv4Input}, which
 * judge them from the start and in the order of the RFCs; so this stage drops nothing, and a frame
 * that it takes would have passed those two with the same result.
 *
 * <p>Called only from the worker's thread. Sets {@code network}, {@code flow} and {@code
 * destination}, and trims padding off {@code length}. Cost: six reads.
 */
public final class PlainIpv4Input {

  private static final int TRANSPORT = Ethernet.HEADER_BYTES + Ipv4.HEADER_BYTES;
  private static final int LENGTH_MIN = Ethernet.HEADER_BYTES + PlainIpv4.BYTES;

  /** Ethernet type, version and header length, as they stand together. */
  private static final int IPV4_WITHOUT_OPTIONS = Ethernet.TYPE_IPV4 << 8 | 0x45;

  /** The I/G bit of the source, in the first 8 bytes of a frame. */
  private static final int SOURCE_GROUP_BIT = 0x0100;

  /** In the 8 bytes from the total length on. */
  private static final long FRAGMENT_BITS = (long) (Ipv4.MORE_FRAGMENTS | Ipv4.OFFSET_MASK) << 16;

  /** Plain packets. */
  public final PacketList plain;

  public final PacketList others;

  private boolean synSeen;

  public PlainIpv4Input(int batchCapacity) {
    plain = new PacketList(batchCapacity);
    others = new PacketList(batchCapacity);
  }

  /** Sorts all packets of the batch, which came in on {@code port}, into the two lists. */
  public void process(
      PacketMemory memory, Batch batch, PortSettings port, OwnAddresses own, boolean dropBogons) {
    int count = batch.count();
    int found =
        port.vlanIds().length == 0
            ? accept(memory, batch, port.mac(), own.ipv4Filter(), dropBogons)
            : 0;
    synSeen = (found & PlainIpv4.SYN_SEEN) != 0;
    if ((found & ~PlainIpv4.SYN_SEEN) == count) {
      plain.fill(count);
      others.clear();
    } else {
      sort(batch, count);
    }
  }

  /** Whether a TCP SYN is among the plain packets. */
  public boolean synSeen() {
    return synSeen;
  }

  /**
   * Fills in the fields of the plain packets, and leaves those of all others as they are. Returns
   * how many are plain, with {@link PlainIpv4#SYN_SEEN}.
   *
   * <p>The loop has few variables of its own and calls nothing that is not inlined, so that they
   * stay in registers (docs/decisions/0005-hot-loops.md): that is why it makes no lists.
   */
  private static int accept(
      PacketMemory memory, Batch batch, long mac, long[] ownFilter, boolean dropBogons) {
    int[] records = batch.records;
    int[] destinations = batch.destinations;
    int count = batch.count();
    int found = 0;
    for (int i = 0; i < count; i++) {
      int at = i << Batch.SHIFT;
      int frame = records[at + Batch.FRAME];
      int available = records[at + Batch.LENGTH];
      if (available < LENGTH_MIN) {
        continue;
      }
      // In turn: destination, half the source; its rest, type, version, TOS; total length to
      // protocol; checksum, source, half the destination; its rest, ports, UDP length.
      long first = memory.i64(frame);
      long second = memory.i64(frame + 8);
      if (first >>> 16 != mac
          || (first & SOURCE_GROUP_BIT) != 0
          || (first & 0xffff | second >>> 32) == 0
          || ((int) second >>> 8) != IPV4_WITHOUT_OPTIONS) {
        continue;
      }
      long third = memory.i64(frame + 16);
      int total = (int) (third >>> 48);
      int protocol = (int) third & 0xff;
      int length = total - Ipv4.HEADER_BYTES;
      if ((third & FRAGMENT_BITS) != 0 || total + Ethernet.HEADER_BYTES > available) {
        continue;
      }
      long fourth = memory.i64(frame + 24);
      long fifth = memory.i64(frame + 32);
      long sum =
          (second & 0xffff) + Checksum.halves(third) + Checksum.halves(fourth) + (fifth >>> 48);
      int source = (int) (fourth >>> 16);
      int destination = (int) (fourth << 16 | fifth >>> 48);
      if (!Checksum.isValid(sum)
          || !PlainIpv4.areUnicast(source, destination)
          || source == destination
          || OwnAddresses.isMaybe(ownFilter, source)
          || dropBogons && Bogons.contains(source)) {
        continue;
      }
      int udpLength = (int) fifth & 0xffff;
      int tcpWord = Tcp.offsetAndFlags(memory, frame + TRANSPORT);
      if (!PlainIpv4.isTransport(protocol, length, Tcp.headerBytesOf(tcpWord), udpLength)) {
        continue;
      }
      int ports = protocol == Ipv4.PROTOCOL_GRE ? 0 : (int) (fifth >>> 16);
      records[at + Batch.NETWORK] = frame + Ethernet.HEADER_BYTES;
      records[at + Batch.LENGTH] = total + Ethernet.HEADER_BYTES;
      records[at + Batch.FLOW] = FlowHash.ipv4(source, destination, protocol, ports);
      destinations[i] = destination;
      found = found + 1 | PlainIpv4.synSeen(protocol, tcpWord);
    }
    return found;
  }

  private void sort(Batch batch, int count) {
    plain.clear();
    others.clear();
    for (int i = 0; i < count; i++) {
      (batch.network(i) != 0 ? plain : others).add(i);
    }
  }
}
