package io.breakwater.workers.firewall;

import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketMemory;

/**
 * One packet as nftables sees it: where its headers begin, and the fields that rules load
 * (net/netfilter/nft_payload.c, nft_meta.c, nft_exthdr.c of Linux).
 *
 * <p>Reads nothing beyond the end of the IP packet. Threading: one thread; one object serves all
 * packets of a worker.
 */
public final class PacketView {

  /** AF_INET and AF_INET6. */
  private static final int NFPROTO_IPV4 = 2;

  private static final int NFPROTO_IPV6 = 10;
  private static final int NFPROTO_NETDEV = 5;

  private static final int IPV4_TTL = 8;
  private static final int IPV4_CHECKSUM = 10;
  private static final int IPV6_HOP_LIMIT = 7;
  private static final int TCP_HEADER_BYTES = 20;
  private static final int ABSENT = -1;

  private final PacketMemory memory;

  private boolean ipv6;
  private int frame;
  private int network;
  private int end;

  /** Of the transport header, or {@link #ABSENT} if the chain of headers can't be read. */
  private int protocol;

  private int transport;
  private boolean laterFragment;

  /** {@code meta mark}. */
  int mark;

  /** What was loaded last: bits 127..64 and 63..0. */
  long high;

  long low;

  public PacketView(PacketMemory memory) {
    this.memory = memory;
  }

  /**
   * Begins with a packet whose IP header is valid.
   *
   * @param end behind the last byte of the IP packet
   */
  public void begin(int frame, int network, int end) {
    this.frame = frame;
    this.network = network;
    this.end = end;
    mark = 0;
    ipv6 = memory.u8(network) >>> 4 == 6;
    if (ipv6) {
      walk();
    } else {
      int offset = Ipv4.flagsAndOffset(memory, network) & 0x1fff;
      protocol = Ipv4.protocol(memory, network);
      transport = network + ((memory.u8(network) & 0x0f) << 2);
      laterFragment = offset != 0;
    }
  }

  public boolean isIpv6() {
    return ipv6;
  }

  /** Layer-3 bytes. */
  public int lengthBytes() {
    return end - network;
  }

  /** The transport protocol; -1 where the chain of headers can't be read. */
  public int protocol() {
    return protocol;
  }

  /** A word of the source address in host order: of IPv4 there is only the first. */
  public int sourceWord(int word) {
    return memory.i32(network + (ipv6 ? 8 + 4 * word : 12));
  }

  /** The same of the destination address. */
  public int destinationWord(int word) {
    return memory.i32(network + (ipv6 ? 24 + 4 * word : 16));
  }

  /** Whether the first bytes of the transport header are there, where some protocols have ports. */
  public boolean hasPorts() {
    return protocol != ABSENT && !laterFragment && transport + 4 <= end;
  }

  /** Source port in the upper 16 bits, destination port in the lower, if there are any. */
  public int ports() {
    return memory.i32(transport);
  }

  /** Where the TCP header is; -1 if there is none, or not all of it. */
  public int tcp() {
    boolean there =
        protocol == Ipv4.PROTOCOL_TCP && !laterFragment && transport + TCP_HEADER_BYTES <= end;
    return there ? transport : ABSENT;
  }

  /** Writes what {@link RuleTree} asks for. */
  public void describe(int[] fields, int base) {
    if (ipv6) {
      for (int word = 0; word < 4; word++) {
        fields[base + RuleTree.SOURCE + word] = memory.i32(network + 8 + 4 * word);
        fields[base + RuleTree.DESTINATION + word] = memory.i32(network + 24 + 4 * word);
      }
    } else {
      fields[base + RuleTree.SOURCE] = Ipv4.source(memory, network);
      fields[base + RuleTree.DESTINATION] = Ipv4.destination(memory, network);
    }
    boolean present = protocol != ABSENT && !laterFragment;
    fields[base + RuleTree.PROTOCOL] = protocol == ABSENT ? RuleTree.NO_PROTOCOL : protocol;
    fields[base + RuleTree.SOURCE_PORT] =
        present && transport + 2 <= end ? memory.u16(transport) : RuleTree.NO_PORT;
    fields[base + RuleTree.DESTINATION_PORT] =
        present && transport + 4 <= end ? memory.u16(transport + 2) : RuleTree.NO_PORT;
  }

  // ---------------------------------------------------------------- what forwarding changes

  int timeToLive() {
    return memory.u8(network + (ipv6 ? IPV6_HOP_LIMIT : IPV4_TTL));
  }

  /**
   * Counts TTL or hop limit by one down or back up again, with the checksum as the kernel's {@code
   * ip_decrease_ttl} does it.
   *
   * @param checksum of IPv4: what to write for the header's checksum, or -1 to compute it
   * @return the checksum that stood there; 0 for IPv6
   */
  int changeTimeToLive(int by, int checksum) {
    int at = network + (ipv6 ? IPV6_HOP_LIMIT : IPV4_TTL);
    memory.setU8(at, memory.u8(at) + by);
    if (ipv6) {
      return 0;
    }
    int old = memory.u16(network + IPV4_CHECKSUM);
    int sum = old + 0x0100;
    int changed = checksum >= 0 ? checksum : sum + (sum >= 0xffff ? 1 : 0) & 0xffff;
    memory.setU16(network + IPV4_CHECKSUM, changed);
    return old;
  }

  // ---------------------------------------------------------------- loads

  /** Loads 8, 16 or 32 bits; returns whether they are there. */
  boolean load(int base, int offset, int bytes) {
    int at = start(base);
    if (at == ABSENT || at + offset + bytes > end) {
      return false;
    }
    high = 0;
    low =
        switch (bytes) {
          case 1 -> memory.u8(at + offset);
          case 2 -> memory.u16(at + offset);
          default -> memory.u32(at + offset);
        };
    return true;
  }

