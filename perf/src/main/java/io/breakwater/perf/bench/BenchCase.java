package io.breakwater.perf.bench;

import io.breakwater.perf.ruleset.Filtering;
import io.breakwater.perf.traffic.FrameSizes;
import io.breakwater.perf.traffic.Workload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One thing to measure: a job, and the size of what it is done on. The same case is the same input
 * on every run and on both sides.
 *
 * @param tenants each with two tunnels
 * @param prefixes of all tenants together
 * @param flows frames in the traffic source, each of another flow; dealt out to the workers in
 *     equal parts, as RSS does
 * @param workers each on a core and with a queue of its own
 * @param entries rules of each tenant's firewall, or prefixes of the blocklist; 0 where there is
 *     neither
 */
record BenchCase(
    BenchJob job,
    int tenants,
    int prefixes,
    int flows,
    FrameSizes frames,
    int workers,
    int entries) {

  /** Flows with large frames are fewer: their frames are to take no more memory than small ones. */
  private static final int LARGE_FLOWS = 8_192;

  static BenchCase of(BenchJob job) {
    return new BenchCase(
        job,
        Workload.USUAL_TENANTS,
        Workload.USUAL_PREFIXES,
        Workload.USUAL_FLOWS,
        FrameSizes.of(64),
        1,
        0);
  }

  BenchCase withTenants(int tenants) {
    return new BenchCase(job, tenants, prefixes, flows, frames, workers, entries);
  }

  /** As many tenants as own a hundred prefixes each, within 1 to 10,000. */
  BenchCase withPrefixes(int prefixes) {
    return new BenchCase(
        job, Math.clamp(prefixes / 100, 1, 10_000), prefixes, flows, frames, workers, entries);
  }

  BenchCase withFlows(int flows) {
    return new BenchCase(job, tenants, prefixes, flows, frames, workers, entries);
  }

  BenchCase withFrames(FrameSizes frames) {
    return new BenchCase(job, tenants, prefixes, LARGE_FLOWS, frames, workers, entries);
  }

  /** Each worker has as many flows as one alone: so each has the work of one alone. */
  BenchCase withWorkers(int workers) {
    return new BenchCase(
        job, tenants, prefixes, Workload.USUAL_FLOWS * workers, frames, workers, entries);
  }

  /** A ruleset of its own for each of a hundred tenants with ten prefixes. */
  BenchCase withRules(int rules) {
    return new BenchCase(job, 100, 1_000, 10_000, frames, workers, rules);
  }

  /** One tenant with ten prefixes, and the addresses that it blocks. */
  BenchCase withBlocklist(int blocked) {
    return new BenchCase(job, 1, 10, flows, frames, workers, blocked);
  }

  Workload workload() {
    return Workload.of(tenants, prefixes, Workload.SEED);
  }

  /** What the tenants' firewalls are; empty where the job has none, and no flows of its own. */
  Optional<Filtering> filtering(Workload workload) {
    return job.filtering().map(of -> of.make(workload, entries));
  }

  ByteBuffer frames(Workload workload) {
    return filtering(workload)
        .map(filtering -> workload.framesOf(filtering.flows(flows), frames))
        .orElseGet(() -> job.frames().make(workload, flows, frames));
  }

  /** Writes what the C reference reads. */
  void write(Workload workload, Path folder) throws IOException {
    workload.write(folder, frames(workload), strideBytes());
    Optional<Filtering> filtering = filtering(workload);
    if (filtering.isPresent()) {
      filtering.get().write(folder, droppedFrames(filtering.get()));
    }
    if (job.flood().isPresent()) {
      Files.writeString(folder.resolve("flood.txt"), flows + "\n");
    }
  }

  /** How many of the frames are to be dropped. */
  int droppedFrames(Filtering filtering) {
    return (int) filtering.flows(flows).stream().filter(flow -> !filtering.accepts(flow)).count();
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
    if (entries > 0) {
      return word + ":" + workers + ":" + entries;
    }
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
        parts.length < 6 ? 1 : Integer.parseInt(parts[5]),
        parts.length < 7 ? 0 : Integer.parseInt(parts[6]));
  }
}
