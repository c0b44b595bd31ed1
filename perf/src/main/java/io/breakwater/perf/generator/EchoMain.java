package io.breakwater.perf.generator;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.dpdk.DpdkException;
import io.breakwater.dpdk.DpdkThread;
import io.breakwater.dpdk.Eal;
import io.breakwater.dpdk.EalOptions;
import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.Port;
import io.breakwater.dpdk.PortOptions;
import io.breakwater.dpdk.RxQueue;
import io.breakwater.dpdk.TxQueue;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * {@code EchoMain DEVICE PCI CORE}: sends every frame back to where it came from, with source and
 * destination exchanged, until standard input ends. What the port does not take is dropped.
 */
final class EchoMain {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final int POOL_PACKETS = 32_767;
  private static final int POOL_CACHE = 512;
  private static final int ROOM_BYTES = 2_048;
  private static final int MEMORY_MIB = 160;
  private static final int BURST = 64;

  private static volatile boolean stopping;

  private EchoMain() {}

  /** What it says when it forwards, or cannot. */
  record Ready(long mac, String problem) {}

  @SuppressWarnings("try") // the environment is only held open
  public static void main(String[] arguments) throws IOException, InterruptedException {
    String device = arguments[0];
    boolean pci = Boolean.parseBoolean(arguments[1]);
    int core = Integer.parseInt(arguments[2]);
    EalOptions options = EalOptions.of("echo-" + ProcessHandle.current().pid(), MEMORY_MIB);
    try (Eal eal = Eal.start(pci ? options.withPciDevices(List.of(device)) : options);
        PacketPool pool = PacketPool.create("packets", POOL_PACKETS, ROOM_BYTES, POOL_CACHE);
        Port port = Port.open(device, PortOptions.of(pool))) {
      port.start();
      Thread loop = new Thread(() -> echo(port, pool, core), "echo");
      loop.start();
      say(new Ready(port.mac(), ""));
      while (System.in.read() >= 0) {
        // There are no orders but the end.
      }
      stopping = true;
      loop.join();
    } catch (DpdkException e) {
      say(new Ready(0, e.getMessage()));
    }
  }

  private static void say(Ready ready) throws JsonProcessingException {
    System.out.println(MAPPER.writeValueAsString(ready));
  }

  private static void echo(Port port, PacketPool pool, int core) {
    CpuAffinity.pin(core);
    DpdkThread.register();
    RxQueue rx = port.rxQueue(0);
    TxQueue tx = port.txQueue(0);
    MemorySegment memory = pool.memory();
    PacketBurst burst = new PacketBurst(BURST);
    while (!stopping) {
      int count = rx.receive(burst);
      if (count > 0) {
        for (int i = 0; i < count; i++) {
          exchangeAddresses(memory, burst.frame(i));
        }
        int taken = tx.transmit(burst, count);
        pool.free(burst, taken, count - taken);
      }
    }
    DpdkThread.unregister();
  }

  private static void exchangeAddresses(MemorySegment memory, int frame) {
    int high = memory.get(JAVA_INT_UNALIGNED, frame);
    short low = memory.get(JAVA_SHORT_UNALIGNED, frame + 4);
    memory.set(JAVA_INT_UNALIGNED, frame, memory.get(JAVA_INT_UNALIGNED, frame + 6));
    memory.set(JAVA_SHORT_UNALIGNED, frame + 4, memory.get(JAVA_SHORT_UNALIGNED, frame + 10));
    memory.set(JAVA_INT_UNALIGNED, frame + 6, high);
    memory.set(JAVA_SHORT_UNALIGNED, frame + 10, low);
  }
}
