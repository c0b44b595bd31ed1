package io.breakwater.perf.generator;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.breakwater.dpdk.Cycles;
import io.breakwater.perf.traffic.PacketStamp;
import io.breakwater.perf.traffic.TrafficKind;
import java.lang.foreign.MemorySegment;
import org.HdrHistogram.Histogram;

/**
 * What the builtin generator counts in one trial, by kind of traffic.
 *
 * <p>Belongs to the loop's thread until the trial is over. Takes its memory when it is made.
 */
final class TrialCounts {

  /** Longer latencies are counted as this. */
  static final long LATENCY_MAX_NS = 10_000_000_000L;

  private static final int SIGNIFICANT_DIGITS = 3;
  private static final int KINDS = TrafficKind.values().length;
  private static final int LEGITIMATE = TrafficKind.LEGITIMATE.ordinal();
  private static final int PROTOCOL_OFFSET = 23;
  private static final byte ICMP = 1;

  private final long[] sent = new long[KINDS];
  private final long[] received = new long[KINDS];
  private final Histogram latency = new Histogram(LATENCY_MAX_NS, SIGNIFICANT_DIGITS);
  private final double nsPerTick = 1e9 / Cycles.perSecond();
  private long others;
  private long refused;
  private long stallMaxTicks;
  private long ticks;

  void clear() {
    for (int kind = 0; kind < KINDS; kind++) {
      sent[kind] = 0;
      received[kind] = 0;
    }
    latency.reset();
    others = 0;
    refused = 0;
    stallMaxTicks = 0;
    ticks = 0;
  }

  void sent(int kind) {
    sent[kind]++;
  }

  void refused(int count) {
    refused += count;
  }

  /** A turn of the loop took so long. */
  void turned(long turnTicks) {
    stallMaxTicks = Math.max(stallMaxTicks, turnTicks);
  }

  void took(long firstSent, long lastSent) {
    ticks = lastSent - firstSent;
  }

  /**
   * Counts a packet that came back.
   *
   * @param nowTicks 0: latency is not wanted
   */
  void received(MemorySegment memory, int frame, int length, long nowTicks) {
    // An ICMP error quotes the packet that caused it, stamp and all.
    int kind =
        length < PROTOCOL_OFFSET + PacketStamp.BYTES
                || memory.get(JAVA_BYTE, frame + PROTOCOL_OFFSET) == ICMP
            ? -1
            : PacketStamp.kind(memory, frame + length);
    if (kind < 0) {
      others++;
      return;
    }
    received[kind]++;
    if (nowTicks != 0 && kind == LEGITIMATE) {
      long ns = (long) (PacketStamp.ageTicks(memory, frame + length, nowTicks) * nsPerTick);
      latency.recordValue(Math.min(ns, LATENCY_MAX_NS));
    }
  }

  /** Whether all packets are back. */
  boolean complete() {
    for (int kind = 0; kind < KINDS; kind++) {
      if (received[kind] < sent[kind]) {
        return false;
      }
    }
    return true;
  }

  TrialResult result(boolean withLatency) {
    return new TrialResult(
        sent.clone(),
        received.clone(),
        others,
        refused,
        ticks * nsPerTick / 1e9,
        (long) (stallMaxTicks * nsPerTick),
        withLatency ? TrialResult.encode(latency) : "");
  }
}
