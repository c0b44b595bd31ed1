package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.FlowSpread;
import io.breakwater.workers.table.OwnAddresses;
import io.breakwater.workers.table.SymmetricHash;

/**
 * Finds the worker that each packet of a batch belongs to, before anything has judged it: by its
 * flow ({@link SpreadFlow}), whose plain case is done here in one loop.
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

  /** Ethernet type, version and header length, as they stand together. */
  private static final int IPV4_WITHOUT_OPTIONS = Ethernet.TYPE_IPV4 << 8 | 0x45;

  /** In the 4 bytes from the flags on. */
  private static final int FRAGMENT_BITS = (Ipv4.MORE_FRAGMENTS | Ipv4.OFFSET_MASK) << 16;

  /**
   * Protocols whose packets may belong elsewhere than their own addresses say, as bits. A shift
   * counts modulo 64, so that protocols 65 and 111 take the long way too, to the same end.
   */
  private static final long NOT_PLAIN = 1L << Ipv4.PROTOCOL_ICMP | 1L << Ipv4.PROTOCOL_GRE;

  private static final int UNKNOWN = -1;

  /** The worker of each packet of the batch. */
  public final int[] owners;

  private final int self;
  private final FlowSpread spread;
  private final SpreadFlow flow = new SpreadFlow();

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

  /**
   * The same, but only what a NIC can't look into may belong to another, which is what comes out of
   * tunnels, and ICMP errors: the NIC chose the rest.
   */
  public void processTunnelled(PacketMemory memory, Batch batch, OwnAddresses own) {
    int found = keepPlain(memory, batch);
    if (found < batch.count()) {
      spreadOthers(memory, batch, own, false);
    }
  }

  /**
   * The case nearly always: IPv4 without tags and options, no fragment, no tunnel, no ICMP. Returns
   * how many packets are such; the owner of all others is unknown yet.
   *
   * <p>Whether a packet has ports is random from packet to packet, so no branch depends on it
   * (docs/decisions/0005-hot-loops.md).
   */
  private int spreadPlain(PacketMemory memory, Batch batch) {
    int[] records = batch.records;
    int[] out = owners;
    char[] workers = spread.workerByHash();
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
      // Flags, fragment offset, TTL, protocol.
      int middle = memory.i32(frame + 20);
      int protocol = middle & 0xff;
      if (memory.i32(frame + 12) >>> 8 != IPV4_WITHOUT_OPTIONS
          || (middle & FRAGMENT_BITS) != 0
          || isSpecial(protocol)) {
        continue;
      }
      long addresses = memory.i64(frame + 26);
      int ports = memory.i32(frame + 34) & portsMask(protocol);
      int words = SymmetricHash.ipv4((int) (addresses >>> 32), (int) addresses, ports);
      out[i] = workers[SymmetricHash.half(words) & mask];
      found++;
    }
    return found;
  }

  private static boolean isSpecial(int protocol) {
    return (NOT_PLAIN >>> protocol & 1) != 0;
  }

  /** All bits for TCP and UDP, none for other protocols. */
  private static int portsMask(int protocol) {
    return (protocol ^ Ipv4.PROTOCOL_TCP) * (protocol ^ Ipv4.PROTOCOL_UDP) - 1 >> 31;
  }

  /** Keeps what is certainly neither a tunnel's nor ICMP. Returns how many packets are such. */
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
          || isSpecial(memory.u8(frame + 23))) {
        continue;
      }
      out[i] = keeper;
      found++;
    }
    return found;
  }

  /**
   * @param all whether every packet may belong to another, or only what a NIC can't look into
   */
  private void spreadOthers(PacketMemory memory, Batch batch, OwnAddresses own, boolean all) {
    int count = batch.count();
    for (int i = 0; i < count; i++) {
      if (owners[i] == UNKNOWN) {
        int frame = batch.frame(i);
        int half = flow.half(memory, frame, frame + batch.length(i), own, all);
        owners[i] = half == SpreadFlow.NOBODYS ? self : spread.worker(half);
      }
    }
  }
}
