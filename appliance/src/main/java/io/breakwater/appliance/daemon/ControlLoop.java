package io.breakwater.appliance.daemon;

import io.breakwater.appliance.explain.ExplainRequest;
import io.breakwater.appliance.report.FirewallReport;
import io.breakwater.appliance.report.FlowText;
import io.breakwater.appliance.report.JsonOutput;
import io.breakwater.appliance.report.MitigationReport;
import io.breakwater.appliance.report.ProtectionReport;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * What the control thread does while the workers forward: obeys signals, and looks now and then at
 * tunnels, their MTUs, links, neighbours, workers and counters, and at attacks.
 *
 * <p>A look every {@value #TICK_MS} ms costs microseconds; a signal is obeyed at once.
 */
final class ControlLoop {

  private static final Logger LOG = LogManager.getLogger("breakwater");

  private static final long TICK_MS = 100;
  private static final long TICK_NS = TICK_MS * 1_000_000;

  /** The key of what is wrong with a request. */
  private static final String ERROR = "error";

  private static final int TASKS_MAX = 16;
  private static final long ANSWER_TIMEOUT_NS = 5_000_000_000L;
  private static final long LINK_NS = 1_000_000_000L;
  private static final long STATISTICS_NS = 10_000_000_000L;

  private final PacketPath path;
  private final Signals signals;
  private final LinkWatch links;
  private final NeighbourJournal neighbours;
  private final BlockingQueue<FutureTask<?>> tasks = new ArrayBlockingQueue<>(TASKS_MAX);

  ControlLoop(PacketPath path, EventLog events, Signals signals) {
    this.path = path;
    this.signals = signals;
    this.links = new LinkWatch(path.ports(), events);
    this.neighbours = new NeighbourJournal(path.ports(), events);
  }

  /**
   * The answer to a request of the control socket; to a wrong one, what is wrong. Called from that
   * socket's thread, which also does what takes long, since a ruleset may be large.
   *
   * @throws TimeoutException where the control thread is busy for long, or has ended
   */
  String answer(String request) throws Exception {
    try {
      return JsonOutput.text(
          request.startsWith(ExplainRequest.REQUEST)
              ? call(() -> path.explainer(this)).explain(ExplainRequest.parse(request))
              : call(() -> find(request)));
    } catch (IllegalArgumentException e) {
      return JsonOutput.text(Map.of(ERROR, e.getMessage()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IllegalArgumentException wrong) {
        return JsonOutput.text(Map.of(ERROR, wrong.getMessage()));
      }
      throw e;
    }
  }

  /** The snapshot, unless it is asked for something else. */
  private Object find(String request) {
    if (request.startsWith(FlowText.REQUEST)) {
      return path.flow(FlowText.parse(request.substring(FlowText.REQUEST.length())));
    }
    if (request.equals(ProtectionReport.REQUEST)) {
      return path.defence().protection();
    }
    if (request.startsWith(MitigationReport.REQUEST)) {
      return path.defence().answer(request.substring(MitigationReport.REQUEST.length()));
    }
    return request.startsWith(FirewallReport.REQUEST)
        ? path.firewall(request.substring(FirewallReport.REQUEST.length()))
        : path.snapshot();
  }

  /**
   * Has something done on the control thread at its next look, and waits for it. Called from any
   * other thread.
   *
   * @throws TimeoutException where the control thread is busy for long, or has ended
   */
  <T> T call(Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    if (!tasks.offer(task)) {
      throw new TimeoutException("too many answers are waited for");
    }
    return task.get(ANSWER_TIMEOUT_NS, TimeUnit.NANOSECONDS);
  }

  /** Returns why the appliance is to stop: a signal's name, or what broke. */
  String run() {
    long startNs = System.nanoTime();
    long nextLinkNs = startNs;
    long nextStatisticsNs = startNs + STATISTICS_NS;
    StatisticsLine statistics = new StatisticsLine(startNs);
    while (true) {
      if (!signals.stopSignal().isEmpty()) {
        return signals.stopSignal();
      }
      if (path.failure() != null) {
        return path.failure();
      }
      long nowNs = System.nanoTime();
      path.pollTunnels();
      path.workers().neighbourEvents().drainTo(neighbours);
      path.refreshTunnelMtus(nowNs);
      path.recordFirewallLogs();
      path.defence().poll();
      FutureTask<?> task = tasks.poll();
      if (task != null) {
        task.run();
      }
      if (nowNs - nextLinkNs >= 0) {
        nextLinkNs = nowNs + LINK_NS;
        links.poll();
        path.followLinks();
        path.watchDistribution();
        path.refreshCookieKeys();
      }
      if (nowNs - nextStatisticsNs >= 0) {
        nextStatisticsNs = nowNs + STATISTICS_NS;
        LOG.info(
            "{}",
            statistics.next(path.receivedPackets(), path.fates(), path.missedPackets(), nowNs));
      }
      try {
        if (signals.await(TICK_NS)) {
          path.reload();
        }
      } catch (InterruptedException e) {
        return "interrupted";
      }
    }
  }
}
