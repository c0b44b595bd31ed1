package io.breakwater.workers.pipeline.protection;

import io.breakwater.config.Tenant;
import io.breakwater.config.protection.Protection;
import io.breakwater.config.protection.SynFlood;
import io.breakwater.config.protection.TcpState;
import io.breakwater.config.protection.When;
import io.breakwater.workers.protection.TcpStateTable;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Compiles tenants' {@code tcp-state}, and remembers since which compilation each is followed.
 * Control thread only.
 */
final class TcpStateCompiler {

  private static final long SECOND_NS = 1_000_000_000L;

  /** Of tenants that are followed now, by name. */
  private Map<String, Integer> periods = new HashMap<>();

  private int lastPeriod;

  TcpStateTable compile(Collection<Tenant> tenants, ToIntFunction<String> slots, int slotBound) {
    byte[] modes = new byte[slotBound];
    int[] periodBySlot = new int[slotBound];
    int[] thresholds = new int[slotBound];
    long[] holds = new long[slotBound];
    Map<String, Integer> followed = new HashMap<>();
    for (Tenant tenant : tenants) {
      byte mode = tenant.protection().map(TcpStateCompiler::mode).orElse(TcpStateTable.OFF);
      if (mode != TcpStateTable.OFF) {
        int slot = slots.applyAsInt(tenant.name());
        SynFlood synFlood = tenant.protection().orElseThrow().synFlood();
        Integer period = periods.get(tenant.name());
        followed.put(tenant.name(), period == null ? ++lastPeriod : period);
        modes[slot] = mode;
        periodBySlot[slot] = followed.get(tenant.name());
        thresholds[slot] = synFlood.thresholdPerSecond();
        holds[slot] = synFlood.holdSeconds() * SECOND_NS;
      }
    }
    periods = followed;
    return followed.isEmpty()
        ? TcpStateTable.none()
        : new TcpStateTable(modes, periodBySlot, thresholds, holds, false);
  }

  private static byte mode(Protection protection) {
    TcpState tcpState = protection.tcpState();
    if (tcpState.mode() == TcpState.Mode.ENFORCE && tcpState.when() != When.NEVER) {
      return tcpState.when() == When.ALWAYS
          ? TcpStateTable.ENFORCE
          : TcpStateTable.ENFORCE_IN_ATTACK;
    }
    return tcpState.mode() == TcpState.Mode.OFF ? TcpStateTable.OFF : TcpStateTable.OBSERVE;
  }
}
