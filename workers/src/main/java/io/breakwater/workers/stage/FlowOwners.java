package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Gre;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.FlowSpread;
import io.breakwater.workers.table.OwnAddresses;
import io.breakwater.workers.table.SymmetricHash;

/**
 * Finds the worker that each packet of a batch belongs to, before anything has judged it: by the
 * addresses and the ports of TCP and UDP, of a fragment and of everything else by the addresses; of
 * what comes out of a tunnel to us by the inner packet, since the ends of a tunnel are the same for
 * all its flows.
 *
 * <p>It hashes as a NIC with the symmetric key does ({@link SymmetricHash}), so that a flow that
 * the NIC spread on its way in meets its replies, which came through a tunnel. What is no IP
 * packet, or too short to tell, stays with who received it.
 *
 * <p>Called only from the worker's thread. Sets nothing in the batch. Cost: five reads of a plain
 * packet and three of tables.
 */
public final class FlowOwners {

  private static final int LENGTH_MIN = 40;
  private static final int EXTENSIONS_MAX = 8;

  /** Ethernet type, version and header length, as they stand together. */
  private static final int IPV4_WITHOUT_OPTIONS = Ethernet.TYPE_IPV4 << 8 | 0x45;

  /** In the 8 bytes from the total length on. */
  private static final long FRAGMENT_BITS = (long) (Ipv4.MORE_FRAGMENTS | Ipv4.OFFSET_MASK) << 16;

  private static final int UNKNOWN = -1;

  /** The worker of each packet of the batch. */
  public final int[] owners;

  private final int self;
  private final FlowSpread spread;

  /**
   * @param self the worker that receives the batches, and keeps what belongs to nobody
   */
  public FlowOwners(int batchCapacity, int self, FlowSpread spread) {
    owners = new int[batchCapacity];
    this.self = self;
    this.spread = spread;
  }

  /** Finds the owners of all packets of a batch. */
  public void process(PacketMemory memory, Batch batch, OwnAddresses own) {
    int found = spreadPlain(memory, batch);
    if (found < batch.count()) {
      spreadOthers(memory, batch, own, true);
    }
  }

  /** The same, but only what comes out of tunnels may belong to another: the NIC chose the rest. */
  public void processTunnelled(PacketMemory memory, Batch batch, OwnAddresses own) {
    int found = keepPlain(memory, batch);
    if (found < batch.count()) {
      spreadOthers(memory, batch, own, false);
    }
  }

  /**
   * The case nearly always: IPv4 without tags and options, no fragment, no tunnel. Returns how many
   * packets are such; the owner of all others is unknown yet.
   *
   * <p>Whether a packet has ports is random from packet to packet, so no branch depends on it
   * (docs/decisions/0005-hot-loops.md).
   */
  private int spreadPlain(PacketMemory memory, Batch batch) {
    int[] records = batch.records;
    int[] out = owners;
    int[] workers = spread.workerByHash();
    int mask = workers.length - 1;
    int count = batch.count();
    int found = 0;
    for (int i = 0; i < count; i++) {
      int at = i << Batch.SHIFT;
      int frame = records[at + Batch.FRAME];
      out[i] = UNKNOWN;
      if (records[at + Batch.LENGTH] < LENGTH_MIN) {
        continue;
      }
      // In turn: half the source, type, version, TOS; total length to protocol; checksum, source,
      // half the destination; its rest, ports.
      long second = memory.i64(frame + 8);
      long third = memory.i64(frame + 16);
      int protocol = (int) third & 0xff;
      if (((int) second >>> 8) != IPV4_WITHOUT_OPTIONS
          || (third & FRAGMENT_BITS) != 0
          || protocol == Ipv4.PROTOCOL_GRE) {
        continue;
      }
      long fourth = memory.i64(frame + 24);
      long fifth = memory.i64(frame + 32);
      int source = (int) (fourth >>> 16);
      int destination = (int) (fourth << 16 | fifth >>> 48);
      int ports = (int) (fifth >>> 16) & portsMask(protocol);
      int half = SymmetricHash.half(SymmetricHash.ipv4(source, destination, ports));
      out[i] = workers[half & mask];
      found++;
    }
    return found;
  }

  /** All bits for TCP and UDP, none for other protocols. */
  private static int portsMask(int protocol) {
    return (protocol ^ Ipv4.PROTOCOL_TCP) * (protocol ^ Ipv4.PROTOCOL_UDP) - 1 >> 31;
  }

  /** Keeps what is certainly no tunnel's. Returns how many packets are such. */
  private int keepPlain(PacketMemory memory, Batch batch) {
    int[] records = batch.records;
    int[] out = owners;
    int keeper = self;
    int count = batch.count();
    int found = 0;
    for (int i = 0; i < count; i++) {
      int at = i << Batch.SHIFT;
      int frame = records[at + Batch.FRAME];
      out[i] = UNKNOWN;
      if (records[at + Batch.LENGTH] < LENGTH_MIN
          || memory.i32(frame + 12) >>> 8 != IPV4_WITHOUT_OPTIONS
          || memory.u8(frame + 23) == Ipv4.PROTOCOL_GRE) {
        continue;
      }
      out[i] = keeper;
      found++;
    }
    return found;
  }

