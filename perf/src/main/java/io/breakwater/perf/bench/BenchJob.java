package io.breakwater.perf.bench;

import java.util.Arrays;

/** What the packet path does in a benchmark, in Java and in the C reference. */
enum BenchJob {
  /** Validate, find the tenant, send to the next hop. */
  FORWARD("forward"),
  /** Validate, find the tenant, choose a tunnel, encapsulate, send. */
  GRE_ENCAP("gre-encap"),
  /** Validate, find the tunnel, strip, validate, check the inner source, send to the next hop. */
  GRE_DECAP("gre-decap");

  private final String label;

  BenchJob(String label) {
    this.label = label;
  }

  /** Its name in measurements, and for the C reference. */
  String label() {
    return label;
  }

  static BenchJob named(String label) {
    return Arrays.stream(values())
        .filter(job -> job.label.equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such job: job=" + label));
  }
}
