package io.breakwater.workers.table;

import java.util.random.RandomGenerator;

/**
 * A keyed 64-bit hash of a TCP flow's addresses and ports, for tables that floods are to find full
 * of strangers: who does not know the key can't choose flows that fall together.
 *
 * <p>Each step multiplies two words, each with a secret one added, to 128 bits and folds them (the
 * "mum" of wyhash and rapidhash). That is no cryptographic hash; here its output never leaves the
 * process, nor can its collisions be told from outside, and what a collision costs is one entry of
 * a table. Cost: two multiplications for IPv4, five for IPv6; {@link SipHash} takes four times as
 * long.
 *
 * <p>Immutable; any number of threads.
 */
public final class KeyedFlowHash {

  private final long key0;
  private final long key1;
  private final long key2;
  private final long key3;

  public KeyedFlowHash(long key0, long key1, long key2, long key3) {
    this.key0 = key0;
    this.key1 = key1;
    this.key2 = key2;
    this.key3 = key3;
  }

  public static KeyedFlowHash withRandomKey(RandomGenerator random) {
    return new KeyedFlowHash(
        random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }

  /**
   * @param addresses source in the upper, destination in the lower 32 bits
   * @param ports source port in the upper, destination port in the lower 16 bits
   */
  public long ipv4(long addresses, int ports) {
    return mix(mix(addresses ^ key0, ports ^ key1) ^ key2, key3);
  }

  public long ipv6(
      long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int ports) {
    long source = mix(sourceHigh ^ key0, sourceLow ^ key1);
    long destination = mix(destinationHigh ^ key2, destinationLow ^ key3);
    // Turned, so that an exchange of the two ends is another flow.
    long both = mix(source ^ key1, Long.rotateLeft(destination, 32) ^ key2);
    return mix(mix(both ^ key0, ports ^ key3) ^ key2, key1);
  }

  /** Another number for the same flow and a further word of it. */
  public long with(long hash, int word) {
    return mix(hash ^ key1, word ^ key3);
  }

  private static long mix(long a, long b) {
    return a * b ^ Math.unsignedMultiplyHigh(a, b);
  }
}
