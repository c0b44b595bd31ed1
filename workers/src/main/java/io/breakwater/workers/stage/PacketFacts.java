package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.packet.Tcp;
import io.breakwater.workers.protection.TrafficClass;
import io.breakwater.workers.protection.TrafficCounters;

/**
 * What the stages of protection ask of each packet, read once: where its transport header is, its
 * protocol, TCP flags, and {@link TrafficClass}, by which it is counted here.
 *
 * <pre>
 *   fact   | 31..22 0 | later fragment | fragment | class (4) | TCP flags (8) | protocol (8) |
 * </pre>
 *
 * <p>The facts of packets of tenants without protection are 0, which no protected packet's are (of
 * protocol 0 the class is not). Called only from the worker's thread; one object for each address
 * family. Packets have been validated: of a first fragment or whole datagram the transport header
 * is there.
 */
public final class PacketFacts {

  public static final int PROTOCOL_MASK = 0xff;
  public static final int FLAGS_SHIFT = 8;
  public static final int FLAGS_MASK = 0xff;
  public static final int CLASS_SHIFT = 16;
  public static final int CLASS_MASK = 0xf;
  public static final int FRAGMENT = 1 << 20;
  public static final int LATER_FRAGMENT = 1 << 21;

  private static final int VERSION_4_IHL_5 = 0x45;
  private static final int FRAGMENT_CLASS = TrafficClass.FRAGMENT.ordinal() << CLASS_SHIFT;

  private final boolean ipv6;
  private final TrafficCounters counters;
  private final int[] facts;
  private final int[] transports;

  /**
   * @param counters of this worker
   */
  public PacketFacts(int batchCapacity, boolean ipv6, TrafficCounters counters) {
    this.ipv6 = ipv6;
    this.counters = counters;
    facts = new int[batchCapacity];
    transports = new int[batchCapacity];
  }

  /** By the packet's index. Not to be written. */
  public int[] facts() {
    return facts;
  }

  /** By the packet's index: where its transport header is, 0 of a later fragment. */
  public int[] transports() {
    return transports;
  }

  static int protocol(int fact) {
    return fact & PROTOCOL_MASK;
  }

  static int tcpFlags(int fact) {
    return fact >>> FLAGS_SHIFT & FLAGS_MASK;
  }

  static int trafficClass(int fact) {
    return fact >>> CLASS_SHIFT & CLASS_MASK;
  }

  /**
   * Reads and counts the packets of tenants with protection.
   *
   * @param words by tenant: 0 where it has no protection
   */
  public void process(PacketMemory memory, Batch batch, PacketList in, int[] words) {
    int[] index = in.index;
    int[] records = batch.records;
    int count = in.count;
    for (int k = 0; k < count; k++) {
      int i = index[k];
      int at = i << Batch.SHIFT;
      int tenant = records[at + Batch.TENANT];
      if (words[tenant] == 0) {
        facts[i] = 0;
        transports[i] = 0;
        continue;
      }
      int network = records[at + Batch.NETWORK];
      int fact = ipv6 ? ipv6(memory, i, network) : ipv4(memory, i, network);
      facts[i] = fact;
      int bytes = records[at + Batch.FRAME] + records[at + Batch.LENGTH] - network;
      counters.count(tenant, trafficClass(fact), bytes);
    }
  }

  private int ipv4(PacketMemory memory, int i, int network) {
    long first = memory.i64(network);
    int protocol = memory.u8(network + 9);
    int fragment = (int) first & (Ipv4.MORE_FRAGMENTS | Ipv4.OFFSET_MASK);
    int transport = network + ((int) (first >>> 56) - VERSION_4_IHL_5 << 2) + Ipv4.HEADER_BYTES;
    if (fragment == 0) {
      transports[i] = transport;
      return whole(memory, transport, protocol);
    }
    boolean later = (fragment & Ipv4.OFFSET_MASK) != 0;
    return fragment(memory, i, later ? 0 : transport, protocol);
  }

  private int ipv6(PacketMemory memory, int i, int network) {
    int next = Ipv6.nextHeader(memory, network);
    if (!Ipv6.isExtension(next)) {
      int transport = network + Ipv6.HEADER_BYTES;
      transports[i] = transport;
      return whole(memory, transport, next);
    }
    return walk(memory, i, network + Ipv6.HEADER_BYTES, next);
  }

  /** Ipv6Input has found the chain to be whole and bounded. */
  private int walk(PacketMemory memory, int i, int from, int first) {
    int next = first;
    int at = from;
    boolean fragment = false;
    while (Ipv6.isExtension(next)) {
      int type = next;
      next = memory.u8(at);
      if (type == Ipv6.NEXT_FRAGMENT) {
        int offsetAndFlag = memory.u16(at + 2);
        // RFC 6946: an atomic fragment, offset 0 and none to follow, is a whole datagram.
        fragment |= (offsetAndFlag & 0xfff9) != 0;
        if ((offsetAndFlag & 0xfff8) != 0) {
          return fragment(memory, i, 0, next);
        }
      }
      at += Ipv6.extensionBytes(memory, at, type);
    }
    if (fragment) {
      return fragment(memory, i, at, next);
    }
    transports[i] = at;
    return whole(memory, at, next);
  }

  private static int whole(PacketMemory memory, int transport, int protocol) {
    int flags = protocol == Ipv4.PROTOCOL_TCP ? Tcp.flags(memory, transport) : 0;
    return protocol | flags << FLAGS_SHIFT | TrafficClass.of(protocol, flags) << CLASS_SHIFT;
  }

  /**
   * @param transport 0 of a later one
   */
  private int fragment(PacketMemory memory, int i, int transport, int protocol) {
    transports[i] = transport;
    boolean hasFlags = transport != 0 && protocol == Ipv4.PROTOCOL_TCP;
    int flags = hasFlags ? Tcp.flags(memory, transport) : 0;
    int later = transport == 0 ? LATER_FRAGMENT : 0;
    return protocol | flags << FLAGS_SHIFT | FRAGMENT_CLASS | FRAGMENT | later;
  }
}
