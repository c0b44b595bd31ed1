package io.breakwater.perf.bench;

import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.pipeline.Counters;
import io.breakwater.workers.pipeline.StageMeters;
import java.util.List;

/** A packet path that runs on threads of its own and is being measured from outside. */
interface Subject {

  /** One of its workers: the thread, and what it writes. */
  record Lane(Thread thread, Counters counters, StageMeters meters) {}

  List<Lane> lanes();

  /** Columns of the counters. */
  int tenantSlots();

  /** Ends it, and waits for it. */
  void stop() throws InterruptedException;

  /**
   * Packets that a worker could not hand to another, which the machine did not let run just then: a
   * source that never pauses always has more. They are no work done.
   */
  static long queueFull(Counters counters) {
    return counters.fates(0, DropReason.WORKER_QUEUE_FULL.code());
  }

  /**
   * Packets of tenants that ended with this code of a fate or reason. Exact after {@link #stop}.
   */
  default long ended(int code) {
    long ended = 0;
    for (Lane lane : lanes()) {
      for (int tenant = 0; tenant < tenantSlots(); tenant++) {
        ended += lane.counters().fates(tenant, code);
      }
    }
    return ended;
  }

  /** Packets received, but for those of {@link #queueFull}. */
  default long received() {
    return lanes().stream()
        .mapToLong(lane -> lane.counters().received() - queueFull(lane.counters()))
        .sum();
  }

  /**
   * Packets received that were not sent, but for those of {@link #queueFull}. Exact after {@link
   * #stop}.
   */
  default long dropped() {
    long undelivered = received();
    for (Lane lane : lanes()) {
      for (int tenant = 0; tenant < tenantSlots(); tenant++) {
        undelivered -= lane.counters().fates(tenant, Fate.DELIVERED.code());
      }
    }
    return undelivered;
  }
}
