package io.breakwater.workers.worker;

import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.Port;
import io.breakwater.dpdk.PortPair;
import io.breakwater.workers.packet.PacketMemory;

/**
 * What is behind a port of {@link WarmUp}'s: sends frames to it, and takes what comes back, at
 * which nobody looks.
 *
 * <p>All frames are made for one port. Another is given them with its own Ethernet address and its
 * tag, but for a few that lack the tag.
 *
 * <p>Used by the control thread only.
 */
final class WarmUpLink {

  private static final int ADDRESSES_BYTES = 12;
  private static final int FRAMES_PER_UNTAGGED = 61;

  private final PacketPool pool;
  private final PacketMemory memory;
  private final Port generator;
  private final int queues;
  private final byte[] madeFor;
  private final byte[] own;

  /** Behind the addresses: none for a port without a VLAN. */
  private final byte[] tag;

  private final PacketBurst outgoing = new PacketBurst(Worker.BURST);
  private final PacketBurst returned;
  private int sinceUntagged;

  /**
   * @param ports the generator's, and the worker's with so many queues of {@code ringSize}
   * @param madeFor Ethernet address of the port that the frames are made for
   * @param vlanIds none or one
   */
  WarmUpLink(
      PacketPool pool,
      PacketMemory memory,
      PortPair ports,
      int queues,
      int ringSize,
      long madeFor,
      int[] vlanIds) {
    this.pool = pool;
    this.memory = memory;
    this.queues = queues;
    generator = ports.first();
    returned = new PacketBurst(ringSize);
    this.madeFor = bytes(madeFor);
    own = bytes(ports.second().mac());
    tag = vlanIds.length == 0 ? new byte[0] : new byte[] {(byte) 0x81, 0, 0, (byte) vlanIds[0]};
  }

  private static byte[] bytes(long mac) {
    byte[] bytes = new byte[6];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (mac >>> 40 - 8 * i);
    }
    return bytes;
  }

  /** Sends as many as there are buffers and room for; returns how many. */
  int send(byte[][] frames, int frameCount) {
    int count = 0;
    while (count < frameCount) {
      int buffer = pool.allocate();
      if (buffer < 0) {
        break;
      }
      int at = pool.frame(buffer);
      outgoing.set(count, buffer, at, write(at, frames[count]));
      count++;
    }
    int sent = generator.txQueue(0).transmit(outgoing, count);
    if (sent < count) {
      pool.free(outgoing, sent, count - sent);
    }
    return sent;
  }

  /** Returns the frame's length. */
  private int write(int at, byte[] frame) {
    boolean tagged =
        tag.length > 0
            && frame.length >= ADDRESSES_BYTES
            && ++sinceUntagged % FRAMES_PER_UNTAGGED != 0;
    if (!tagged) {
      memory.write(at, frame, 0, frame.length);
    } else {
      int rest = at + ADDRESSES_BYTES + tag.length;
      memory.write(at, frame, 0, ADDRESSES_BYTES);
      memory.write(at + ADDRESSES_BYTES, tag, 0, tag.length);
      memory.write(rest, frame, ADDRESSES_BYTES, frame.length - ADDRESSES_BYTES);
    }
    if (frame.length >= own.length && isForUs(frame)) {
      memory.write(at, own, 0, own.length);
    }
    return tagged ? frame.length + tag.length : frame.length;
  }

  private boolean isForUs(byte[] frame) {
    for (int i = 0; i < madeFor.length; i++) {
      if (frame[i] != madeFor[i]) {
        return false;
      }
    }
    return true;
  }

  /** Frees what the worker has sent out. */
  void drain() {
    for (int queue = 0; queue < queues; queue++) {
      for (int count = generator.rxQueue(queue).receive(returned);
          count > 0;
          count = generator.rxQueue(queue).receive(returned)) {
        pool.free(returned, 0, count);
      }
    }
  }
}
