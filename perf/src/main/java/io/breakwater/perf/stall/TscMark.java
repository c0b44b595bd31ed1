package io.breakwater.perf.stall;

import io.breakwater.dpdk.Cycles;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A moment on both clocks, the packet path's and the recording's, in the recording itself. */
@Name(TscMark.NAME)
@Label("Time Stamp Counter")
@Category("Breakwater")
@StackTrace(false)
final class TscMark extends Event {

  static final String NAME = "io.breakwater.TscMark";

  /** So many are made for one moment: the shortest was not interrupted. */
  private static final int TRIES = 20;

  @Label("Cycles")
  long cycles;

  /** Records now. */
  static void record() {
    for (int i = 0; i < TRIES; i++) {
      TscMark mark = new TscMark();
      mark.begin();
      mark.cycles = Cycles.now();
      mark.end();
      mark.commit();
    }
  }
}
