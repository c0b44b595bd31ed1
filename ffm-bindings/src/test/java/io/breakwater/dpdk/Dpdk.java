package io.breakwater.dpdk;

/**
 * The environment and pool that all tests of this JVM share, since DPDK starts once in a process.
 */
final class Dpdk {
  static final Eal EAL =
      Eal.start(
          EalOptions.of("bindings-test-" + ProcessHandle.current().pid(), 128)
              .withHugepages(EalOptions.Hugepages.NEVER));

  static final PacketPool POOL = PacketPool.create("test", 8191, 2048, 256);

  private Dpdk() {}
}
