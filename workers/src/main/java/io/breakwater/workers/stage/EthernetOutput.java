package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.PortSettings;

/**
 * Writes the Ethernet header, with the port's 802.1Q tags if it has any, in front of a packet that
 * leaves.
 */
final class EthernetOutput {

  private EthernetOutput() {}

  /**
   * @param network position of the layer-3 packet; 22 bytes before it must be free
   * @return position of the frame
   */
  static int write(
      PacketMemory memory, int network, long destination, PortSettings port, int type) {
    int[] vlanIds = port.vlanIds();
    if (vlanIds.length > 0) {
      return writeTagged(memory, network, destination, port, type);
    }
    int frame = network - Ethernet.HEADER_BYTES;
    Ethernet.write(memory, frame, destination, port.mac(), type);
    return frame;
  }

  /** Puts the port's tags into a frame that was written without them. */
  static void tag(PacketMemory memory, Batch batch, int packet, PortSettings port, int type) {
    int network = batch.network(packet);
    int end = batch.frame(packet) + batch.length(packet);
    long destination = Ethernet.destination(memory, batch.frame(packet));
    int frame = writeTagged(memory, network, destination, port, type);
    batch.setFrame(packet, frame);
    batch.setLength(packet, end - frame);
  }

  /** Outermost tag first; it is 802.1ad's when there are two. */
  private static int writeTagged(
      PacketMemory memory, int network, long destination, PortSettings port, int type) {
    int[] vlanIds = port.vlanIds();
    int frame = network - Ethernet.HEADER_BYTES - vlanIds.length * Ethernet.TAG_BYTES;
    int at = frame + 12;
    for (int tag = 0; tag < vlanIds.length; tag++) {
      boolean outer = tag < vlanIds.length - 1;
      memory.setU16(at, outer ? Ethernet.TYPE_QINQ : Ethernet.TYPE_VLAN);
      memory.setU16(at + 2, vlanIds[tag]);
      at += Ethernet.TAG_BYTES;
    }
    memory.setU16(at, type);
    memory.setU48(frame, destination);
    memory.setU48(frame + 6, port.mac());
    return frame;
  }
}
