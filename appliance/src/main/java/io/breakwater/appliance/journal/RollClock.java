package io.breakwater.appliance.journal;

import net.openhft.chronicle.core.time.TimeProvider;

/**
 * The queue's clock, which moves only when a new file is wanted.
 *
 * <p>Chronicle begins a new file with each new minute of its clock; the journal wants a new file
 * when the present one is full, and none in between, as each takes 128 KiB at least. So the clock
 * stands still in the minute in which the file was begun. Events carry their own time. Called from
 * the writer's thread.
 */
final class RollClock implements TimeProvider {

  static final long CYCLE_MS = 60_000;

  private long cycle;

  RollClock(long cycle) {
    this.cycle = cycle;
  }

  /** Goes back to the newest file that there is. */
  void continueAt(long newestCycle) {
    cycle = newestCycle;
  }

  /** Moves to the present minute, or to the next where this minute's file exists already. */
  void roll(long wallClockMs) {
    cycle = Math.max(cycle + 1, wallClockMs / CYCLE_MS);
  }

  @Override
  public long currentTimeMillis() {
    return cycle * CYCLE_MS;
  }
}
