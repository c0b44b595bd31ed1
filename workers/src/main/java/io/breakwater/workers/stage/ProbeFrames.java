package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;

/**
 * Empty frames for tunnel probes, some at a time, and their way out.
 *
 * <p>Called only from the thread of the worker that owns it.
 */
public interface ProbeFrames {

  /**
   * Begins a batch of empty frames, each with room for 256 bytes: all of them, or none while there
   * are no buffers.
   *
   * @return the batch, or null
   */
  Batch allocate(int count);

  /** Sends those of the batch whose fate is to be delivered, and gives up all buffers. */
  void send();
}
