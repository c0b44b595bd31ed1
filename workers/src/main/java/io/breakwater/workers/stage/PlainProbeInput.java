package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Checksum;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Icmp;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.Destination;
import io.breakwater.workers.table.OwnAddresses;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.PrefixTable;

/**
 * Takes the answers to tunnel probes that nearly all are, in one look at the frame: to the port's
 * own Ethernet address and one of our own IPv4 addresses, without tags and options, no fragment, as
 * long as the probe, and nothing wrong with it.
 *
 * <p>All others, whatever they are, go on through the stages, which judge them in the order of the
 * RFCs and end with {@link ProbeInput} too; so this stage drops nothing, and an answer that it
 * takes would have been taken there. With 10,000 tunnels answers come at 40,000 a second, and all
 * those stages make one cost nearly twice as much (perf/results/2026-11-24-tunnels.md).
 *
 * <p>Called only from the worker's thread. Cost: two reads for what is no IPv4, six for what is no
 * answer.
 */
public final class PlainProbeInput {

  private static final int CONSUMED = Fate.CONSUMED.code();

  private static final int TOTAL_BYTES = Ipv4.HEADER_BYTES + ProbeMessage.ICMP_BYTES;
  private static final int FRAME_BYTES = Ethernet.HEADER_BYTES + TOTAL_BYTES;
  private static final int ICMP = Ethernet.HEADER_BYTES + Ipv4.HEADER_BYTES;

  /** Ethernet type, version and header length, as they stand together. */
  private static final int IPV4_WITHOUT_OPTIONS = Ethernet.TYPE_IPV4 << 8 | 0x45;

  /** The I/G bit of the source, in the first 8 bytes of a frame. */
  private static final int SOURCE_GROUP_BIT = 0x0100;

  private static final int FRAGMENT_BITS = Ipv4.MORE_FRAGMENTS | Ipv4.OFFSET_MASK;

  private final ProbeInput probes;

  public PlainProbeInput(ProbeInput probes) {
    this.probes = probes;
  }

  /**
   * Gives plain answers their fate, and takes them out of the list.
   *
   * @param in frames that came in on {@code port}
   * @return how many it took
   */
  public int process(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      PortSettings port,
      OwnAddresses own,
      PrefixTable destinations,
      boolean dropBogons,
      long nowNs) {
    if (!probes.isActive() || port.vlanIds().length > 0) {
      return 0;
    }
    int left = 0;
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      if (batch.length(i) >= FRAME_BYTES
          && isPlain(memory, batch.frame(i), port.mac())
          && isForUs(memory, batch.frame(i), own, destinations, dropBogons)
          && ProbeMessage.isIntact(memory, batch.frame(i) + ICMP)
          && probes.take(memory, batch.frame(i) + ICMP, nowNs)) {
        batch.setFate(i, CONSUMED);
      } else {
        in.index[left++] = i;
      }
    }
    int taken = in.count - left;
    in.count = left;
    return taken;
  }

  /** Ethernet, and an echo reply as long as ours and with our mark. */
  private static boolean isPlain(PacketMemory memory, int frame, long mac) {
    long first = memory.i64(frame);
    long second = memory.i64(frame + 8);
    return (int) second >>> 8 == IPV4_WITHOUT_OPTIONS
        && first >>> 16 == mac
        && (first & SOURCE_GROUP_BIT) == 0
        && (first & 0xffff | second >>> 32) != 0
        && memory.u8(frame + Ethernet.HEADER_BYTES + 9) == Ipv4.PROTOCOL_ICMP
        && memory.u16(frame + Ethernet.HEADER_BYTES + 2) == TOTAL_BYTES
        && memory.u16(frame + ICMP) == Icmp.ECHO_REPLY << 8
        && ProbeMessage.isMarked(memory, frame + ICMP);
  }

  /** RFC 1812 5.2.2 and 5.3.7: whether the IPv4 header is right, and the packet ours. */
  private static boolean isForUs(
      PacketMemory memory,
      int frame,
      OwnAddresses own,
      PrefixTable destinations,
      boolean dropBogons) {
    int network = frame + Ethernet.HEADER_BYTES;
    long first = memory.i64(network);
    long second = memory.i64(network + 8);
    int source = (int) second;
    int destination = memory.i32(network + 16);
    long sum = Checksum.halves(first) + Checksum.halves(second) + (destination & 0xffff_ffffL);
    return (first & FRAGMENT_BITS) == 0
        && Checksum.isValid(sum)
        && PlainIpv4.areUnicast(source, destination)
        && source != destination
        && !own.contains(source)
        && !(dropBogons && Bogons.contains(source))
        && destinations.find(destination) == Destination.OWN;
  }
}
