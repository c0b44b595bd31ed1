package io.breakwater.workers.stage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A count with one writing thread that any thread may read (opaque stores: no torn values). */
public final class WorkerCounter {

  private static final VarHandle VALUE;

  static {
    try {
      VALUE = MethodHandles.lookup().findVarHandle(WorkerCounter.class, "value", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private long value;

  public void increment() {
    add(1);
  }

  public void add(long amount) {
    VALUE.setOpaque(this, value + amount);
  }

  public long value() {
    return (long) VALUE.getOpaque(this);
  }
}
