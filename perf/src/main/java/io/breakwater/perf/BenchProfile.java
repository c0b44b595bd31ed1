package io.breakwater.perf;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** What {@code bench} can measure. */
enum BenchProfile {
  /** Validate, find the tenant, send to the next hop. */
  FORWARD("forward"),
  /** Validate, find the tenant, choose a tunnel, encapsulate, send. */
  GRE_ENCAP("gre-encap"),
  /** Validate, find the tunnel, strip, validate, check the inner source, send to the next hop. */
  GRE_DECAP("gre-decap");

  static final int TENANTS = 1_000;
  static final int PREFIXES = 10_000;
  static final int FLOWS = 100_000;

  private final String label;

  BenchProfile(String label) {
    this.label = label;
  }

  /** Its name on the command line and in reports. */
  String label() {
    return label;
  }

  static Optional<BenchProfile> named(String label) {
    return Arrays.stream(values()).filter(profile -> profile.label.equals(label)).findFirst();
  }

  /** The same on every run and on both sides. */
  static Workload workload() {
    return Workload.of(TENANTS, PREFIXES, 42);
  }

  ByteBuffer frames(Workload workload) {
    return this == GRE_DECAP ? workload.framesFromTenants(FLOWS) : workload.framesToTenants(FLOWS);
  }

  int strideBytes() {
    return this == GRE_DECAP ? Workload.STRIDE_GRE_BYTES : Workload.STRIDE_PLAIN_BYTES;
  }
}
