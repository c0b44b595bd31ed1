package io.breakwater.workers;

import java.lang.reflect.Method;

/**
 * How many bytes the calling thread allocates in a piece of code: HotSpot's per-thread count.
 *
 * <p>The bean is reached by reflection, because the module under test does not read {@code
 * jdk.management}. The measurement itself allocates less than a few hundred bytes.
 */
public final class AllocatedBytes {

  private AllocatedBytes() {}

  private static final int RUNS = 4;
  private static final long FEW = 4_096;

  /**
   * Runs the code once to load and initialise its classes, then again until it allocates next to
   * nothing, a few times at most: what is rare may still be linked in the second run. Code that
   * allocates does so in each.
   */
  public static long of(Runnable code) {
    code.run();
    long least = Long.MAX_VALUE;
    for (int run = 1; run < RUNS && least >= FEW; run++) {
      long before = now();
      code.run();
      least = Math.min(least, now() - before);
    }
    return least;
  }

  private static long now() {
    try {
      Object bean =
          Class.forName("java.lang.management.ManagementFactory")
              .getMethod("getThreadMXBean")
              .invoke(null);
      Method count =
          Class.forName("com.sun.management.ThreadMXBean")
              .getMethod("getCurrentThreadAllocatedBytes");
      return (long) count.invoke(bean);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no count of allocated bytes in this JVM", e);
    }
  }
}
