package io.breakwater.perf.generator;

import io.breakwater.dpdk.Cycles;
import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.RxQueue;
import io.breakwater.dpdk.TxQueue;
import io.breakwater.perf.traffic.ProfileFrames;
import java.lang.foreign.MemorySegment;

/**
 * The builtin generator's loop: sends what is due, takes in what came back, until the order is done
 * and nothing more comes.
 *
 * <p><b>Pacing.</b> A packet leaves as soon as it is due by the {@link Timetable}, in bursts of 1
 * to {@value #BURST}. It carries the time at which it was <em>due</em>, not that at which it left:
 * latency counts from there, and a generator that is held up does not hide the waiting (coordinated
 * omission).
 *
 * <p><b>Packets that the link refuses,</b> because its ring is full. In a paced trial they wait, as
 * in the buffer of the switch in front of the appliance, for 1 ms at most; then they are lost, and
 * counted as refused. In a burst of a number of packets they are lost at once. At an infinite rate
 * for a time the link's pace is the rate: they wait, and nothing is refused.
 *
 * <p>On a thread of its own, pinned and registered with DPDK. Allocates nothing in a trial.
 */
final class GeneratorLoop {

  static final int BURST = 32;
  private static final int RECEIVE_BURST = 64;

  /**
   * After so much silence nothing more comes. RFC 2544 section 23 waits two seconds, as our tests
   * do where the appliance shares its core; where it has one, it is not silent for so long.
   */
  private static final long QUIET_MS = Long.getLong("breakwater.generator.quiet-ms", 100);

  private final TxQueue tx;
  private final RxQueue rx;
  private final PacketPool pool;
  private final MemorySegment memory;
  private final ProfileFrames frames;
  private final TrialCounts counts;
  private final long ticksPerMs = Cycles.perSecond() / 1_000;
  private final PacketBurst outgoing = new PacketBurst(BURST);
  private final PacketBurst incoming = new PacketBurst(RECEIVE_BURST);

  /** Of the packets in {@link #outgoing}. */
  private final byte[] kinds = new byte[BURST];

  /** Packets at the front of {@link #outgoing} that the link has not taken yet. */
  private int waiting;

  /** When the first of them was due. */
  private long oldestDue;

  // Of the trial, times in ticks:
  private Timetable timetable;
  private boolean latency;
  private long nextPacket;
  private long now;
  private long firstSent;
  private long lastSent;

  /** So far behind the timetable because the machine stood still, not the link. */
  private long stood;

  GeneratorLoop(TxQueue tx, RxQueue rx, PacketPool pool, ProfileFrames frames, TrialCounts counts) {
    this.tx = tx;
    this.rx = rx;
    this.pool = pool;
    memory = pool.memory();
    this.frames = frames;
    this.counts = counts;
  }

  /** Runs one trial; its result is in the counts. */
  void run(TrialOrder order) {
    takeLeftovers();
    begin(order);
    while ((nextPacket < timetable.total() || waiting > 0) && !timetable.over(now)) {
      if (waiting == 0) {
        prepareDue();
      }
      if (waiting > 0) {
        offer();
      } else {
        stood = 0;
      }
      receive();
      turn();
    }
    giveUpWaiting();
    counts.took(firstSent, lastSent);
    drain();
  }

  private void begin(TrialOrder order) {
    counts.clear();
    now = Cycles.now();
    timetable = Timetable.of(now, order, Cycles.perSecond());
    latency = order.latency();
    nextPacket = 0;
    firstSent = 0;
    lastSent = 0;
    stood = 0;
  }

  /** Makes the next packets, if any are due and there is memory for them. */
  private void prepareDue() {
    int count = (int) Math.min(BURST, timetable.countDue(now) - nextPacket);
    if (count <= 0 || pool.allocate(outgoing, count) == 0) {
      return;
    }
    for (int i = 0; i < count; i++) {
      int at = outgoing.frame(i);
      int length = frames.write(memory, at, timetable.due(nextPacket + i, now));
      kinds[i] = (byte) frames.kind();
      outgoing.set(i, outgoing.buffer(i), at, length);
    }
    oldestDue = timetable.due(nextPacket, now);
    nextPacket += count;
    waiting = count;
  }

  /** Sends what the link takes; what it has refused for too long is lost. */
  private void offer() {
    if (send() > 0) {
      firstSent = firstSent == 0 ? now : firstSent;
      lastSent = Cycles.now();
    }
    if (waiting > 0 && now - oldestDue - stood > timetable.waitMax()) {
      counts.refused(waiting);
      giveUpWaiting();
    }
  }

  private void turn() {
    long then = now;
    now = Cycles.now();
    counts.turned(now - then);
    if (now - then > ticksPerMs) {
      stood += now - then;
    }
  }

  private int send() {
    int taken = tx.transmit(outgoing, waiting);
    for (int i = 0; i < taken; i++) {
      counts.sent(kinds[i]);
    }
    if (taken > 0 && taken < waiting) {
      int rest = waiting - taken;
      int[] records = outgoing.records();
      System.arraycopy(
          records, taken * PacketBurst.RECORD_INTS, records, 0, rest * PacketBurst.RECORD_INTS);
      System.arraycopy(kinds, taken, kinds, 0, rest);
    }
    waiting -= taken;
    return taken;
  }

  private void giveUpWaiting() {
    pool.free(outgoing, 0, waiting);
    waiting = 0;
  }

  private int receive() {
    int count = rx.receive(incoming);
    if (count > 0) {
      long receivedAt = latency ? Cycles.now() : 0;
      for (int i = 0; i < count; i++) {
        counts.received(memory, incoming.frame(i), incoming.length(i), receivedAt);
      }
      pool.free(incoming, 0, count);
    }
    return count;
  }

  /** Until all that can come back has come, or nothing has come for a while. */
  private void drain() {
    long lastSeen = Cycles.now();
    while (!counts.complete() && Cycles.now() - lastSeen < QUIET_MS * ticksPerMs) {
      if (receive() > 0) {
        lastSeen = Cycles.now();
      }
    }
  }

  /** Sends nothing and takes what comes: so a driver's own calls are compiled before a trial. */
  void idle(int turns) {
    for (int turn = 0; turn < turns; turn++) {
      send();
      receive();
    }
  }

  /** What came between trials belongs to none. */
  private void takeLeftovers() {
    int count;
    do {
      count = rx.receive(incoming);
      pool.free(incoming, 0, count);
    } while (count > 0);
  }
}
