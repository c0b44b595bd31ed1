package io.breakwater.dpdk;

import java.util.List;

/** Starts DPDK, sends one burst over a pair of ports, closes all, and prints what it saw. */
final class StartAndExchange {
  private StartAndExchange() {}

  public static void main(String[] arguments) {
    List<Integer> affinity = CpuAffinity.current();
    String prefix = "bindings-child-" + ProcessHandle.current().pid();
    try (Eal eal = Eal.start(EalOptions.of(prefix, 32));
        PacketPool pool = PacketPool.create("child", 1023, 2048, 0);
        PortPair pair = PortPair.create("child", 1, 64, pool)) {
      pair.first().start();
      pair.second().start();
      PacketBurst burst = new PacketBurst(32);
      pool.allocate(burst, 32);
      pair.first().txQueue(0).transmit(burst, 32);
      int received = pair.second().rxQueue(0).receive(burst);
      pool.free(burst, 0, received);
      System.out.println("received " + received);
      System.out.println("in use " + pool.inUse());
      System.out.println("affinity kept " + affinity.equals(CpuAffinity.current()));
      System.out.println("clock " + (eal.cyclesPerSecond() > 0));
    } catch (DpdkException e) {
      System.out.println(e.getMessage());
    }
  }
}
