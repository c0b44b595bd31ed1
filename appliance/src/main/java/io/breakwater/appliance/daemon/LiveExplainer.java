package io.breakwater.appliance.daemon;

import io.breakwater.appliance.explain.ExplainRequest;
import io.breakwater.appliance.explain.Explainer;
import io.breakwater.appliance.explain.Explanation;
import io.breakwater.appliance.explain.SlotNames;
import io.breakwater.appliance.explain.TunnelStates;
import io.breakwater.appliance.replay.PacketTrace;
import io.breakwater.config.Appliance;
import io.breakwater.config.Tenant;
import io.breakwater.workers.firewall.FirewallTable;
import io.breakwater.workers.firewall.RuleCounters;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.firewall.FirewallRegistry;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * Explains a packet by what the appliance ran with at one moment.
 *
 * <p>Made on the control thread, and used on the socket's; only the packet itself goes its way on
 * the control thread, where nobody closes the packet pool meanwhile. The firewalls that it comes to
 * are compiled anew, since those that run share their limits and sets with whoever runs them.
 */
final class LiveExplainer {

  private final Appliance running;
  private final ForwardingTables tables;
  private final SlotNames slots;
  private final TunnelStates states;
  private final long[] portMacs;
  private final LiveTracer tracer;
  private final ControlLoop control;

  LiveExplainer(
      Appliance running,
      ForwardingTables tables,
      SlotNames slots,
      TunnelStates states,
      long[] portMacs,
      LiveTracer tracer,
      ControlLoop control) {
    this.running = running;
    this.tables = tables;
    this.slots = slots;
    this.states = states;
    this.portMacs = portMacs;
    this.tracer = tracer;
    this.control = control;
  }

  /**
   * @throws IllegalArgumentException saying what is wrong with the request
   */
  Explanation explain(ExplainRequest request) {
    return new Explainer(running, slots, states)
        .explain(request, portMacs[request.portIndex(running)], this::trace);
  }

  private PacketTrace trace(byte[] frame, int port, List<Tenant> tenants) {
    int rulesMax =
        tenants.stream()
            .flatMap(tenant -> tenant.firewall().stream())
            .mapToInt(firewall -> firewall.rules().size() + firewall.counters().size())
            .sum();
    var scratch = new FirewallRegistry(rulesMax);
    RuleCounters counters = scratch.newCounters();
    FirewallTable firewalls =
        scratch.compile(tenants, slots.tenants()::get, tables.firewalls().programs().length, 0);
    try {
      return control.call(
          () -> tracer.trace(frame, port, tables.withFirewalls(firewalls), counters));
    } catch (ExecutionException e) {
      throw new IllegalArgumentException(e.getCause().getMessage(), e);
    } catch (Exception e) {
      throw new IllegalArgumentException("the appliance is busy or stopping: " + e, e);
    }
  }
}
