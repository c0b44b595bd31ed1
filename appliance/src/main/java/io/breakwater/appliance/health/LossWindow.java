package io.breakwater.appliance.health;

import java.util.Arrays;

/**
 * How many probes of the last five minutes were sent, and lost: counts for each five seconds, in a
 * ring.
 *
 * <p>Time is that of the probes, in their order. Used by one thread.
 */
final class LossWindow {

  private static final int BUCKETS = 60;
  private static final long BUCKET_NS = 5_000_000_000L;

  private final short[] sentByBucket = new short[BUCKETS];
  private final short[] lostByBucket = new short[BUCKETS];
  private long newest = Long.MIN_VALUE;
  private int sent;
  private int lost;

  void add(long timeNs, boolean isLost) {
    long bucket = Math.floorDiv(timeNs, BUCKET_NS);
    if (newest == Long.MIN_VALUE || bucket - newest >= BUCKETS) {
      clear();
      newest = bucket;
    }
    while (newest < bucket) {
      newest++;
      int old = index(newest);
      sent -= sentByBucket[old];
      lost -= lostByBucket[old];
      sentByBucket[old] = 0;
      lostByBucket[old] = 0;
    }
    int index = index(newest);
    sentByBucket[index]++;
    sent++;
    if (isLost) {
      lostByBucket[index]++;
      lost++;
    }
  }

  private static int index(long bucket) {
    return (int) Math.floorMod(bucket, (long) BUCKETS);
  }

  void clear() {
    Arrays.fill(sentByBucket, (short) 0);
    Arrays.fill(lostByBucket, (short) 0);
    sent = 0;
    lost = 0;
  }

  int sent() {
    return sent;
  }

  int lost() {
    return lost;
  }
}
