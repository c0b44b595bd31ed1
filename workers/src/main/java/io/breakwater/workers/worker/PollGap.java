package io.breakwater.workers.worker;

/**
 * One gap between two turns of a worker.
 *
 * @param startCycles time stamp counter at the turn before it
 * @param cycles its length
 */
public record PollGap(long startCycles, long cycles) {}
