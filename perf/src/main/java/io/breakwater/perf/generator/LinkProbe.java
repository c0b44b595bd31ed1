package io.breakwater.perf.generator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.appliance.CommandException;
import io.breakwater.dpdk.DpdkException;
import io.breakwater.dpdk.Eal;
import io.breakwater.dpdk.EalOptions;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.Port;
import io.breakwater.dpdk.PortOptions;
import io.breakwater.perf.process.ChildProcess;
import java.util.List;

/**
 * Looks at a NIC before anything is started on it, in a process of its own since DPDK starts once
 * in a process: whether it is there, and which Ethernet address it has, which no configuration
 * says.
 */
final class LinkProbe {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final int MEMORY_MIB = 64;
  private static final int POOL_PACKETS = 8_191;
  private static final int ROOM_BYTES = 2_048;
  private static final long TIMEOUT_SECONDS = 120;

  private LinkProbe() {}

  /**
   * What is known of a NIC, or why it cannot be used.
   *
   * @param problem empty if it can be used
   */
  record Nic(long mac, int mtuBytesMax, String problem) {}

  static Nic run(String address) throws InterruptedException {
    Nic nic;
    try {
      String output =
          ChildProcess.run(
              "link probe",
              ChildProcess.java(LinkProbe.class, List.of(), List.of(address)),
              TIMEOUT_SECONDS);
      nic = MAPPER.readValue(output, Nic.class);
    } catch (JsonProcessingException e) {
      throw CommandException.failure("the link could not be looked at: device=" + address, e);
    }
    if (!nic.problem().isEmpty()) {
      throw CommandException.wrongInput(
          "the link cannot be used: device=%s: %s".formatted(address, nic.problem()));
    }
    return nic;
  }

  public static void main(String[] arguments) throws JsonProcessingException {
    System.out.println(MAPPER.writeValueAsString(look(arguments[0])));
  }

  @SuppressWarnings("try") // the environment is only held open
  private static Nic look(String address) {
    String prefix = "probe-" + ProcessHandle.current().pid();
    EalOptions options = EalOptions.of(prefix, MEMORY_MIB).withPciDevices(List.of(address));
    try (Eal eal = Eal.start(options);
        PacketPool pool = PacketPool.create("packets", POOL_PACKETS, ROOM_BYTES, 0);
        Port port = Port.open(address, PortOptions.of(pool))) {
      return new Nic(port.mac(), Port.probe(address).mtuBytesMax(), "");
    } catch (DpdkException e) {
      return new Nic(0, 0, e.getMessage());
    }
  }
}
