package io.breakwater.workers.packet;

/**
 * A list of packets of a batch, by index: what one stage hands to the next.
 *
 * <p>Fields are public for the stages' loops: fill {@code index} from 0 and set {@code count} at
 * the end of the loop. It never overflows: a packet is in at most one list at a time, and a list
 * has room for a whole batch.
 */
public final class PacketList {

  public final int[] index;
  public int count;

  public PacketList(int capacity) {
    index = new int[capacity];
  }

  public void add(int packet) {
    index[count++] = packet;
  }

  /** Makes it the list of the first {@code packets} of a batch. */
  public void fill(int packets) {
    for (int i = 0; i < packets; i++) {
      index[i] = i;
    }
    count = packets;
  }

  /**
   * Whether it is all packets of a batch, in order: then a hot loop takes its own counter instead
   * of the index, for which it needs no read and no check of bounds.
   */
  public boolean isAllOf(Batch batch) {
    int packets = count;
    if (packets != batch.count()) {
      return false;
    }
    int[] packet = index;
    int differing = 0;
    for (int i = 0; i < packets; i++) {
      differing |= packet[i] ^ i;
    }
    return differing == 0;
  }

  public void addAll(PacketList other) {
    System.arraycopy(other.index, 0, index, count, other.count);
    count += other.count;
  }

  public void clear() {
    count = 0;
  }

  public boolean isEmpty() {
    return count == 0;
  }
}
