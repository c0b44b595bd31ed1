package io.breakwater.dpdk;

/**
 * What a device can do, known before it is configured.
 *
 * @param driverName DPDK's poll-mode driver
 * @param rxQueuesMax receive queues
 * @param txQueuesMax transmit queues
 * @param mtuBytesMin smallest MTU
 * @param mtuBytesMax largest MTU
 * @param rssTableEntries of its table from hashes to receive queues, 0 if it has none
 */
public record PortLimits(
    String driverName,
    int rxQueuesMax,
    int txQueuesMax,
    int mtuBytesMin,
    int mtuBytesMax,
    int rssTableEntries) {}
