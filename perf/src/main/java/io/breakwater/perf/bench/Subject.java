package io.breakwater.perf.bench;

import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.pipeline.Counters;
import io.breakwater.workers.pipeline.StageMeters;

/** A packet path that runs on a thread of its own and is being measured from outside. */
interface Subject {

  /** Packets received since its start. */
  long received();

  /** Packets received that were not sent. Exact after {@link #stop}. */
  long dropped();

  /** Cycles of its stages. */
  StageMeters meters();

  Thread thread();

  /** Ends it, and waits for it. */
  void stop() throws InterruptedException;

  /** Packets counted as received, but not as delivered. */
  static long undelivered(Counters counters, int tenantSlots) {
    long delivered = 0;
    for (int tenant = 0; tenant < tenantSlots; tenant++) {
      delivered += counters.fates(tenant, Fate.DELIVERED.code());
    }
    return counters.received() - delivered;
  }
}
