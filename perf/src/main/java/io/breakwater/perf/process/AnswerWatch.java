package io.breakwater.perf.process;

import java.util.concurrent.TimeUnit;

/**
 * Ends a child process that does not answer in time, so that whoever reads its answer wakes up. On
 * a virtual thread of its own, until {@link #answered}.
 */
public final class AnswerWatch {

  private final Thread thread;

  private AnswerWatch(Thread thread) {
    this.thread = thread;
  }

  public static AnswerWatch over(Process process, long seconds) {
    return new AnswerWatch(Thread.ofVirtual().start(() -> endAfter(process, seconds)));
  }

  private static void endAfter(Process process, long seconds) {
    try {
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      // It has answered.
    }
  }

  public void answered() {
    thread.interrupt();
  }
}
