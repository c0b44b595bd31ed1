package io.breakwater.appliance.daemon;

import io.breakwater.dpdk.PacketSample;
import io.breakwater.dpdk.PortRss;
import io.breakwater.dpdk.PortRss.Function;
import io.breakwater.workers.table.FlowSpread;
import io.breakwater.workers.table.SymmetricHash;
import io.breakwater.workers.table.Toeplitz;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a port's hardware spreads flows as the workers expect: first by what its driver says,
 * then by what it does with packets, whose hash and queue are compared with our own.
 *
 * <p>Compared are TCP and UDP over IPv4 and IPv6 without options, extension headers and fragments,
 * about which drivers do not differ.
 */
final class RssCheck {

  /** A verdict needs so many packets. */
  static final int PACKETS = 1_000;

  private static final Set<Function> WANTED =
      EnumSet.of(
          Function.IPV4,
          Function.IPV4_TCP,
          Function.IPV4_UDP,
          Function.IPV6,
          Function.IPV6_TCP,
          Function.IPV6_UDP);

  /** The longest input: IPv6 with ports, and a window behind it. */
  private static final int KEY_BYTES = 40;

  private static final int NETWORK = 14;
  private static final int TCP = 6;
  private static final int UDP = 17;

  private final int[] table;
  private final Toeplitz toeplitz = new Toeplitz(symmetricKey());
  private int compared;
  private int hashed;
  private int disagreed;

  /**
   * @param table queues by the lowest bits of the hash; empty if the driver can't tell
   */
  RssCheck(int[] table) {
    this.table = Integer.bitCount(table.length) == 1 ? table.clone() : new int[0];
  }

  /**
   * Why the hardware does not spread as is wanted; empty if its driver says that it does.
   *
   * @param spread which worker, and so which queue, a flow is to go to
   */
  static Optional<String> obstacle(
      int rxQueues, int workers, Optional<PortRss> offered, FlowSpread spread) {
    if (rxQueues == 1) {
      return Optional.of("one receive queue");
    }
    if (rxQueues < workers) {
      return Optional.of("fewer receive queues than workers");
    }
    if (offered.isEmpty()) {
      return Optional.of("the driver has no RSS");
    }
    PortRss rss = offered.get();
    Set<Function> missing = EnumSet.copyOf(WANTED);
    missing.removeAll(rss.active());
    if (!missing.isEmpty()) {
      return Optional.of("the driver does not hash " + missing);
    }
    if (rss.key().length > 0 && !isSymmetric(rss.key())) {
      return Optional.of("the driver has another key");
    }
    int[] ours = table(rss.table().length, spread);
    return ours.length > 0 && Arrays.equals(rss.table(), ours)
        ? Optional.empty()
        : Optional.of("the indirection table is not ours");
  }

  /** The indirection table that says what the workers say; empty where none of this size can. */
  static int[] table(int entries, FlowSpread spread) {
    boolean usable = Integer.bitCount(entries) == 1 && entries >= spread.places();
    int[] table = new int[usable ? entries : 0];
    Arrays.setAll(table, spread::worker);
    return table;
  }

  private static boolean isSymmetric(byte[] key) {
    int bytes = Math.min(KEY_BYTES, key.length);
    return Arrays.equals(Arrays.copyOf(key, bytes), Arrays.copyOf(symmetricKey(), bytes));
  }

  private static byte[] symmetricKey() {
    byte[] key = new byte[KEY_BYTES];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (i % 2 == 0 ? SymmetricHash.KEY >> 8 : SymmetricHash.KEY);
    }
    return key;
  }

  /** Compares a packet that a queue received. */
  void add(int queue, PacketSample.Packet packet) {
    byte[] input = input(packet.frame());
    if (input.length == 0) {
      return;
    }
    int hash = toeplitz.hash(input);
    boolean wrongHash = packet.hashed() && packet.hash() != hash;
    boolean wrongQueue = table.length > 0 && table[hash & table.length - 1] != queue;
    compared++;
    hashed += packet.hashed() ? 1 : 0;
    disagreed += wrongHash || wrongQueue ? 1 : 0;
  }

  /** Addresses and ports, in the order of the wire; empty for a packet that is not compared. */
  private static byte[] input(byte[] frame) {
    ByteBuffer bytes = ByteBuffer.wrap(frame);
    int type = bytes.getShort(NETWORK - 2) & 0xffff;
    if (type == 0x0800) {
      boolean plain = bytes.get(NETWORK) == 0x45 && (bytes.getShort(NETWORK + 6) & 0x3fff) == 0;
      return plain && hasPorts(bytes.get(NETWORK + 9))
          ? Arrays.copyOfRange(frame, NETWORK + 12, NETWORK + 24)
          : new byte[0];
    }
    return type == 0x86dd && hasPorts(bytes.get(NETWORK + 6))
        ? Arrays.copyOfRange(frame, NETWORK + 8, NETWORK + 44)
        : new byte[0];
  }

  private static boolean hasPorts(int protocol) {
    return protocol == TCP || protocol == UDP;
  }

  int compared() {
    return compared;
  }

  int disagreed() {
    return disagreed;
  }

  /** Packets that carried a hash, of those compared. */
  int hashed() {
    return hashed;
  }

  boolean isComplete() {
    return compared >= PACKETS;
  }

  /** More than one packet in a hundred, of a hundred at least. */
  boolean refutes() {
    return compared >= 100 && disagreed * 100L > compared;
  }

  /** What the packets say, in words. */
  String verdict() {
    if (disagreed > 0) {
      return "disagrees (%d of %d)".formatted(disagreed, compared);
    }
    return isComplete() ? "verified" : "measuring (%d of %d)".formatted(compared, PACKETS);
  }
}
