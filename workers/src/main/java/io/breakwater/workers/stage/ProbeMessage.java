package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Checksum;
import io.breakwater.workers.packet.Icmp;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.SipHash;
import java.security.SecureRandom;

/**
 * What a tunnel probe carries behind its ICMP header, and the secret by which it is known again.
 *
 * <pre>
 *  0        4        8        12       16       20       24       28       32
 * +--------+--------+--------+--------+--------+--------+--------+--------+
 * |      magic      | tunnel |sequence|  time sent, ns  |       tag       |
 * +--------+--------+--------+--------+--------+--------+--------+--------+
 * </pre>
 *
 * <p>The tag is {@link SipHash} of tunnel, sequence and time under a key that this process drew at
 * its start: who cannot see a tunnel's probes cannot make answers to them, even if he sees those of
 * all other tunnels. Who sees them sees the tunnel's traffic as well, and may pretend that the
 * tunnel works, as its far end may.
 *
 * <p>Immutable; shared by all workers.
 */
public final class ProbeMessage {

  /** Length of an ICMP message with it. */
  public static final int ICMP_BYTES = Icmp.HEADER_BYTES + 32;

  /** {@code BWPROBE1}. */
  private static final long MAGIC = 0x4257_5052_4f42_4531L;

  private static final int IDENTIFIER = 0x4257;

  private final long key0;
  private final long key1;

  public ProbeMessage(long key0, long key1) {
    this.key0 = key0;
    this.key1 = key1;
  }

  /** With a key that nobody knows. */
  public static ProbeMessage withRandomKey() {
    var random = new SecureRandom();
    return new ProbeMessage(random.nextLong(), random.nextLong());
  }

  /**
   * Writes an ICMP message of {@link #ICMP_BYTES}.
   *
   * @param pseudoHeaderSum what its checksum is over beside the message, 0 for IPv4
   */
  public void write(
      PacketMemory memory,
      int icmp,
      int type,
      int tunnel,
      int sequence,
      long timeNs,
      long pseudoHeaderSum) {
    long number = number(tunnel, sequence);
    long tag = SipHash.of(key0, key1, number, timeNs);
    long header = (long) type << 56 | IDENTIFIER << 16 | sequence & 0xffff;
    // The sum is over the words while they are in registers.
    long sum =
        pseudoHeaderSum
            + Checksum.halves(header)
            + Checksum.halves(MAGIC)
            + Checksum.halves(number)
            + Checksum.halves(timeNs)
            + Checksum.halves(tag);
    memory.setI64(icmp, header | (long) Checksum.finish(sum) << 32);
    memory.setI64(icmp + 8, MAGIC);
    memory.setI64(icmp + 16, number);
    memory.setI64(icmp + 24, timeNs);
    memory.setI64(icmp + 32, tag);
  }

  /** Whether an ICMP message, of at least {@link #ICMP_BYTES}, carries what was written here. */
  public boolean isOurs(PacketMemory memory, int icmp) {
    return isMarked(memory, icmp)
        && memory.i64(icmp + 32)
            == SipHash.of(key0, key1, memory.i64(icmp + 16), memory.i64(icmp + 24));
  }

  /** Whether it may be one: all others are told by this alone, mostly. */
  static boolean isMarked(PacketMemory memory, int icmp) {
    return memory.i64(icmp + 8) == MAGIC;
  }

  /** Whether the checksum of an ICMP message of just {@link #ICMP_BYTES} is right. */
  static boolean isIntact(PacketMemory memory, int icmp) {
    return Checksum.isValid(
        Checksum.halves(memory.i64(icmp))
            + Checksum.halves(memory.i64(icmp + 8))
            + Checksum.halves(memory.i64(icmp + 16))
            + Checksum.halves(memory.i64(icmp + 24))
            + Checksum.halves(memory.i64(icmp + 32)));
  }

  public static int tunnel(PacketMemory memory, int icmp) {
    return memory.i32(icmp + 16);
  }

  public static int sequence(PacketMemory memory, int icmp) {
    return memory.i32(icmp + 20);
  }

  public static long timeNs(PacketMemory memory, int icmp) {
    return memory.i64(icmp + 24);
  }

  private static long number(int tunnel, int sequence) {
    return (long) tunnel << 32 | sequence & 0xffff_ffffL;
  }
}
