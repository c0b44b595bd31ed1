package io.breakwater.perf.stall;

/**
 * One of a worker's longest gaps, with what the JVM did meanwhile.
 *
 * @param atSeconds into the measured time
 * @param us its length
 * @param cause what stopped the worker: a safepoint, a pause, a deoptimisation; empty if the JVM
 *     recorded nothing of the kind, which leaves the machine
 * @param beside what ran on other threads, which may have taken the core: a collection, a
 *     compilation
 */
public record LongGap(double atSeconds, double us, String cause, String beside) {}
