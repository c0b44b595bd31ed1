package io.breakwater.config.source;

import io.breakwater.config.Appliance;
import io.breakwater.config.Port;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import io.breakwater.config.yaml.MainFile;
import io.breakwater.config.yaml.Positions;
import java.util.List;

/**
 * What is fixed while the appliance runs, since threads, DPDK ports and memory are taken at start:
 * workers, the ports with their devices, MTUs and host interfaces, limits and the journal. A change
 * of these is a problem of the main file.
 */
final class RestartRules {

  private final MainFile main;
  private final Positions positions;
  private final Problems problems;

  private RestartRules(MainFile main, Positions positions, Problems problems) {
    this.main = main;
    this.positions = positions;
    this.problems = problems;
  }

  static void check(Appliance running, MainFile main, Positions positions, Problems problems) {
    new RestartRules(main, positions, problems).check(running, main.appliance());
  }

  private void check(Appliance running, Appliance next) {
    checkKey("workers", running.workers(), next.workers());
    checkKey("limits", running.limits(), next.limits());
    checkKey("journal", running.journal(), next.journal());
    List<String> runningPorts = running.ports().stream().map(Port::name).toList();
    List<String> nextPorts = next.ports().stream().map(Port::name).toList();
    checkKey("ports", runningPorts, nextPorts);
    if (runningPorts.equals(nextPorts)) {
      for (int i = 0; i < runningPorts.size(); i++) {
        check(running.ports().get(i), next.ports().get(i));
      }
    }
  }

  private void check(Port running, Port next) {
    if (!running.device().equals(next.device())) {
      refuse(at(next, "device"), "device of port " + next.name(), running.device(), next.device());
    }
    if (running.mtuBytes() != next.mtuBytes()) {
      refuse(at(next, "mtu"), "mtu of port " + next.name(), running.mtuBytes(), next.mtuBytes());
    }
    if (!running.host().equals(next.host())) {
      refuse(at(next, "host"), "host of port " + next.name(), host(running), host(next));
    }
  }

  private static Object host(Port port) {
    return port.host().isPresent() ? port.host().get() : "none";
  }

  private void checkKey(String key, Object running, Object next) {
    if (!running.equals(next)) {
      refuse(at(main.appliance(), key), key, running, next);
    }
  }

  private void refuse(Position at, String what, Object running, Object next) {
    problems.add(at, what + ": a change needs a restart: " + running + " -> " + next);
  }

  private Position at(Object owner, String key) {
    return positions.of(owner, key).orElse(Position.startOf(main.file()));
  }
}
