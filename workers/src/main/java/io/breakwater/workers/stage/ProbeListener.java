package io.breakwater.workers.stage;

/** Is told of answers to tunnel probes, by the worker that met them. */
public interface ProbeListener {

  /**
   * A probe came back.
   *
   * @param tunnel its slot
   * @param sequence the probe's number
   * @param roundTripNs since it was sent, 0 or more
   */
  void answered(int tunnel, int sequence, long roundTripNs);
}
