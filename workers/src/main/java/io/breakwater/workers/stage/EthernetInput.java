package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.PortSettings;

/**
 * Reads layer 2: whose frame it is, its 802.1Q tags, and which protocol it carries.
 *
 * <p>A unicast frame must be to the port's own Ethernet address: a NIC filters that itself, but a
 * TAP port or one in promiscuous mode does not. IP in a group-addressed frame goes to lists of its
 * own, since it may be taken in but never forwarded (RFC 1812 5.3.4). Without {@code vlan} in the
 * configuration any tags are accepted (up to two); with it, only frames with just these.
 *
 * <p>Called only from the worker's thread. Sets {@code network}.
 */
public final class EthernetInput {

  private static final int FRAME_OVERSIZE = DropReason.FRAME_OVERSIZE.code();
  private static final int TRUNCATED = DropReason.ETHERNET_TRUNCATED.code();
  private static final int NOT_OURS = DropReason.ETHERNET_NOT_OURS.code();
  private static final int BAD_SOURCE = DropReason.ETHERNET_BAD_SOURCE.code();
  private static final int TYPE_UNSUPPORTED = DropReason.ETHERTYPE_UNSUPPORTED.code();
  private static final int VLAN_TRUNCATED = DropReason.VLAN_TRUNCATED.code();
  private static final int VLAN_TOO_MANY = DropReason.VLAN_TOO_MANY.code();
  private static final int VLAN_UNKNOWN = DropReason.VLAN_UNKNOWN.code();

  /** IPv4 and IPv6 to the port's own Ethernet address, ARP, and IP to a group address. */
  public final PacketList ipv4;

  public final PacketList ipv6;
  public final PacketList arp;
  public final PacketList groupIpv4;
  public final PacketList groupIpv6;

  public EthernetInput(int batchCapacity) {
    ipv4 = new PacketList(batchCapacity);
    ipv6 = new PacketList(batchCapacity);
    arp = new PacketList(batchCapacity);
    groupIpv4 = new PacketList(batchCapacity);
    groupIpv6 = new PacketList(batchCapacity);
  }

  /** Packets in all lists: those that were not dropped. */
  public int passed() {
    return ipv4.count + ipv6.count + arp.count + groupIpv4.count + groupIpv6.count;
  }

  /** Sorts the packets of {@code in}, which came in on {@code port}, into the lists. */
  public void process(PacketMemory memory, Batch batch, PacketList in, PortSettings port) {
    ipv4.clear();
    ipv6.clear();
    arp.clear();
    groupIpv4.clear();
    groupIpv6.clear();
    for (int k = 0; k < in.count; k++) {
      read(memory, batch, in.index[k], port);
    }
  }

  /** Puts a frame into its list, or drops it. */
  private void read(PacketMemory memory, Batch batch, int i, PortSettings port) {
    int frame = batch.frame(i);
    int length = batch.length(i);
    if (length < Ethernet.HEADER_BYTES) {
      batch.setFate(i, length < 0 ? FRAME_OVERSIZE : TRUNCATED);
      return;
    }
    long destination = Ethernet.destination(memory, frame);
    boolean group = Ethernet.isGroup(destination);
    if (!group && destination != port.mac()) {
      batch.setFate(i, NOT_OURS);
      return;
    }
    if (!isStation(Ethernet.source(memory, frame))) {
      batch.setFate(i, BAD_SOURCE);
      return;
    }
    int type = readTags(memory, batch, i, port.vlanIds());
    switch (type) {
      case 0 -> {}
      case Ethernet.TYPE_ARP -> arp.add(i);
      case Ethernet.TYPE_IPV4 -> (group ? groupIpv4 : ipv4).add(i);
      case Ethernet.TYPE_IPV6 -> (group ? groupIpv6 : ipv6).add(i);
      default -> batch.setFate(i, TYPE_UNSUPPORTED);
    }
  }

  /**
   * Walks the tags, sets {@code network}, and returns the type behind them, or 0 when the frame was
   * dropped.
   */
  private static int readTags(PacketMemory memory, Batch batch, int i, int[] vlanIds) {
    int frame = batch.frame(i);
    int length = batch.length(i);
    int at = frame + 12;
    int type = memory.u16(at);
    int tags = 0;
    boolean known = true;
    while (Ethernet.isTag(type)) {
      if (tags == Ethernet.TAGS_MAX) {
        batch.setFate(i, VLAN_TOO_MANY);
        return 0;
      }
      if (at + 6 > frame + length) {
        batch.setFate(i, VLAN_TRUNCATED);
        return 0;
      }
      known &= tags < vlanIds.length && vlanIds[tags] == (memory.u16(at + 2) & 0xfff);
      tags++;
      at += Ethernet.TAG_BYTES;
      type = memory.u16(at);
    }
    if (vlanIds.length > 0 && !(known && tags == vlanIds.length)) {
      batch.setFate(i, VLAN_UNKNOWN);
      return 0;
    }
    batch.setNetwork(i, at + 2);
    // 0 is no protocol's type, and here it means "dropped".
    if (type == 0) {
      batch.setFate(i, TYPE_UNSUPPORTED);
    }
    return type;
  }

  private static boolean isStation(long address) {
    return address != 0 && !Ethernet.isGroup(address);
  }
}
