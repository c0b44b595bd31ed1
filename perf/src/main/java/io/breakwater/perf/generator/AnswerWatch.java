package io.breakwater.perf.generator;

import java.util.concurrent.TimeUnit;

/**
 * Ends a child process that does not answer in time, so that whoever reads its answer wakes up. On
 * a virtual thread of its own, until {@link #answered}.
 */
final class AnswerWatch {

  private final Thread thread;

  private AnswerWatch(Thread thread) {
    this.thread = thread;
  }

  static AnswerWatch over(Process process, long seconds) {
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

  void answered() {
    thread.interrupt();
  }
}
