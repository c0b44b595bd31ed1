package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Checksum;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.FlowHash;
import io.breakwater.workers.table.OwnAddresses;

/**
 * Validates IPv4 in the order of RFC 1812 5.2.2 and 5.3.7: length, version, header length, total
 * length, checksum, addresses, options, and then the transport header.
 *
 * <p>The same class judges packets from the wire and packets out of tunnels. It trims link-layer
 * padding off {@code length} and sets {@code flow}. The TTL is looked at where a packet is
 * forwarded, since one for ourselves may have any (RFC 1812 4.2.2.9).
 *
 * <p>Called only from the worker's thread. Cost: three reads of a header without options, which are
 * the whole header.
 */
public final class Ipv4Input {

  private static final int TRUNCATED = DropReason.IPV4_TRUNCATED.code();
  private static final int BAD_VERSION = DropReason.IPV4_BAD_VERSION.code();
  private static final int BAD_HEADER_LENGTH = DropReason.IPV4_BAD_HEADER_LENGTH.code();
  private static final int BAD_LENGTH = DropReason.IPV4_BAD_LENGTH.code();
  private static final int BAD_CHECKSUM = DropReason.IPV4_BAD_CHECKSUM.code();
  private static final int BAD_OPTIONS = DropReason.IPV4_BAD_OPTIONS.code();
  private static final int SOURCE_ROUTE = DropReason.IPV4_SOURCE_ROUTE.code();
  private static final int MARTIAN_SOURCE = DropReason.MARTIAN_SOURCE.code();
  private static final int MARTIAN_DESTINATION = DropReason.MARTIAN_DESTINATION.code();
  private static final int BOGON_SOURCE = DropReason.BOGON_SOURCE.code();
  private static final int LAND = DropReason.LAND.code();

  private static final int VERSION_4_IHL_5 = 0x45;
  private static final int LIMITED_BROADCAST = 0xffff_ffff;
  private static final int OPTION_END = 0;
  private static final int OPTION_NOP = 1;
  private static final int OPTION_LOOSE_SOURCE_ROUTE = 131;
  private static final int OPTION_STRICT_SOURCE_ROUTE = 137;

  /** Moves the valid packets of {@code in} to the end of {@code out}; the others get their fate. */
  public void process(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      PacketList out,
      OwnAddresses own,
      boolean dropBogons) {
    int[] index = in.index;
    int[] valid = out.index;
    int validCount = out.count;
    int[] networks = batch.network;
    int[] frames = batch.frame;
    int[] lengths = batch.length;
    int[] flows = batch.flow;
    int[] fates = batch.fate;
    int count = in.count;
    for (int k = 0; k < count; k++) {
      int i = index[k];
      int network = networks[i];
      int available = frames[i] + lengths[i] - network;
      if (available < Ipv4.HEADER_BYTES) {
        fates[i] = TRUNCATED;
        continue;
      }
      long first = memory.i64(network);
      long second = memory.i64(network + 8);
      int destination = memory.i32(network + 16);
      int source = (int) second;

      int headerBytes = Ipv4.HEADER_BYTES;
      long sum = wordPairs(first) + wordPairs(second) + (destination & 0xffff_ffffL);
      if (first >>> 56 != VERSION_4_IHL_5) {
        int wrong = checkLongHeader(memory, network, available);
        if (wrong != 0) {
          fates[i] = wrong;
          continue;
        }
        headerBytes = Ipv4.headerBytes(memory, network);
        sum += Checksum.sum(memory, network + Ipv4.HEADER_BYTES, headerBytes - Ipv4.HEADER_BYTES);
      }
      int total = (int) (first >>> 32) & 0xffff;
      if (total < headerBytes || total > available) {
        fates[i] = BAD_LENGTH;
        continue;
      }
      if (Checksum.fold(sum) != 0xffff) {
        fates[i] = BAD_CHECKSUM;
        continue;
      }
      if (isImpossible(source >>> 24, 224)
          || isImpossible(destination >>> 24, 240)
          || source == destination
          || own.contains(source)
          || dropBogons && Bogons.contains(source)) {
        int wrong = judgeAddresses(source, destination, own, dropBogons);
        if (wrong != 0) {
          fates[i] = wrong;
          continue;
        }
      }
      lengths[i] = network - frames[i] + total;
      int protocol = (int) (second >>> 48) & 0xff;
      int flagsAndOffset = (int) first & 0xffff;
      int ports = 0;
      int wrong = headerBytes == Ipv4.HEADER_BYTES ? 0 : checkOptions(memory, network, headerBytes);
      if ((flagsAndOffset & Ipv4.OFFSET_MASK) == 0) {
        boolean fragment = (flagsAndOffset & Ipv4.MORE_FRAGMENTS) != 0;
        int transport = network + headerBytes;
        wrong |=
            wrong != 0
                ? 0
                : Transport.check(memory, transport, total - headerBytes, protocol, fragment);
        if (wrong == 0 && !fragment && Transport.hasPorts(protocol)) {
          ports = memory.i32(transport);
        }
      }
      if (wrong != 0) {
        fates[i] = wrong;
        continue;
      }
      flows[i] = FlowHash.ipv4(source, destination, protocol, ports);
      valid[validCount++] = i;
    }
    out.count = validCount;
  }

  private static long wordPairs(long word) {
    return (word >>> 32) + (word & 0xffff_ffffL);
  }

  /** First octets that are no unicast host's: 0, 127, and from {@code end} on. */
  private static boolean isImpossible(int firstOctet, int end) {
    return firstOctet == 0 || firstOctet == 127 || firstOctet >= end;
  }

  /** Header of another version or with options: 0 when it is version 4 and all there. */
  private static int checkLongHeader(PacketMemory memory, int network, int available) {
    if (memory.u8(network) >>> 4 != 4) {
      return BAD_VERSION;
    }
    int headerBytes = Ipv4.headerBytes(memory, network);
    return headerBytes < Ipv4.HEADER_BYTES || headerBytes > available ? BAD_HEADER_LENGTH : 0;
  }

  /**
   * Names what is wrong with the addresses, or 0: the limited broadcast is a destination, though
   * not to be forwarded.
   */
  private static int judgeAddresses(
      int source, int destination, OwnAddresses own, boolean dropBogons) {
    if (isImpossible(source >>> 24, 224) || own.contains(source)) {
      return MARTIAN_SOURCE;
    }
    if (isImpossible(destination >>> 24, 240) && destination != LIMITED_BROADCAST) {
      return MARTIAN_DESTINATION;
    }
    if (source == destination) {
      return LAND;
    }
    return dropBogons && Bogons.contains(source) ? BOGON_SOURCE : 0;
  }

  /**
   * RFC 791 3.1: walks the options; source routes are refused, others pass unread (RFC 1812
   * 5.3.13).
   */
  private static int checkOptions(PacketMemory memory, int network, int headerBytes) {
    int end = network + headerBytes;
    int at = network + Ipv4.HEADER_BYTES;
    while (at < end) {
      int type = memory.u8(at);
      if (type == OPTION_END) {
        return 0;
      }
      if (type == OPTION_NOP) {
        at++;
        continue;
      }
      int length = at + 1 < end ? memory.u8(at + 1) : 0;
      if (length < 2 || at + length > end) {
        return BAD_OPTIONS;
      }
      if (type == OPTION_LOOSE_SOURCE_ROUTE || type == OPTION_STRICT_SOURCE_ROUTE) {
        return SOURCE_ROUTE;
      }
      at += length;
    }
    return 0;
  }
}
