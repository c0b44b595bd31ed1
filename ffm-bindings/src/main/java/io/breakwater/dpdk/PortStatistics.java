package io.breakwater.dpdk;

/**
 * Counters of a port since it was opened.
 *
 * @param rxPackets received by us
 * @param txPackets sent
 * @param rxBytes received by us
 * @param txBytes sent
 * @param rxMissed dropped by the hardware, which had no free descriptor: the workers are too slow
 * @param rxErrors received broken
 * @param txErrors failed to send
 * @param rxNoBuffer dropped by the driver, for the pool was empty
 */
public record PortStatistics(
    long rxPackets,
    long txPackets,
    long rxBytes,
    long txBytes,
    long rxMissed,
    long rxErrors,
    long txErrors,
    long rxNoBuffer) {}
