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

  /** Runs the code twice, the first time to load and initialise its classes; counts the second. */
  public static long of(Runnable code) {
    code.run();
    long before = now();
    code.run();
    return now() - before;
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
