package io.breakwater.workers.stage;

/**
 * Gives out empty buffers for what one packet becomes when it is cut.
 *
 * <p>Called only from the thread of the worker that owns it. Who takes a buffer puts it into {@link
 * io.breakwater.workers.packet.Fragments}, from where it is sent or freed.
 */
public interface FrameBuffers {

  /** Most buffers that are asked for at once: a packet of 9,000 bytes in pieces of 576. */
  int COUNT_MAX = 32;

  /**
   * Takes buffers, all of them or none.
   *
   * @param buffers receives their handles
   * @param frames receives the positions of their frames: with a buffer's usual headroom before
   *     them, and room for the longest frame of any port
   * @param count 1..{@link #COUNT_MAX}
   * @return whether they were there
   */
  boolean allocate(int[] buffers, int[] frames, int count);
}
