package io.breakwater.workers.pipeline;

import io.breakwater.config.IpAddress;
import io.breakwater.config.IpAddress.Family;
import io.breakwater.config.Port;
import io.breakwater.config.Tunnel;
import io.breakwater.config.TunnelHealth;
import io.breakwater.config.TunnelHealth.Probe;
import io.breakwater.workers.table.ProbePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compiles how tunnels are probed into a {@link ProbePlan}.
 *
 * <p>A request goes from our own address to the target, a reply from the target to ourselves; the
 * target is the tunnel's remote where none is named. Our address is the first of the target's
 * family on the port towards the tunnel, or else on any port: never an endpoint, since an answer to
 * one may reach another server. Where no port has an address of that family, the tunnel is not
 * probed.
 */
final class ProbeCompiler {

  private final List<Port> ports;
  private final ProbePlan.Builder plan = new ProbePlan.Builder();

  ProbeCompiler(List<Port> ports) {
    this.ports = ports;
  }

  /**
   * @param slot the tunnel's
   * @param port index of the port towards it
   */
  void add(int slot, Tunnel tunnel, int port) {
    TunnelHealth health = tunnel.health();
    if (health.probe() == Probe.OFF) {
      return;
    }
    IpAddress target = health.target().orElse(tunnel.remote());
    Optional<IpAddress> own = own(target.family(), port);
    if (own.isEmpty()) {
      return;
    }
    boolean reply = health.probe() == Probe.REPLY;
    IpAddress source = reply ? target : own.get();
    IpAddress destination = reply ? own.get() : target;
    plan.add(
        health.rate().ordinal(),
        slot,
        reply,
        target.family() == Family.IPV6,
        source.high(),
        source.low(),
        destination.high(),
        destination.low());
  }

  private Optional<IpAddress> own(Family family, int port) {
    List<Port> inOrder = new ArrayList<>(ports);
    inOrder.addFirst(ports.get(port));
    return inOrder.stream()
        .flatMap(each -> each.addresses().stream())
        .map(Port.InterfaceAddress::address)
        .filter(address -> address.family() == family)
        .findFirst();
  }

  ProbePlan build() {
    return plan.build();
  }
}
