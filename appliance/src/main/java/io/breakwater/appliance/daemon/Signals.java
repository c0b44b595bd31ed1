package io.breakwater.appliance.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

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

  private static final Logger LOG = LogManager.getLogger("breakwater");
  private static final SortedMap<String, Integer> NUMBERS =
      new TreeMap<>(Map.of("HUP", 1, "INT", 2, "TERM", 15));

  private final BlockingQueue<Request> reloads = new LinkedBlockingQueue<>(1);
  private volatile String stopSignal = "";

  /** Takes the signals over from the JVM. */
  public void handle() {
    warnOfIgnored();
    REQUESTS.forEach((name, request) -> OsSignal.handle(name, () -> raise(name, request)));
  }

  /**
   * A signal that was ignored when the process began (nohup, a shell's {@code &}) stays ignored:
   * the JVM respects that, so nobody would notice that a reload does not come.
   */
  private static void warnOfIgnored() {
    try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
      String mask =
          status.filter(line -> line.startsWith("SigIgn:")).findFirst().orElse("SigIgn: 0");
      ignored(mask).forEach(name -> LOG.warn("SIG{} is ignored, as it was at start", name));
    } catch (IOException e) {
      LOG.debug("ignored signals are not known", e);
    }
  }

  /** The names of our signals in a {@code SigIgn:} line of proc(5). */
  static List<String> ignored(String line) {
    long mask = Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).strip(), 16);
    List<String> names = new ArrayList<>();
    NUMBERS.forEach((name, number) -> {
      if ((mask >>> (number - 1) & 1) != 0) {
        names.add(name);
      }
    });
    return names;
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
