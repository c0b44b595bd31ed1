package io.breakwater.workers.packet;

import java.util.Arrays;

/**
 * The packets of one burst on their way through the pipeline, as arrays with one element for each
 * packet.
 *
 * <p>The arrays are public: a stage loads them into locals and loops. What each means:
 *
 * <ul>
 *   <li>{@code buffer}: the handle of the packet's buffer, opaque here
 *   <li>{@code frame}: position of the first byte of the Ethernet header in {@link PacketMemory}
 *   <li>{@code length}: bytes from {@code frame} on; negative (~total) for a frame that does not
 *       fit one buffer
 *   <li>{@code network}: position of the layer-3 header, once Ethernet is read
 *   <li>{@code flow}: hash of the flow, once layer 3 is valid: the same for all packets of a flow,
 *       on every server
 *   <li>{@code tenant}: slot of the tenant that the packet is counted for, 0 for none
 *   <li>{@code tunnel}: slot of the tunnel that it leaves through, -1 for none
 *   <li>{@code port}: index of the port it leaves by
 *   <li>{@code fate}: {@link Fate#UNDECIDED}, or the code of its fate
 * </ul>
 *
 * <p>Owned by one worker; made once at start.
 */
public final class Batch {

  public final int capacity;
  public final int[] buffer;
  public final int[] frame;
  public final int[] length;
  public final int[] network;
  public final int[] flow;
  public final int[] tenant;
  public final int[] tunnel;
  public final int[] port;
  public final int[] fate;

  private int count;

  /**
   * @param capacity most packets, a power of two in 32..512
   */
  public Batch(int capacity) {
    if (Integer.bitCount(capacity) != 1 || capacity < 32 || capacity > 512) {
      throw new IllegalArgumentException(
          "batch capacity must be a power of two in 32..512: capacity=" + capacity);
    }
    this.capacity = capacity;
    buffer = new int[capacity];
    frame = new int[capacity];
    length = new int[capacity];
    network = new int[capacity];
    flow = new int[capacity];
    tenant = new int[capacity];
    tunnel = new int[capacity];
    port = new int[capacity];
    fate = new int[capacity];
  }

  public int count() {
    return count;
  }

  /**
   * Begins a turn: the receiver has filled the first {@code count} elements of buffer, frame and
   * length.
   *
   * @param count 0..capacity
   */
  public void begin(int count) {
    this.count = count;
    Arrays.fill(tenant, 0, count, 0);
    Arrays.fill(tunnel, 0, count, -1);
    Arrays.fill(fate, 0, count, Fate.UNDECIDED);
  }
}
