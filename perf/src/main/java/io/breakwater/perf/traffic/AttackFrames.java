package io.breakwater.perf.traffic;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;

/**
 * The frames of one kind of attack: {@value #FRAMES} of them, made from the workload's seed, of
 * which each packet is a copy. Where the attack is one from random sources, each copy gets a source
 * of its own and both checksums with it.
 *
 * <p>All go to one address of one tenant, as attacks do; malformed ones that have no address go
 * nowhere.
 */
public final class AttackFrames {

  private static final int FRAMES = 1_024;
  private static final int IPV4 = FrameWriter.ETHERNET_BYTES;
  private static final int IPV4_CHECKSUM = IPV4 + 10;
  private static final int IPV4_SOURCE = IPV4 + 12;
  private static final int TRANSPORT = IPV4 + FrameWriter.IPV4_BYTES;
  private static final int SYN = 0x02;
  private static final int ACK = 0x10;
  private static final int TTL = 57;
  private static final int SMALL_PAYLOAD_BYTES = 18;
  private static final int REFLECTED_PAYLOAD_BYTES = 468;
  private static final int FRAGMENT_BYTES = 512;

  /** DNS, NTP, SSDP, memcached. */
  private static final int[] REFLECTORS = {53, 123, 1_900, 11_211};

  private static final ValueLayout.OfShort SHORT =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final TrafficKind kind;
  private final int victim;
  private final long destinationMac;
  private final long sourceMac;
  private final Random random;
  private final MemorySegment frames;
  private final int[] lengths = new int[FRAMES];
  private final int strideBytes;

  /** Of the transport checksum if sources are random, else 0. */
  private final int checksumOffset;

  public AttackFrames(TrafficKind kind, Workload workload, long destinationMac, long sourceMac) {
    this.kind = kind;
    this.destinationMac = destinationMac;
    this.sourceMac = sourceMac;
    random = new Random(workload.seed() + 100 + kind.ordinal());
    List<Workload.Prefix> prefixes = workload.prefixes();
    victim = prefixes.get(random.nextInt(prefixes.size())).host(random);
    checksumOffset =
        switch (kind) {
          case SYN_FLOOD -> TRANSPORT + 16;
          case UDP_FLOOD -> TRANSPORT + 6;
          default -> 0;
        };
    byte[][] made = new byte[FRAMES][];
    int longest = 0;
    for (int i = 0; i < FRAMES; i++) {
      made[i] = frame(i);
      lengths[i] = made[i].length;
      longest = Math.max(longest, lengths[i]);
    }
    strideBytes = (longest + 63) & ~63;
    frames = Arena.ofAuto().allocate((long) FRAMES * strideBytes, 64);
    for (int i = 0; i < FRAMES; i++) {
      MemorySegment.copy(
          MemorySegment.ofArray(made[i]), 0, frames, (long) i * strideBytes, lengths[i]);
    }
  }

  private byte[] frame(int i) {
    return switch (kind) {
      case LEGITIMATE -> throw new IllegalArgumentException("no attack: kind=" + kind);
      case SYN_FLOOD -> stamped(ipv4(0, FrameWriter.TCP, 0).tcp(port(), 443, SYN), 0);
      case UDP_FLOOD ->
          stamped(ipv4(0, FrameWriter.UDP, 0).udp(port(), port()), SMALL_PAYLOAD_BYTES);
      case REFLECTION ->
          stamped(
              ipv4(outsider(), FrameWriter.UDP, 0).udp(REFLECTORS[i % REFLECTORS.length], port()),
              REFLECTED_PAYLOAD_BYTES);
      case FRAGMENTS ->
          stamped(ipv4(outsider(), FrameWriter.UDP, 1 + random.nextInt(8_000)), FRAGMENT_BYTES);
      case MALFORMED -> malformed(i);
    };
  }

  /** Four faults in turn, each of a layer that is checked before the next. */
  private byte[] malformed(int i) {
    byte[] frame = stamped(ipv4(outsider(), FrameWriter.TCP, 0).tcp(port(), 443, ACK), 6);
    switch (i % 4) {
      case 0 -> frame[IPV4_CHECKSUM] ^= 0x55;
      case 1 -> frame[IPV4 + 2] = 4; // a total length of more than there is
      case 2 -> frame[IPV4] = 0x44; // a header shorter than the shortest
      default -> frame[IPV4] = 0x65; // version 6 in a frame of IPv4
    }
    return frame;
  }

  private FrameWriter ipv4(int source, int protocol, int flagsAndOffset) {
    return new FrameWriter()
        .ethernet(destinationMac, sourceMac, FrameWriter.TYPE_IPV4)
        .ipv4(source, victim, protocol, TTL, flagsAndOffset);
  }

  /** Payload, of which the last bytes are room for the stamp. */
  private byte[] stamped(FrameWriter frame, int payloadBytes) {
    int padding = Math.max(payloadBytes, PacketStamp.BYTES) - Integer.BYTES;
    return frame.zeros(padding).int32(PacketStamp.sum(kind.ordinal())).finish();
  }

  private int port() {
    return 1_024 + random.nextInt(64_512);
  }

  private int outsider() {
    return outsider(random.nextInt());
  }

  private static int outsider(int bits) {
    return (128 + ((bits >>> 24) * 41 >>> 8)) << 24 | bits & 0xff_ffff;
  }

  /**
   * Writes a frame; its stamp is left to the caller.
   *
   * @param bits random ones
   * @param at offset of its first byte
   * @return its bytes
   */
  public int write(long bits, MemorySegment memory, long at) {
    int i = (int) (bits & FRAMES - 1);
    int length = lengths[i];
    MemorySegment.copy(frames, (long) i * strideBytes, memory, at, length);
    if (checksumOffset != 0) {
      int source = outsider((int) (bits >>> 32));
      memory.set(INT, at + IPV4_SOURCE, source);
      addToChecksum(memory, at + IPV4_CHECKSUM, source);
      addToChecksum(memory, at + checksumOffset, source);
    }
    return length;
  }

  /** RFC 1624, where the old value is 0. */
  private static void addToChecksum(MemorySegment memory, long field, int value) {
    int sum = ~memory.get(SHORT, field) & 0xffff;
    sum += (value >>> 16) + (value & 0xffff);
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = (sum & 0xffff) + (sum >>> 16);
    memory.set(SHORT, field, (short) ~sum);
  }
}
