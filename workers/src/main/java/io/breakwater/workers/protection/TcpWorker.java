package io.breakwater.workers.protection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * What one worker counts of each tenant's TCP, and by which it finds floods of segments that belong
 * to no connection.
 *
 * <p>It is a flood when within {@value #WINDOW_MS} ms the worker's share of the threshold came
 * (threshold / 10 / workers) and these were a quarter of all of the tenant's segments or more; so a
 * flood of ten times the threshold is found after 10 ms. While half as many come, it goes on.
 *
 * <p>Threading: written by the worker, read by any thread, each long whole.
 */
public final class TcpWorker {

  /** What is counted. */
  public enum Count {
    /** Segments of TCP, but for later fragments. */
    SEGMENTS,

    /** Those of no connection that is known, whatever became of them. */
    OUT_OF_STATE,

    /** SYNs that began a connection, without their repetitions. */
    BEGUN,

    /** Handshakes that the client completed. */
    COMPLETED,

    /** Connections let in since a segment came again. */
    ADMITTED;

    private static final int COUNT = values().length;
  }

  private static final int WINDOW_MS = 100;
  private static final long WINDOW_NS = WINDOW_MS * 1_000_000L;
  private static final int WINDOWS_PER_SECOND = 1_000 / WINDOW_MS;
  private static final int SHARE = 4;

  /** So many segments of no connection are looked at together. */
  private static final int STEP = 16;

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private static final int SEGMENTS = Count.SEGMENTS.ordinal();
  private static final int OUT_OF_STATE = Count.OUT_OF_STATE.ordinal();
  private static final int WINDOW_BEGAN = Count.COUNT;
  private static final int SEGMENTS_THEN = Count.COUNT + 1;
  private static final int OUT_OF_STATE_THEN = Count.COUNT + 2;
  private static final int STRIDE_LOG = 3;

  private final long[] longs;
  private final TcpFlood flood;
  private final int workers;

  TcpWorker(int tenantSlots, TcpFlood flood, int workers) {
    longs = new long[tenantSlots << STRIDE_LOG];
    this.flood = flood;
    this.workers = workers;
  }

  public long count(int tenant, Count count) {
    return (long) LONGS.getOpaque(longs, (tenant << STRIDE_LOG) + count.ordinal());
  }

  /** Begins anew. */
  void clear(int tenant) {
    Arrays.fill(longs, tenant << STRIDE_LOG, tenant + 1 << STRIDE_LOG, 0);
  }

  /** Counts a segment. */
  public void addSegment(int tenant) {
    longs[(tenant << STRIDE_LOG) + SEGMENTS]++;
  }

  public void add(int tenant, Count count) {
    longs[(tenant << STRIDE_LOG) + count.ordinal()]++;
  }

  /** Counts one of no connection, which {@link #addSegment} has counted: it may make a flood. */
  public void addOutOfState(int tenant, TcpStateTable table, long nowNs) {
    int at = tenant << STRIDE_LOG;
    long now = ++longs[at + OUT_OF_STATE];
    if (now % STEP == 0) {
      look(tenant, at, table, nowNs);
    }
  }

  private void look(int tenant, int at, TcpStateTable table, long nowNs) {
    long elapsedNs = nowNs - longs[at + WINDOW_BEGAN];
    if (elapsedNs < 0 || elapsedNs > WINDOW_NS) {
      longs[at + WINDOW_BEGAN] = nowNs;
      longs[at + SEGMENTS_THEN] = longs[at + SEGMENTS];
      longs[at + OUT_OF_STATE_THEN] = longs[at + OUT_OF_STATE];
      return;
    }
    long unknown = longs[at + OUT_OF_STATE] - longs[at + OUT_OF_STATE_THEN];
    long all = longs[at + SEGMENTS] - longs[at + SEGMENTS_THEN];
    long level = table.thresholdsPerSecond()[tenant] / (WINDOWS_PER_SECOND * workers);
    if (flood.isEngaged(tenant, nowNs)) {
      level /= 2;
    }
    if (unknown >= Math.max(level, 1) && unknown * SHARE >= all) {
      flood.engage(tenant, nowNs + table.holdsNs()[tenant]);
    }
  }
}
