package io.breakwater.workers.worker;

import io.breakwater.dpdk.Port;
import io.breakwater.workers.stage.WorkerCounter;

/**
 * The kernel's side of a port: the TAP device, and what went through it.
 *
 * <p>Counters are written by the host thread only; any thread may read them.
 */
public final class HostPort {

  private final int index;
  private final Port tap;
  private final long mac;
  private final int mtuBytes;
  final WorkerCounter received = new WorkerCounter();
  final WorkerCounter refused = new WorkerCounter();
  final WorkerCounter invalid = new WorkerCounter();
  final WorkerCounter overflowed = new WorkerCounter();

  /**
   * @param index of the port whose side it is
   * @param tap open, with a queue each way
   * @param mac the port's Ethernet address, which is the interface's too
   */
  public HostPort(int index, Port tap, long mac, int mtuBytes) {
    this.index = index;
    this.tap = tap;
    this.mac = mac;
    this.mtuBytes = mtuBytes;
  }

  public int index() {
    return index;
  }

  Port tap() {
    return tap;
  }

  long mac() {
    return mac;
  }

  int mtuBytes() {
    return mtuBytes;
  }

  /** Packets that the kernel was given. */
  public long received() {
    return received.value();
  }

  /** Packets that the kernel did not take. */
  public long refused() {
    return refused.value();
  }

  /** Frames of the kernel's that must not leave: not from the port's address, or too long. */
  public long invalid() {
    return invalid.value();
  }

  /** Frames of the kernel's for which the ring to the first worker had no room. */
  public long overflowed() {
    return overflowed.value();
  }
}
