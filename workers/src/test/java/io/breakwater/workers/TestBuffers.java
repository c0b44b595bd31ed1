package io.breakwater.workers;

import io.breakwater.workers.stage.FrameBuffers;

/** Buffers for fragments over the tests' plain memory: as many as a test allows. */
public final class TestBuffers implements FrameBuffers {

  private static final int COUNT = 512;

  /** Buffers that are left to give. */
  public int left = COUNT;

  private final int first = TestBatch.claim(COUNT * TestBatch.BUFFER_BYTES);

  /** Takes all buffers back. */
  public void reset() {
    left = COUNT;
  }

  @Override
  public boolean allocate(int[] buffers, int[] frames, int count) {
    if (count > left) {
      return false;
    }
    for (int n = 0; n < count; n++) {
      left--;
      buffers[n] = first + left * TestBatch.BUFFER_BYTES;
      frames[n] = buffers[n] + TestBatch.HEADROOM;
    }
    return true;
  }
}
