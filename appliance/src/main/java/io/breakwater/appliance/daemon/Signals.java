package io.breakwater.appliance.daemon;

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The operator's signals, handed to the control thread one by one.
 *
 * <p>Everything the appliance does on a signal it does on its control thread, none of it in a
 * handler or a shutdown hook: DPDK is closed while all of the process still stands. The queue is
 * bounded; a SIGHUP that finds one waiting is covered by that one. A second SIGTERM or SIGINT,
 * while the first is being obeyed, changes nothing.
 */
public final class Signals {

  /** What the operator wants. */
  enum Request {
    RELOAD,
    STOP
  }

  private static final Map<String, Request> REQUESTS =
      Map.of("HUP", Request.RELOAD, "TERM", Request.STOP, "INT", Request.STOP);

  private final BlockingQueue<Request> reloads = new LinkedBlockingQueue<>(1);
  private volatile String stopSignal = "";

  /** Takes the signals over from the JVM. */
  public void handle() {
    REQUESTS.forEach((name, request) -> OsSignal.handle(name, () -> raise(name, request)));
  }

  /** As if the signal had come. */
  void raise(String name, Request request) {
    if (request == Request.STOP && stopSignal.isEmpty()) {
      stopSignal = "SIG" + name;
    }
    // For a stop this only wakes the control thread, which looks at the stop first.
    reloads.offer(request);
  }

  /** The signal that asked for the end, or empty. */
  String stopSignal() {
    return stopSignal;
  }

  /**
   * Waits for a signal.
   *
   * @return whether a reload is asked for; a stop is told by {@link #stopSignal} alone
   */
  boolean await(long timeoutNs) throws InterruptedException {
    return reloads.poll(timeoutNs, TimeUnit.NANOSECONDS) == Request.RELOAD;
  }
}
