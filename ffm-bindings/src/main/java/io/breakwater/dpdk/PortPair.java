package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Two ports joined back to back in memory: what one transmits on a queue, the other receives on the
 * queue of the same number.
 *
 * <p>For tests, the demo and benchmarks, where no NIC is. Packets are handed over, not copied, so
 * both ports use one pool. Neither port spreads flows: who transmits chooses the queue. A full
 * queue makes {@link TxQueue#transmit} return less.
 */
public final class PortPair implements AutoCloseable {
  private final Port first;
  private final Port second;
  private final List<PacketRing> rings;

  private PortPair(Port first, Port second, List<PacketRing> rings) {
    this.first = first;
    this.second = second;
    this.rings = rings;
  }

  /**
   * Makes the ports, configured and not yet started.
   *
   * @param name unique in this process, up to 16 letters
   * @param queues queues each way of each port, 1..16
   * @param size packets that fit into each queue
   */
  public static PortPair create(String name, int queues, int size, PacketPool pool) {
    List<PacketRing> rings = new ArrayList<>();
    List<Port> ports = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment forth = arena.allocate(JAVA_LONG, queues);
      MemorySegment back = arena.allocate(JAVA_LONG, queues);
      for (int i = 0; i < queues; i++) {
        forth.setAtIndex(JAVA_LONG, i, add(rings, name + "-f" + i, size, pool));
        back.setAtIndex(JAVA_LONG, i, add(rings, name + "-b" + i, size, pool));
      }
      PortOptions options = PortOptions.of(pool).withQueues(queues);
      ports.add(port(arena, name + "-0", back, forth, options));
      ports.add(port(arena, name + "-1", forth, back, options));
      return new PortPair(ports.get(0), ports.get(1), rings);
    } catch (DpdkException e) {
      ports.forEach(Port::close);
      rings.forEach(PacketRing::close);
      throw e;
    }
  }

  private static long add(List<PacketRing> rings, String name, int size, PacketPool pool) {
    PacketRing ring = PacketRing.create(name, size, PacketRing.Threads.ONE_TO_ONE, pool);
    rings.add(ring);
    return ring.address();
  }

  private static Port port(
      Arena arena, String name, MemorySegment rx, MemorySegment tx, PortOptions options) {
    int port =
        NativeError.check(
            Shim.portFromRings(arena.allocateFrom(name), rx, tx, options.rxQueues()),
            "rte_eth_from_rings",
            "name=" + name + " queues=" + options.rxQueues(),
            "use a name of up to 16 letters that no other port has, and 1..16 queues");
    return Port.configure(PortDevice.of(port), options);
  }

  /** One port. */
  public Port first() {
    return first;
  }

  /** The other. */
  public Port second() {
    return second;
  }

  /** Closes both ports and frees the packets between them. */
  @Override
  public void close() {
    first.close();
    second.close();
    rings.forEach(PacketRing::close);
  }
}
