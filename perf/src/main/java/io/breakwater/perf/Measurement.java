package io.breakwater.perf;

import java.util.Map;

/**
 * What one side achieved in one round. Cycles are ticks of the time stamp counter.
 *
 * @param packets received and sent while it was measured
 * @param cyclesPerPacket of everything, packet I/O included
 * @param ioCyclesPerPacket of receiving and sending the same packets with nothing in between
 * @param dropped must be 0: all frames of a benchmark are good
 * @param allocatedBytesPerPacket of the worker's thread; 0 for C
 * @param hugepages whether packet memory was in hugepages
 * @param stageCyclesPerPacket by stage; empty for C
 */
record Measurement(
    String profile,
    long packets,
    double seconds,
    double mpps,
    double cyclesPerPacket,
    double ioCyclesPerPacket,
    long dropped,
    double allocatedBytesPerPacket,
    boolean hugepages,
    Map<String, Double> stageCyclesPerPacket) {

  Measurement {
    stageCyclesPerPacket = stageCyclesPerPacket == null ? Map.of() : stageCyclesPerPacket;
  }

  double netCyclesPerPacket() {
    return cyclesPerPacket - ioCyclesPerPacket;
  }
}
