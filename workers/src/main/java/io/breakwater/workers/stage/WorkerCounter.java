package io.breakwater.workers.stage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A count with one writing thread that any thread may read (opaque stores: no torn values). */
final class WorkerCounter {

  private static final VarHandle VALUE;

  static {
    try {
      VALUE = MethodHandles.lookup().findVarHandle(WorkerCounter.class, "value", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private long value;

  void increment() {
    VALUE.setOpaque(this, value + 1);
  }

  long value() {
    return (long) VALUE.getOpaque(this);
  }
}
