package io.breakwater.appliance.replay;

import io.breakwater.workers.packet.PacketMemory;

/** The one packet memory of a process, for tests that run parts of the packet path. */
public final class ReplayMemory {

  private ReplayMemory() {}

  public static PacketMemory get() {
    return PacketMemory.install(ReplayPath.MEMORY);
  }
}
