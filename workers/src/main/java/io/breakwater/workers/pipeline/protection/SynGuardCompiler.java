package io.breakwater.workers.pipeline.protection;

import io.breakwater.config.IpAddress.Family;
import io.breakwater.config.IpPrefix;
import io.breakwater.config.Tenant;
import io.breakwater.config.protection.SynFlood;
import io.breakwater.config.protection.SynFlood.Mode;
import io.breakwater.config.protection.SynFlood.PortRange;
import io.breakwater.config.protection.When;
import io.breakwater.workers.protection.SynGuardExceptions;
import io.breakwater.workers.protection.SynGuardTable;
import java.util.Collection;
import java.util.List;
import java.util.function.ToIntFunction;

/** Compiles {@code protection.syn-flood} of all tenants. Control thread only. */
final class SynGuardCompiler {

  private static final int IPV4 = 1;
  private static final int IPV6 = 2;

  private SynGuardCompiler() {}

  /**
   * @throws IllegalArgumentException for mode proxy, which is not supported
   */
  static SynGuardTable compile(
      Collection<Tenant> tenants, ToIntFunction<String> slots, int slotBound) {
    var table = new SynGuardTable.Builder(slotBound);
    for (Tenant tenant : tenants) {
      tenant
          .protection()
          .ifPresent(protection ->
              add(table, tenant.name(), slots.applyAsInt(tenant.name()), protection.synFlood()));
    }
    SynGuardTable made = table.build();
    return made.isEmpty() ? SynGuardTable.none() : made;
  }

  private static void add(SynGuardTable.Builder table, String name, int slot, SynFlood flood) {
    List<SynFlood.Exception> exceptions = flood.exceptions();
    boolean idle =
        flood.mode() == Mode.OFF
            && exceptions.stream().allMatch(exception -> exception.mode() == Mode.OFF);
    if (flood.when() == When.NEVER || idle) {
      return;
    }
    boolean resets =
        flood.mode() == Mode.RESET
            || exceptions.stream().anyMatch(exception -> exception.mode() == Mode.RESET);
    int kind =
        SynGuardTable.GUARDED
            | (flood.when() == When.ALWAYS ? SynGuardTable.ALWAYS : 0)
            | (resets ? SynGuardTable.RESETS : 0);
    table.tenant(
        slot,
        kind,
        code(name, flood.mode()),
        flood.thresholdPerSecond(),
        flood.destinationThresholdPerSecond(),
        flood.holdSeconds(),
        exceptions.isEmpty() ? null : exceptions(name, exceptions));
  }

  private static SynGuardExceptions exceptions(String name, List<SynFlood.Exception> exceptions) {
    var rows = new SynGuardExceptions.Builder();
    for (SynFlood.Exception exception : exceptions) {
      int[] ports = ports(exception.ports());
      int mode = code(name, exception.mode());
      if (exception.prefix().isEmpty()) {
        rows.add(IPV4 | IPV6, 0, 0, 0, 0, ports, mode);
      } else {
        add(rows, exception.prefix().get(), ports, mode);
      }
    }
    return rows.build();
  }

  private static void add(SynGuardExceptions.Builder rows, IpPrefix prefix, int[] ports, int mode) {
    long high = prefix.address().high();
    long low = prefix.address().low();
    int length = prefix.length();
    if (prefix.address().family() == Family.IPV4) {
      rows.add(IPV4, 0, 0, low, length == 0 ? 0 : -1L << 32 - length, ports, mode);
    } else {
      long highMask = length == 0 ? 0 : -1L << 64 - Math.min(64, length);
      long lowMask = length <= 64 ? 0 : -1L << 128 - length;
      rows.add(IPV6, high, highMask, low, lowMask, ports, mode);
    }
  }

  private static int[] ports(List<PortRange> ranges) {
    int[] ports = new int[2 * ranges.size()];
    for (int i = 0; i < ranges.size(); i++) {
      ports[2 * i] = ranges.get(i).first();
      ports[2 * i + 1] = ranges.get(i).last();
    }
    return ports;
  }

  private static int code(String tenant, Mode mode) {
    return switch (mode) {
      case OFF -> SynGuardTable.OFF;
      case CHALLENGE -> SynGuardTable.CHALLENGE;
      case RESET -> SynGuardTable.RESET;
      case RETRANSMIT -> SynGuardTable.RETRANSMIT;
      case PROXY ->
          throw new IllegalArgumentException(
              "syn-flood mode proxy is not supported yet: tenant=" + tenant);
    };
  }
}
