package io.breakwater.workers.worker;

import java.util.ArrayList;
import java.util.List;

/** The frames of one kind that {@link WarmUp} sends to a port, as they are made. */
final class WarmUpKind {

  private final long own;
  private final List<byte[]> frames = new ArrayList<>();

  /**
   * @param own Ethernet address of the port
   */
  WarmUpKind(long own) {
    this.own = own;
  }

  /** Adds a packet for the port, of an Ethernet type. */
  void add(int type, byte[] packet) {
    frames.add(WarmUpPackets.frame(own, type, packet));
  }

  /** Adds a frame as it is. */
  void addFrame(byte[] frame) {
    frames.add(frame);
  }

  /** Ethernet address of the port. */
  long own() {
    return own;
  }

  List<byte[]> frames() {
    return frames;
  }
}
