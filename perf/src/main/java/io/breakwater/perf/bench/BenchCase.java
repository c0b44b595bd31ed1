package io.breakwater.perf.bench;

import io.breakwater.perf.traffic.FrameSizes;
import io.breakwater.perf.traffic.Workload;
import java.nio.ByteBuffer;

/**
 * One thing to measure: a job, and the size of what it is done on. The same case is the same input
 * on every run and on both sides.
 *
 * @param tenants each with two tunnels
 * @param prefixes of all tenants together
 * @param flows frames in the traffic source, each of another flow; dealt out to the workers in
 *     equal parts, as RSS does
 * @param workers each on a core and with a queue of its own
 */
record BenchCase(
    BenchJob job, int tenants, int prefixes, int flows, FrameSizes frames, int workers) {

  /** Flows with large frames are fewer: their frames are to take no more memory than small ones. */
  private static final int LARGE_FLOWS = 8_192;

  static BenchCase of(BenchJob job) {
    return new BenchCase(
        job,
        Workload.USUAL_TENANTS,
        Workload.USUAL_PREFIXES,
        Workload.USUAL_FLOWS,
        FrameSizes.of(64),
        1);
  }

  BenchCase withTenants(int tenants) {
    return new BenchCase(job, tenants, prefixes, flows, frames, workers);
  }

  /** As many tenants as own a hundred prefixes each, within 1 to 10,000. */
  BenchCase withPrefixes(int prefixes) {
    return new BenchCase(
        job, Math.clamp(prefixes / 100, 1, 10_000), prefixes, flows, frames, workers);
  }

  BenchCase withFlows(int flows) {
    return new BenchCase(job, tenants, prefixes, flows, frames, workers);
  }

  BenchCase withFrames(FrameSizes frames) {
    return new BenchCase(job, tenants, prefixes, LARGE_FLOWS, frames, workers);
  }

  /** Each worker has as many flows as one alone: so each has the work of one alone. */
  BenchCase withWorkers(int workers) {
    return new BenchCase(job, tenants, prefixes, Workload.USUAL_FLOWS * workers, frames, workers);
  }

  Workload workload() {
    return Workload.of(tenants, prefixes, Workload.SEED);
  }

  ByteBuffer frames(Workload workload) {
    return job.frames().make(workload, flows, frames);
  }

  /** Frames lie this far apart. */
  int strideBytes() {
    return job.strideBytes(frames);
  }

  /**
   * The case as one word, for another process, which may be of another version: see {@link #parse}.
   */
  String word() {
    String word = "%s:%d:%d:%d:%s".formatted(job.label(), tenants, prefixes, flows, frames.word());
    return workers == 1 ? word : word + ":" + workers;
  }

  static BenchCase parse(String word) {
    String[] parts = word.split(":", -1);
    return new BenchCase(
        BenchJob.named(parts[0]),
        Integer.parseInt(parts[1]),
        Integer.parseInt(parts[2]),
        Integer.parseInt(parts[3]),
        FrameSizes.parse(parts[4]),
        parts.length < 6 ? 1 : Integer.parseInt(parts[5]));
  }
}