  /**
   * @param all whether every packet may belong to another, or only what comes out of tunnels
   */
  private void spreadOthers(PacketMemory memory, Batch batch, OwnAddresses own, boolean all) {
    int count = batch.count();
    for (int i = 0; i < count; i++) {
      if (owners[i] == UNKNOWN) {
        int frame = batch.frame(i);
        owners[i] = owner(memory, frame, frame + batch.length(i), own, all);
      }
    }
  }

  /** The owner of any frame up to {@code end}. */
  private int owner(PacketMemory memory, int frame, int end, OwnAddresses own, boolean all) {
    int network = frame + Ethernet.HEADER_BYTES;
    for (int tags = 0; tags < Ethernet.TAGS_MAX; tags++) {
      if (end - network < Ethernet.TAG_BYTES || !Ethernet.isTag(memory.u16(network - 2))) {
        break;
      }
      network += Ethernet.TAG_BYTES;
    }
    if (end < network) {
      return self;
    }
    int type = memory.u16(network - 2);
    if (!isPresent(type, end - network)) {
      return self;
    }
    int gre = type == Ethernet.TYPE_IPV4 ? greIpv4(memory, network, own) : 0;
    if (type == Ethernet.TYPE_IPV6) {
      gre = greIpv6(memory, network, end, own);
    }
    if (gre != 0) {
      return ownerOfInner(memory, gre, end);
    }
    return all ? ownerOfFlow(memory, network, end, type) : self;
  }

  /** Whether it is IP, and the fixed part of its header is there. */
  private static boolean isPresent(int type, int bytes) {
    return type == Ethernet.TYPE_IPV4 && bytes >= Ipv4.HEADER_BYTES
        || type == Ethernet.TYPE_IPV6 && bytes >= Ipv6.HEADER_BYTES;
  }

  /** Where GRE begins in a packet to an address of ours; 0 in others. */
  private static int greIpv4(PacketMemory memory, int network, OwnAddresses own) {
    return Ipv4.protocol(memory, network) == Ipv4.PROTOCOL_GRE
            && !Ipv4.isFragment(Ipv4.flagsAndOffset(memory, network))
            && own.contains(Ipv4.destination(memory, network))
        ? network + Ipv4.headerBytes(memory, network)
        : 0;
  }

  /** The same; GRE often stands behind destination options (RFC 2473 4.1.1). */
  private static int greIpv6(PacketMemory memory, int network, int end, OwnAddresses own) {
    int next = Ipv6.nextHeader(memory, network);
    int at = network + Ipv6.HEADER_BYTES;
    for (int headers = 0; headers < EXTENSIONS_MAX && Ipv6.isExtension(next); headers++) {
      if (end - at < 8 || next == Ipv6.NEXT_FRAGMENT) {
        return 0;
      }
      int bytes = Ipv6.extensionBytes(memory, at, next);
      next = memory.u8(at);
      at += bytes;
    }
    return next == Ipv4.PROTOCOL_GRE
            && own.contains(
                Ipv6.destinationHigh(memory, network), Ipv6.destinationLow(memory, network))
        ? at
        : 0;
  }

  private int ownerOfInner(PacketMemory memory, int gre, int end) {
    if (end - gre < Gre.HEADER_BYTES) {
      return self;
    }
    int type = Gre.protocolType(memory, gre);
    int inner = gre + Gre.headerBytes(Gre.flags(memory, gre));
    return isPresent(type, end - inner) ? ownerOfFlow(memory, inner, end, type) : self;
  }

  private int ownerOfFlow(PacketMemory memory, int network, int end, int type) {
    int words =
        type == Ethernet.TYPE_IPV4
            ? wordsIpv4(memory, network, end)
            : wordsIpv6(memory, network, end);
    return spread.worker(SymmetricHash.half(words));
  }

  private static int wordsIpv4(PacketMemory memory, int network, int end) {
    int transport = network + Ipv4.headerBytes(memory, network);
    boolean whole = !Ipv4.isFragment(Ipv4.flagsAndOffset(memory, network));
    int ports = 0;
    if (whole && Transport.hasPorts(Ipv4.protocol(memory, network)) && end - transport >= 4) {
      ports = memory.i32(transport);
    }
    return SymmetricHash.ipv4(
        Ipv4.source(memory, network), Ipv4.destination(memory, network), ports);
  }

  private static int wordsIpv6(PacketMemory memory, int network, int end) {
    int transport = network + Ipv6.HEADER_BYTES;
    int ports = 0;
    if (Transport.hasPorts(Ipv6.nextHeader(memory, network)) && end - transport >= 4) {
      ports = memory.i32(transport);
    }
    return SymmetricHash.ipv6(
        Ipv6.sourceHigh(memory, network),
        Ipv6.sourceLow(memory, network),
        Ipv6.destinationHigh(memory, network),
        Ipv6.destinationLow(memory, network),
        ports);
  }
}
