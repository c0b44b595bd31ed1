package io.breakwater.perf.startup;

/**
 * One start of the appliance, in milliseconds from the exec of its process on.
 *
 * @param readyMs until it says that it forwards
 * @param firstPacketMs until the first packet came back from it
 * @param fullRateMs until the end of the first 10 ms at 90% of the steady rate
 * @param steadyMpps of the packets that came back
 * @param cpuMs that the process had used when it was stopped, or -1: not known
 */
record StartUpMeasurement(
    double readyMs, double firstPacketMs, double fullRateMs, double steadyMpps, double cpuMs) {}
