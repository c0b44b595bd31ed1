package io.breakwater.perf.startup;

import static io.breakwater.perf.traffic.FrameWriter.TYPE_IPV4;
import static io.breakwater.perf.traffic.FrameWriter.UDP;

import io.breakwater.perf.traffic.FrameWriter;
import io.breakwater.perf.traffic.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The configuration of the appliance that is started, and frames that it delivers. */
final class StartUpAppliance {

  private static final int TENANT = 0xcb00_7100; // 203.0.113.0
  private static final int SENDER = 0x8100_0000; // 129/8
  private static final int FLOWS = 256;

  private StartUpAppliance() {}

  /**
   * @param folder of the journal
   * @param device of its one port
   */
  static String configuration(int core, Path folder, String device) {
    return String.format(
        Locale.ROOT,
        """
        appliance: start-up
        workers: {cores: [%d]}
        ports:
          - name: uplink
            device: "%s"
            addresses: [192.0.2.2/24]
            gateways:
              - {address: 192.0.2.1, mac: "02:00:00:00:00:01"}
        anycast:
          endpoints: [198.51.100.1]
        journal: {directory: %s}
        tenants:
          acme:
            prefixes: [203.0.113.0/24]
            tunnels:
              - {name: chicago-1, local: 198.51.100.1, remote: 198.18.10.1}
        """,
        core,
        device,
        folder.resolve("journal"));
  }

  /** A memif of the appliance, whose Ethernet address is the one that frames are for. */
  static String device(Path socket) {
    return "net_memif0,role=client,id=0,socket=%s,socket-abstract=no,mac=%s"
        .formatted(socket, "02:00:00:00:00:02");
  }

  /** 64 bytes each, of another flow each. */
  static List<byte[]> frames() {
    List<byte[]> frames = new ArrayList<>();
    for (int flow = 0; flow < FLOWS; flow++) {
      frames.add(
          new FrameWriter()
              .ethernet(Workload.OWN_MAC, Workload.ROUTER_MAC, TYPE_IPV4)
              .ipv4(SENDER + flow, TENANT | flow, UDP, 64, 0)
              .udp(1_024 + flow, 53)
              .zeros(22)
              .finish());
    }
    return frames;
  }
}
