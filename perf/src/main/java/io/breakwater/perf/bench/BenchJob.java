package io.breakwater.perf.bench;

import io.breakwater.config.Appliance;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.Port;
import io.breakwater.perf.ruleset.Blocklist;
import io.breakwater.perf.ruleset.Filtering;
import io.breakwater.perf.ruleset.TenantRules;
import io.breakwater.perf.traffic.FrameSizes;
import io.breakwater.perf.traffic.Workload;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * What the packet path does in a benchmark, in Java and in the C reference: which frames arrive,
 * and what stands behind the port.
 *
 * <p>A new capability that is to be measured gets a line here, a function of the same name in the
 * table {@code profiles} of {@code perf/reference/src/reference.c}, and its profiles in {@link
 * BenchProfile}.
 */
enum BenchJob {
  /** Validate, find the tenant, send to the next hop. */
  FORWARD(
      "forward", Workload::framesToTenants, FrameSizes::strideBytes, ForwardSubject::onFirstCore),
  /** Validate, find the tenant, choose a tunnel, encapsulate, send. */
  GRE_ENCAP("gre-encap", Workload::framesToTenants, FrameSizes::strideBytes, ApplianceSubject::new),
  /** Validate, find the tunnel, strip, validate, check the inner source, send to the next hop. */
  GRE_DECAP(
      "gre-decap",
      Workload::framesFromTenants,
      FrameSizes::tunnelledStrideBytes,
      ApplianceSubject::new),
  /** As gre-encap, by workers that hand every flow to its owner: all but one share in so many. */
  DISTRIBUTION(
      "distribution",
      Workload::framesToTenants,
      FrameSizes::strideBytes,
      ApplianceSubject::withSoftwareDistribution),
  /** As gre-encap, with a ruleset of its own for each tenant. */
  FIREWALL("firewall", TenantRules::of),
  /** The same flows, and no rules: what the firewall adds is the difference. */
  FIREWALL_OFF(
      "firewall-off", (workload, rules) -> TenantRules.of(workload, rules).withoutFirewalls()),
  /** As gre-encap, with a blocklist and a flood that is mostly on it. */
  BLOCKLIST("blocklist", Blocklist::of),
  /** Validate, find the tenant, answer with a cookie. */
  SYN_FLOOD("syn-flood", Flood.SYNS),
  /** Validate, find the tenant, find no cookie in a reset, drop. */
  RST_FLOOD("rst-flood", Flood.RESETS),
  /** Validate, find the tenant, know an abused video recorder's answer, drop. */
  SIGNATURE_DROP("signature-drop", Flood.RECORDER_ANSWERS);

  /** Makes the frames of so many flows, a stride apart. */
  interface Frames {
    ByteBuffer make(Workload workload, int flows, FrameSizes sizes);
  }

  /**
   * Makes the tenants' firewalls, of so many rules or elements, and flows that are to meet them.
   */
  interface Filters {
    Filtering make(Workload workload, int entries);
  }

  /** Starts a packet path with a worker on each core. */
  interface Start {
    Subject on(Appliance configuration, Port port, PacketPool pool, List<Integer> cores);
  }

  private final String label;
  private final Frames frames;
  private final ToIntFunction<FrameSizes> strideBytes;
  private final Start start;
  private final Optional<Filters> filtering;
  private final Optional<Flood> flood;

  BenchJob(String label, Frames frames, ToIntFunction<FrameSizes> strideBytes, Start start) {
    this(label, frames, strideBytes, start, Optional.empty(), Optional.empty());
  }

  BenchJob(String label, Filters filtering) {
    this(
        label,
        Workload::framesToTenants,
        FrameSizes::strideBytes,
        ApplianceSubject::new,
        Optional.of(filtering),
        Optional.empty());
  }

  BenchJob(String label, Flood flood) {
    this(
        label,
        flood.frames(),
        FrameSizes::strideBytes,
        ApplianceSubject::new,
        Optional.empty(),
        Optional.of(flood));
  }

  BenchJob(
      String label,
      Frames frames,
      ToIntFunction<FrameSizes> strideBytes,
      Start start,
      Optional<Filters> filtering,
      Optional<Flood> flood) {
    this.label = label;
    this.frames = frames;
    this.strideBytes = strideBytes;
    this.start = start;
    this.filtering = filtering;
    this.flood = flood;
  }

  /** Its name in measurements, and for the C reference. */
  String label() {
    return label;
  }

  Frames frames() {
    return frames;
  }

  Optional<Filters> filtering() {
    return filtering;
  }

  /** What all of its frames are, if they are not to be delivered. */
  Optional<Flood> flood() {
    return flood;
  }

  int strideBytes(FrameSizes sizes) {
    return strideBytes.applyAsInt(sizes);
  }

  Start start() {
    return start;
  }

  static BenchJob named(String label) {
    return Arrays.stream(values())
        .filter(job -> job.label.equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such job: job=" + label));
  }
}
