package io.breakwater.perf.report;

import java.util.Map;

/**
 * What one side achieved in one round, for each second of the core's time that its thread got.
 * Cycles are ticks of the time stamp counter.
 *
 * @param packets received and sent while it was measured
 * @param seconds of the core's time
 * @param coreShare the core's time by the time that went by: below 1, other work ran on the core
 * @param cyclesPerPacket of everything, packet I/O included
 * @param ioCyclesPerPacket of receiving and sending the same packets with nothing in between
 * @param dropped must be 0: all frames of a benchmark are good
 * @param allocatedBytesPerPacket of the worker's thread; 0 for C
 * @param hugepages whether packet memory was in hugepages
 * @param stageCyclesPerPacket by stage, in the packet's order, for each packet received; empty for
 *     C
 */
public record Measurement(
    String profile,
    long packets,
    double seconds,
    double coreShare,
    double mpps,
    double cyclesPerPacket,
    double ioCyclesPerPacket,
    long dropped,
    double allocatedBytesPerPacket,
    boolean hugepages,
    Map<String, Double> stageCyclesPerPacket) {

  public Measurement {
    stageCyclesPerPacket = stageCyclesPerPacket == null ? Map.of() : stageCyclesPerPacket;
  }

  double netCyclesPerPacket() {
    return cyclesPerPacket - ioCyclesPerPacket;
  }
}
