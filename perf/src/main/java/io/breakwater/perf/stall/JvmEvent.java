package io.breakwater.perf.stall;

/**
 * Something the JVM recorded about itself.
 *
 * @param kind what it does to a worker
 * @param detail what exactly: a VM operation, a collection's cause
 * @param startNs on the JVM's wall clock
 * @param endNs the same as {@code startNs} for what has no length
 */
record JvmEvent(Kind kind, String detail, long startNs, long endNs) {

  enum Kind {
    /** All threads stand still, the worker too if it runs Java code. */
    SAFEPOINT("safepoint", true),
    /** A part of a collection during which all threads stand still. */
    PAUSE("collector's pause", true),
    /** A VM operation; one that needs no safepoint stops thread after thread (a handshake). */
    OPERATION("VM operation", true),
    /** The worker left compiled code. */
    DEOPTIMISATION("deoptimisation", true),
    COLLECTION("collection", false),
    COMPILATION("compilation", false);

    private final String label;
    private final boolean stopsWorkers;

    Kind(String label, boolean stopsWorkers) {
      this.label = label;
      this.stopsWorkers = stopsWorkers;
    }

    String label() {
      return label;
    }

    /** Else it runs beside them. */
    boolean stopsWorkers() {
      return stopsWorkers;
    }
  }

  boolean overlaps(long fromNs, long toNs) {
    return startNs <= toNs && endNs >= fromNs;
  }

  String text() {
    return detail.isEmpty() ? kind.label() : kind.label() + " (" + detail + ")";
  }
}
