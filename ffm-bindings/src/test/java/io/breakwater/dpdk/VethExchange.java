package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.util.List;

/**
 * Sends frames from one end of a veth to the other through AF_PACKET ports. Runs in a network
 * namespace of its own.
 */
final class VethExchange {
  private static final int FRAMES = 32;

  private VethExchange() {}

  public static void main(String[] arguments) throws Exception {
    ip("link", "add", "bw0", "type", "veth", "peer", "name", "bw1");
    ip("link", "set", "bw0", "up");
    ip("link", "set", "bw1", "up");
    try (Eal eal = Eal.start(EalOptions.of("veth-" + ProcessHandle.current().pid(), 64));
        PacketPool pool = PacketPool.create("veth", 8191, 2048, 0)) {
      PortOptions options = PortOptions.of(pool).withMtuBytes(1400);
      try (Port from = Port.open("net_af_packet0,iface=bw0", options);
          Port to = Port.open("net_af_packet1,iface=bw1", options)) {
        from.start();
        to.start();
        System.out.println("blocking " + from.blocking() + " " + to.mtuBytes());
        send(pool, from);
        System.out.println("sum " + receive(pool, to));
      }
      System.out.println("in use " + pool.inUse() + " on DPDK " + !eal.version().isEmpty());
    }
  }

  /** Broadcasts of an experimental Ethernet type, each of another length. */
  private static void send(PacketPool pool, Port port) {
    PacketBurst burst = new PacketBurst(FRAMES);
    pool.allocate(burst, FRAMES);
    for (int i = 0; i < FRAMES; i++) {
      int frame = burst.frame(i);
      int length = 60 + 40 * i;
      pool.memory().asSlice(frame, length).fill((byte) i);
      pool.memory().asSlice(frame, 6).fill((byte) 0xff);
      pool.memory().set(JAVA_BYTE, frame + 6, (byte) 2);
      pool.memory().set(JAVA_BYTE, frame + 12, (byte) 0x88);
      pool.memory().set(JAVA_BYTE, frame + 13, (byte) 0xb5);
      burst.set(i, burst.buffer(i), frame, length);
    }
    System.out.println("sent " + port.txQueue(0).transmit(burst, FRAMES));
  }

  /** The sum over all frames of length and last byte. */
  private static int receive(PacketPool pool, Port port) {
    PacketBurst burst = new PacketBurst(FRAMES);
    int received = 0;
    int sum = 0;
    while (received < FRAMES) {
      int count = port.rxQueue(0).receive(burst);
      for (int i = 0; i < count; i++) {
        if (pool.memory().get(JAVA_BYTE, burst.frame(i) + 12) == (byte) 0x88) {
          sum +=
              burst.length(i) + pool.memory().get(JAVA_BYTE, burst.frame(i) + burst.length(i) - 1L);
          received++;
        }
      }
      pool.free(burst, 0, count);
    }
    return sum;
  }

  private static void ip(String... arguments) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("ip");
    builder.command().addAll(List.of(arguments));
    int exit = builder.inheritIO().start().waitFor();
    if (exit != 0) {
      throw new IOException("ip failed: exit=" + exit + " " + builder.command());
    }
  }
}