  /** Loads up to 128 bits at any place. */
  boolean loadBits(int base, int offsetBits, int bits) {
    int at = start(base);
    return at != ABSENT && loadBits(at, end, offsetBits, bits);
  }

  /** Where a base is; {@link #ABSENT} where a packet has none. */
  private int start(int base) {
    if (base == Instruction.Base.NETWORK) {
      return network;
    }
    if (base == Instruction.Base.LINK) {
      return frame;
    }
    return protocol == ABSENT || laterFragment ? ABSENT : transport;
  }

  private boolean loadBits(int at, int limit, int offsetBits, int bits) {
    int first = at + (offsetBits >>> 3);
    int last = at + (offsetBits + bits - 1 >>> 3);
    if (last >= limit) {
      return false;
    }
    long upper = 0;
    long lower = memory.u8(first) & 0xff >>> (offsetBits & 7);
    for (int next = first + 1; next <= last; next++) {
      // The last byte brings only the bits that are asked for.
      int shift = next == last ? (offsetBits + bits - 1 & 7) + 1 : 8;
      upper = upper << shift | lower >>> (64 - shift);
      lower = lower << shift | memory.u8(next) >>> 8 - shift;
    }
    if (first == last) {
      lower >>>= 7 - (offsetBits + bits - 1 & 7);
    }
    high = upper;
    low = lower;
    return true;
  }

  boolean loadMeta(int which) {
    high = 0;
    switch (which) {
      case Instruction.Meta.L4_PROTOCOL -> {
        low = protocol;
        return protocol != ABSENT;
      }
      case Instruction.Meta.NF_PROTOCOL -> low = ipv6 ? NFPROTO_IPV6 : NFPROTO_IPV4;
      case Instruction.Meta.LENGTH -> low = lengthBytes();
      case Instruction.Meta.PROTOCOL -> low = ipv6 ? 0x86dd : 0x0800;
      case Instruction.Meta.NF_NETDEV -> low = NFPROTO_NETDEV;
      default -> low = mark & 0xffff_ffffL;
    }
    return true;
  }

  /** nft_exthdr_tcp_eval(): the first option of its kind, if it is long enough. */
  boolean loadOption(int kind, int offsetBits, int bits) {
    int option = option(kind);
    if (option == ABSENT) {
      return false;
    }
    int optionEnd = option + optionBytes(option);
    int bytes = (offsetBits + bits - 1 >>> 3) + 1;
    return optionEnd <= optionsEnd()
        && option + bytes <= optionEnd
        && loadBits(option, optionEnd, offsetBits, bits);
  }

  boolean loadOptionExists(int kind) {
    int option = option(kind);
    high = 0;
    low = option != ABSENT && option + optionBytes(option) <= optionsEnd() ? 1 : 0;
    return true;
  }

  private int optionsEnd() {
    return transport + (memory.u8(transport + 12) >>> 4 << 2);
  }

  private int option(int kind) {
    if (protocol != Ipv4.PROTOCOL_TCP || laterFragment || transport + TCP_HEADER_BYTES > end) {
      return ABSENT;
    }
    int limit = optionsEnd();
    if (limit > end) {
      return ABSENT;
    }
    for (int at = transport + TCP_HEADER_BYTES; at < limit - 1; at += optionBytes(at)) {
      if (memory.u8(at) == kind) {
        return at;
      }
    }
    return ABSENT;
  }

  /** optlen(): end-of-list and no-operation are one byte, and so is what says 0. */
  private int optionBytes(int at) {
    int length = memory.u8(at) <= 1 ? 1 : memory.u8(at + 1);
    return length == 0 ? 1 : length;
  }

  // ---------------------------------------------------------------- IPv6 headers

  /** Whether there is an extension header of this kind: ipv6_find_hdr() of Linux with a target. */
  boolean loadExtension(int target) {
    if (!ipv6) {
      return false;
    }
    high = 0;
    low = hasHeader(target) ? 1 : 0;
    return true;
  }

  private boolean hasHeader(int target) {
    int next = Ipv6.nextHeader(memory, network);
    int at = network + Ipv6.HEADER_BYTES;
    while (next != target) {
      if (!Ipv6.isExtension(next) || at + 2 > end) {
        return false;
      }
      if (next == Ipv6.NEXT_FRAGMENT && (at + 4 > end || memory.u16(at + 2) >>> 3 != 0)) {
        return false;
      }
      int type = next;
      next = memory.u8(at);
      at += Ipv6.extensionBytes(memory, at, type);
    }
    // A header of these kinds has to be there with its first bytes.
    return !Ipv6.isExtension(target) || at + (target == Ipv6.NEXT_FRAGMENT ? 4 : 2) <= end;
  }

  /** Finds the transport header: ipv6_find_hdr() of Linux without a target. */
  private void walk() {
    int next = Ipv6.nextHeader(memory, network);
    int at = network + Ipv6.HEADER_BYTES;
    laterFragment = false;
    protocol = ABSENT;
    while (Ipv6.isExtension(next)) {
      if (at + 2 > end) {
        return;
      }
      int type = next;
      next = memory.u8(at);
      if (type == Ipv6.NEXT_FRAGMENT) {
        if (at + 4 > end) {
          return;
        }
        if (memory.u16(at + 2) >>> 3 != 0) {
          laterFragment = true;
          protocol = Ipv6.isExtension(next) ? ABSENT : next;
          return;
        }
      }
      at += Ipv6.extensionBytes(memory, at, type);
    }
    protocol = next;
    transport = at;
  }
}
