package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/**
 * Sends a datagram from the kernel to a TAP port, turns the frame around, and gives it back to the
 * kernel. Runs in a network namespace of its own.
 */
final class TapExchange {
  private static final byte[] QUESTION =
      "from the kernel and back".getBytes(StandardCharsets.UTF_8);
  private static final int ETHERNET = 14;
  private static final int IPV4 = 20;
  private static final int UDP = 8;

  private TapExchange() {}

  public static void main(String[] arguments) throws Exception {
    try (Eal eal = Eal.start(EalOptions.of("tap-" + ProcessHandle.current().pid(), 64));
        PacketPool pool = PacketPool.create("tap", 8191, 2048, 0)) {
      PortOptions options = PortOptions.of(pool).withQueues(2).withMtuBytes(1400);
      try (Port port = Port.open("net_tap0,iface=bw0,mac=02:00:00:00:00:02", options)) {
        port.start();
        System.out.printf("mac %012x%n", port.mac());
        System.out.println("mtu " + port.mtuBytes() + " kernel " + kernelMtu());
        System.out.println("blocking " + port.blocking());
        ip("addr", "add", "192.0.2.1/24", "dev", "bw0");
        ip("link", "set", "bw0", "up");
        ip("neigh", "add", "192.0.2.2", "lladdr", "02:00:00:00:00:03", "dev", "bw0");
        exchange(pool, port);
      }
      System.out.println("in use " + pool.inUse() + " on DPDK " + !eal.version().isEmpty());
    }
  }

  private static void exchange(PacketPool pool, Port port) throws IOException {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("192.0.2.1"))) {
      socket.setSoTimeout(60_000);
      socket.send(
          new DatagramPacket(QUESTION, QUESTION.length, InetAddress.getByName("192.0.2.2"), 7));
      PacketBurst burst = new PacketBurst(32);
      while (!turnAround(pool, port, burst)) {
        Thread.onSpinWait();
      }
      DatagramPacket answer = new DatagramPacket(new byte[100], 100);
      socket.receive(answer);
      System.out.println(
          "answer "
              + new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8)
              + " from "
              + answer.getAddress().getHostAddress()
              + " port "
              + answer.getPort());
    }
  }

  /** Frees all packets but the datagram, which goes back with its addresses and ports exchanged. */
  private static boolean turnAround(PacketPool pool, Port port, PacketBurst burst) {
    boolean found = false;
    for (int queue = 0; queue < 2; queue++) {
      int count = port.rxQueue(queue).receive(burst);
      for (int i = 0; i < count; i++) {
        if (burst.length(i) == ETHERNET + IPV4 + UDP + QUESTION.length) {
          int frame = burst.frame(i);
          swap(pool.memory(), frame, 6);
          swap(pool.memory(), frame + ETHERNET + 12, 4);
          swap(pool.memory(), frame + ETHERNET + IPV4, 2);
          burst.set(0, burst.buffer(i), frame, burst.length(i));
          found = port.txQueue(0).transmit(burst, 1) == 1;
        } else {
          pool.free(burst, i, 1);
        }
      }
    }
    return found;
  }

  /** The one's complement sums of IPv4 and UDP stay the same when fields change places. */
  private static void swap(MemorySegment memory, int offset, int length) {
    for (int i = 0; i < length; i++) {
      byte first = memory.get(JAVA_BYTE, offset + i);
      memory.set(JAVA_BYTE, offset + i, memory.get(JAVA_BYTE, offset + length + i));
      memory.set(JAVA_BYTE, offset + length + i, first);
    }
  }

  private static void ip(String... arguments) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("ip");
    builder.command().addAll(java.util.List.of(arguments));
    int exit = builder.inheritIO().start().waitFor();
    if (exit != 0) {
      throw new IOException("ip failed: exit=" + exit + " " + builder.command());
    }
  }

  private static String kernelMtu() throws Exception {
    Process ip = new ProcessBuilder("ip", "-o", "link", "show", "bw0").start();
    String line = new String(ip.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return line.replaceAll("(?s).* mtu (\\d+) .*", "$1");
  }
}
