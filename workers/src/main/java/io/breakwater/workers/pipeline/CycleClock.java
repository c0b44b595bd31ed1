package io.breakwater.workers.pipeline;

/**
 * A counter of cycles to measure stages with: the time stamp counter in the appliance, a constant
 * in replay.
 */
@FunctionalInterface
public interface CycleClock {

  long now();
}
