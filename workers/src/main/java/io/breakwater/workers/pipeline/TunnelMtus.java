package io.breakwater.workers.pipeline;

import io.breakwater.config.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;

/**
 * What routers have said about the path MTUs of tunnels (RFC 1191): kept by the tunnel's slot over
 * reloads, until it is {@link #EXPIRY_NS} old or the tunnel leads elsewhere.
 *
 * <p>The compiler asks for each tunnel's MTU here, so that what was learned is in the tables, and
 * the packet path reads the one number that it reads anyway. Whoever lowers or expires one has new
 * tables compiled.
 *
 * <p>Used by the control thread only; memory is taken when it is made.
 */
public final class TunnelMtus {

  /** RFC 1191 6.3: a larger MTU is not tried earlier than 10 minutes after a decrease. */
  public static final long EXPIRY_NS = 600_000_000_000L;

  private final IpAddress[] remotes;
  private final int[] configuredBytes;
  private final int[] learnedBytes;
  private final long[] expiryNs;
  private final TreeSet<Integer> learned = new TreeSet<>();
  private long changes;

  /**
   * @param tunnels slots are below it
   */
  public TunnelMtus(int tunnels) {
    remotes = new IpAddress[tunnels];
    configuredBytes = new int[tunnels];
    learnedBytes = new int[tunnels];
    expiryNs = new long[tunnels];
    Arrays.fill(learnedBytes, Integer.MAX_VALUE);
  }

  /**
   * A tunnel's MTU: what was learned, if that is less than what is configured.
   *
   * @param remote where the tunnel leads: what was learned of another path is forgotten
   */
  int effectiveBytes(int tunnel, IpAddress remote, int configured) {
    if (!remote.equals(remotes[tunnel])) {
      remotes[tunnel] = remote;
      forget(tunnel);
      learned.remove(tunnel);
    }
    configuredBytes[tunnel] = configured;
    return bytes(tunnel);
  }

  /** A tunnel's MTU as it is now. */
  public int bytes(int tunnel) {
    return Math.min(configuredBytes[tunnel], learnedBytes[tunnel]);
  }

  /**
   * A router told of a smaller MTU. Returns whether it changes the tunnel's: it never raises it.
   */
  public boolean lower(int tunnel, int mtuBytes, long nowNs) {
    if (mtuBytes >= bytes(tunnel)) {
      return false;
    }
    learnedBytes[tunnel] = mtuBytes;
    expiryNs[tunnel] = nowNs + EXPIRY_NS;
    learned.add(tunnel);
    changes++;
    return true;
  }

  /** Forgets what is old; returns the tunnels whose configured MTU is tried again. */
  public List<Integer> expire(long nowNs) {
    List<Integer> expired = new ArrayList<>();
    for (Iterator<Integer> tunnels = learned.iterator(); tunnels.hasNext(); ) {
      int tunnel = tunnels.next();
      if (nowNs - expiryNs[tunnel] >= 0) {
        tunnels.remove();
        if (learnedBytes[tunnel] < configuredBytes[tunnel]) {
          expired.add(tunnel);
          changes++;
        }
        forget(tunnel);
      }
    }
    return expired;
  }

  /** Another number whenever what was learned makes a tunnel's MTU another. */
  long changes() {
    return changes;
  }

  private void forget(int tunnel) {
    learnedBytes[tunnel] = Integer.MAX_VALUE;
  }
}
