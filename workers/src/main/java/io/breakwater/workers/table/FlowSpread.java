package io.breakwater.workers.table;

/**
 * Which worker a flow belongs to: an indirection table over {@link SymmetricHash}, as a NIC has
 * one. The hardware's tables are filled from it, so that it does not matter who looks.
 *
 * <p>Immutable; a lookup is three reads.
 */
public final class FlowSpread {

  /** What most NICs have at least, and shares are right to one in 64 of 8 workers. */
  public static final int PLACES_MAX = 512;

  private final char[] workerByHash;
  private final int workers;

  /**
   * @param places a power of two, at most {@value #PLACES_MAX}
   */
  public FlowSpread(int workers, int places) {
    if (Integer.bitCount(places) != 1 || places > PLACES_MAX || workers < 1) {
      throw new IllegalArgumentException(
          "places must be a power of two up to %d: places=%d workers=%d"
              .formatted(PLACES_MAX, places, workers));
    }
    this.workers = workers;
    workerByHash = new char[places];
    for (int place = 0; place < places; place++) {
      workerByHash[place] = (char) (place % workers);
    }
  }

  /** The worker of a flow, by {@link SymmetricHash#half}. */
  public int worker(int half) {
    return workerByHash[half & workerByHash.length - 1];
  }

  /** The table itself, a power of two long, for a loop over a batch: not to be written. */
  public char[] workerByHash() {
    return workerByHash;
  }

  public int places() {
    return workerByHash.length;
  }

  public int workers() {
    return workers;
  }
}
