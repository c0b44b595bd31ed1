package io.breakwater.perf.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * What one side achieved in one round, for each second of the core's time that its thread got.
 * Cycles are ticks of the time stamp counter. With several workers counts and rates are those of
 * all together.
 *
 * @param packets received and sent while it was measured; not those of {@link Handover#refused}
 * @param seconds of the cores' time
 * @param coreShare the core's time by the time that went by, on the core that gave least: below 1,
 *     other work ran there
 * @param cyclesPerPacket of everything, packet I/O included
 * @param ioCyclesPerPacket of receiving and sending the same packets with nothing in between
 * @param dropped must be 0: packets that were dropped and should not have been, or the other way
 *     round
 * @param allocatedBytesPerPacket of the worker's thread; 0 for C
 * @param hugepages whether packet memory was in hugepages
 * @param stageCyclesPerPacket by stage, in the packet's order, for each packet received; empty for
 *     C
 * @param stolenShare of the core's time while the round's process ran, taken by the hypervisor
 * @param counted what the CPU counted; null where it does not
 * @param notCounted why it does not; null if it does, and for C
 * @param handover what the workers handed to each other; null for C, and where there is only one
 * @param filteredShare of the packets, those that a firewall dropped, as it should
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
    Map<String, Double> stageCyclesPerPacket,
    double stolenShare,
    @JsonInclude(JsonInclude.Include.NON_NULL) Counted counted,
    @JsonInclude(JsonInclude.Include.NON_NULL) String notCounted,
    @JsonInclude(JsonInclude.Include.NON_NULL) Handover handover,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) double filteredShare) {

  /**
   * By packet, in user space.
   *
   * @param coreCycles of the core's own clock, which may run faster or slower than the time stamp
   *     counter
   * @param cacheMisses of the last level
   */
  public record Counted(double instructions, double coreCycles, double cacheMisses) {}

  /**
   * Packets between workers.
   *
   * @param taken by another worker than received them; part of all packets
   * @param refused since the other's ring was full: dropped, so no work done, and in no rate. Their
   *     cycles are, so that a number with many of them is too high
   */
  public record Handover(long taken, long refused) {}

  public Measurement {
    stageCyclesPerPacket = stageCyclesPerPacket == null ? Map.of() : stageCyclesPerPacket;
  }

  public Measurement withStolenShare(double stolenShare) {
    return with(dropped, stolenShare, filteredShare);
  }

  public Measurement withDropped(long dropped) {
    return with(dropped, stolenShare, filteredShare);
  }

  public Measurement withFilteredShare(double filteredShare) {
    return with(dropped, stolenShare, filteredShare);
  }

  private Measurement with(long dropped, double stolenShare, double filteredShare) {
    return new Measurement(
        profile,
        packets,
        seconds,
        coreShare,
        mpps,
        cyclesPerPacket,
        ioCyclesPerPacket,
        dropped,
        allocatedBytesPerPacket,
        hugepages,
        stageCyclesPerPacket,
        stolenShare,
        counted,
        notCounted,
        handover,
        filteredShare);
  }

  /** Part of the packets that another worker took than had received them. */
  public double handedOverShare() {
    return handover == null ? 0 : (double) handover.taken() / packets;
  }

  /** Of all packets received, those that another worker's ring had no room for. */
  public double refusedShare() {
    return handover == null
        ? 0
        : (double) handover.refused() / Math.max(1, packets + handover.refused());
  }

  public double netCyclesPerPacket() {
    return cyclesPerPacket - ioCyclesPerPacket;
  }

  /**
   * The rate at which packets are received and sent when nothing is done in between: what the
   * harness itself could carry. A result near it is the harness' and not the packet path's.
   */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public double ceilingMpps() {
    return mpps * cyclesPerPacket / ioCyclesPerPacket;
  }
}
