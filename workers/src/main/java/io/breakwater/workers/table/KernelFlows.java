package io.breakwater.workers.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.security.SecureRandom;

/**
 * The TCP connections that the kernel takes part in, learned from what it sends: nobody else can
 * make an entry, so that a flood of forged segments to an open port does not pass for a connection.
 *
 * <p>A connection is a fingerprint of 64 bits under a secret of this process, 0 for none. A set of
 * {@value #WAYS} ways is a cache line; a new connection takes the place of the one that the kernel
 * has sent nothing on for the longest time. Which is forgotten too early is counted as new until
 * the kernel sends on it again.
 *
 * <p>Threading: {@link #learn} on one thread, {@link #contains} on any. A lookup is one cache line.
 */
public final class KernelFlows {

  private static final int WAYS = 8;
  private static final int SETS = 1_024;
  private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;
  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] fingerprints = new long[SETS * WAYS];
  private final long[] sentNs = new long[SETS * WAYS];
  private final long secret;

  public KernelFlows() {
    this(new SecureRandom().nextLong());
  }

  KernelFlows(long secret) {
    this.secret = secret;
  }

  /** Fingerprint of a connection over IPv4, as the kernel sees it. */
  public long ipv4(int local, int peer, int localPort, int peerPort) {
    return ends(mix(secret, (long) local << 32 | peer & 0xffff_ffffL), localPort, peerPort);
  }

  /** Fingerprint of a connection over IPv6, as the kernel sees it. */
  public long ipv6(
      long localHigh, long localLow, long peerHigh, long peerLow, int localPort, int peerPort) {
    long addresses = mix(mix(mix(mix(~secret, localHigh), localLow), peerHigh), peerLow);
    return ends(addresses, localPort, peerPort);
  }

  private static long ends(long addresses, int localPort, int peerPort) {
    long fingerprint = mix(addresses, (long) localPort << 16 | peerPort);
    return fingerprint == 0 ? 1 : fingerprint;
  }

  private static long mix(long state, long word) {
    long product = (state ^ word) * MULTIPLIER;
    return product ^ product >>> 32 ^ Long.rotateLeft(state, 17);
  }

  public boolean contains(long fingerprint) {
    int set = set(fingerprint);
    for (int at = set; at < set + WAYS; at++) {
      if ((long) LONGS.getOpaque(fingerprints, at) == fingerprint) {
        return true;
      }
    }
    return false;
  }

  /** The kernel has sent on this connection. */
  public void learn(long fingerprint, long nowNs) {
    int set = set(fingerprint);
    int oldest = set;
    for (int at = set; at < set + WAYS; at++) {
      if (fingerprints[at] == fingerprint) {
        sentNs[at] = nowNs;
        return;
      }
      if (fingerprints[oldest] != 0 && (fingerprints[at] == 0 || sentNs[at] - sentNs[oldest] < 0)) {
        oldest = at;
      }
    }
    sentNs[oldest] = nowNs;
    LONGS.setOpaque(fingerprints, oldest, fingerprint);
  }

  private static int set(long fingerprint) {
    return (int) (fingerprint >>> 40) % SETS * WAYS;
  }
}
