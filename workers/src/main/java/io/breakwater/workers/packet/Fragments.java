package io.breakwater.workers.packet;

/**
 * The further frames of a batch: what its packets became that were cut into several.
 *
 * <p>The first fragment of a packet stays in the packet's own buffer and record, which keeps the
 * one fate; the others are records of a batch of their own, one packet's behind another's, in the
 * order of their offsets. They are sent behind the first, and freed with it if it is not sent.
 *
 * <p>Owned by one worker; made once at start. Nearly always empty.
 */
public final class Fragments {

  /** Most further frames of one batch: what does not fit is dropped whole. */
  public static final int CAPACITY = 512;

  /** Their records; its count is theirs. */
  public final Batch batch = new Batch(CAPACITY);

  private final int[] owners = new int[CAPACITY];
  private final int[] firsts;
  private final int[] counts;

  /**
   * @param batchCapacity of the batches whose packets are cut
   */
  public Fragments(int batchCapacity) {
    firsts = new int[batchCapacity];
    counts = new int[batchCapacity];
    batch.beginReceived(0);
  }

  /** Begins a batch. */
  public void clear() {
    for (int k = 0; k < batch.count(); k++) {
      counts[owners[k]] = 0;
    }
    batch.beginReceived(0);
  }

  public int count() {
    return batch.count();
  }

  public boolean hasRoom(int further) {
    return batch.count() + further <= CAPACITY;
  }

  /**
   * Adds a record for a packet's next fragment; all further ones of a packet come one after
   * another.
   *
   * @return its index in {@link #batch}
   */
  public int add(int packet) {
    int fragment = batch.count();
    if (counts[packet]++ == 0) {
      firsts[packet] = fragment;
    }
    owners[fragment] = packet;
    batch.beginReceived(fragment + 1);
    return fragment;
  }

  /** The packet that a fragment was cut from. */
  public int owner(int fragment) {
    return owners[fragment];
  }

  /** How many further frames a packet has, and the first of them. */
  public int countOf(int packet) {
    return counts[packet];
  }

  public int firstOf(int packet) {
    return firsts[packet];
  }
}
