package io.breakwater.perf.demo;

import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.dpdk.DpdkThread;
import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.Port;
import io.breakwater.perf.demo.DemoTraffic.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * The world around the demo's appliance, on one thread: sends all kinds of traffic into both ports,
 * takes what comes out again, and answers ARP for the two routers.
 *
 * <p>It never has more packets under way than a ring holds, so that no packet is lost between it
 * and the appliance, and every number can be checked against another. Its counters are written by
 * its own thread, and exact once it has ended.
 */
final class DemoGenerator implements Runnable {

  /** Packets under way at most: less than a ring of {@link DemoAppliance} holds. */
  private static final int UNDER_WAY_MAX = 1_024;

  private static final int BURST = 32;
  private static final long DRAIN_TIMEOUT_NS = 60_000_000_000L;

  private final PacketPool pool;
  private final MemorySegment memory;
  private final List<Lane> lanes = new ArrayList<>();
  private final LongSupplier receivedByAppliance;
  private final OptionalInt core;
  private final long[] sentByKind;
  private final DemoReceiver receiver;
  private final PacketBurst incoming = new PacketBurst(256);

  private long sent;
  private volatile boolean stopping;
  private volatile Throwable failure;

  /**
   * @param ports our ends of the two wires
   * @param receivedByAppliance packets that the appliance has taken in so far
   * @param core to be pinned to, if there is one to spare
   */
  DemoGenerator(
      PacketPool pool,
      List<Port> ports,
      List<Kind> kinds,
      LongSupplier receivedByAppliance,
      OptionalInt core) {
    this.pool = pool;
    this.memory = pool.memory();
    this.receivedByAppliance = receivedByAppliance;
    this.core = core;
    sentByKind = new long[kinds.size()];
    receiver = new DemoReceiver(memory, kinds);
    for (int port = 0; port < ports.size(); port++) {
      lanes.add(new Lane(ports.get(port), port, kinds));
    }
  }

  /** One port, and the kinds of frames in the order in which they go into it, over and over. */
  private final class Lane {

    private final Port port;
    private final int index;
    private final MemorySegment[] frames;
    private final int[] kindOfFrame;
    private final PacketBurst burst = new PacketBurst(BURST);
    private int next;

    Lane(Port port, int index, List<Kind> kinds) {
      this.port = port;
      this.index = index;
      List<Kind> order = new ArrayList<>();
      for (Kind kind : kinds) {
        if (kind.port() == index) {
          order.addAll(Collections.nCopies(kind.weight(), kind));
        }
      }
      Collections.shuffle(order, new Random(index));
      int rounds = kinds.getFirst().frames().size();
      frames = new MemorySegment[order.size() * rounds];
      kindOfFrame = new int[frames.length];
      for (int i = 0; i < frames.length; i++) {
        Kind kind = order.get(i % order.size());
        byte[] frame = kind.frames().get(i / order.size());
        frames[i] = Arena.ofAuto().allocate(frame.length).copyFrom(MemorySegment.ofArray(frame));
        kindOfFrame[i] = kind.number();
      }
    }

    void send() {
      int count = pool.allocate(burst, BURST);
      for (int i = 0; i < count; i++) {
        MemorySegment frame = frames[(next + i) % frames.length];
        int at = burst.frame(i);
        MemorySegment.copy(frame, 0, memory, at, frame.byteSize());
        burst.set(i, burst.buffer(i), at, (int) frame.byteSize());
      }
      int taken = port.txQueue(0).transmit(burst, count);
      pool.free(burst, taken, count - taken);
      for (int i = 0; i < taken; i++) {
        sentByKind[kindOfFrame[(next + i) % frames.length]]++;
      }
      next = (next + taken) % frames.length;
      sent += taken;
    }

    /** Takes what the appliance sent; a question by ARP goes back as the answer. */
    void receive() {
      int count = port.rxQueue(0).receive(incoming);
      int answers = 0;
      for (int i = 0; i < count; i++) {
        int frame = incoming.frame(i);
        if (receiver.take(frame, incoming.length(i), index)) {
          // To the front: what stands there is to be freed, and takes this one's place.
          int buffer = incoming.buffer(i);
          int length = incoming.length(i);
          incoming.set(
              i, incoming.buffer(answers), incoming.frame(answers), incoming.length(answers));
          incoming.set(answers, buffer, frame, length);
          answers++;
        }
      }
      int taken = answers == 0 ? 0 : port.txQueue(0).transmit(incoming, answers);
      sent += taken;
      receiver.answered(taken);
      pool.free(incoming, taken, count - taken);
    }
  }

  @Override
  public void run() {
    try {
      core.ifPresent(CpuAffinity::pin);
      DpdkThread.register();
      try {
        awaitNeighbours();
        while (!stopping) {
          if (sent - receivedByAppliance.getAsLong() < UNDER_WAY_MAX - lanes.size() * BURST) {
            lanes.forEach(Lane::send);
          }
          receive();
        }
        drain();
      } finally {
        DpdkThread.unregister();
      }
    } catch (Throwable broken) {
      failure = broken;
    }
  }

  /** Until the appliance has asked for both routers and taken in the answers. */
  private void awaitNeighbours() {
    while (!stopping && !(receiver.allRoutersKnown() && receivedByAppliance.getAsLong() == sent)) {
      receive();
      Thread.onSpinWait();
    }
  }

  private void receive() {
    lanes.forEach(Lane::receive);
  }

  /** Takes everything that is still under way. */
  private void drain() {
    long deadlineNs = System.nanoTime() + DRAIN_TIMEOUT_NS;
    while (receivedByAppliance.getAsLong() < sent && System.nanoTime() - deadlineNs < 0) {
      receive();
    }
    // The last batch is counted after it was sent, so by now all is in the rings.
    for (int i = 0; i < 2 * UNDER_WAY_MAX; i++) {
      receive();
    }
  }

  void stop() {
    stopping = true;
  }

  /** What broke it, or null. */
  Throwable failure() {
    return failure;
  }

  /** Packets that the appliance was given, ARP replies included. */
  long sent() {
    return sent;
  }

  long sent(Kind kind) {
    return sentByKind[kind.number()];
  }

  DemoReceiver receiver() {
    return receiver;
  }
}
