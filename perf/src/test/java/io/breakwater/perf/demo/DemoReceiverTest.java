package io.breakwater.perf.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.perf.demo.DemoTraffic.Kind;
import io.breakwater.perf.traffic.FrameWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the demo checks of the appliance's output, checked with output that is wrong. */
class DemoReceiverTest {

  private static final long[] PORT_MACS = {0x02_00_00_00_00_0aL, 0x02_00_00_00_00_0bL};
  private static final long CUSTOMERS_ROUTER = DemoTraffic.ROUTER_MACS[DemoTraffic.CUSTOMERS];
  private static final int ACME_HOST = 0xcb00_7101;
  private static final int CLIENT = 0xb900_0001;

  private final MemorySegment memory = Arena.ofAuto().allocate(2_048);
  private final List<Kind> kinds = DemoTraffic.kinds(PORT_MACS);
  private final DemoReceiver receiver = new DemoReceiver(memory, kinds);

  private final Kind toAcme = kind("web to acme");
  private final Kind toGlobex = kind("DNS to globex");
  private final Kind spoofed = kind("spoofed source 127/8");

  private Kind kind(String name) {
    return kinds.stream().filter(kind -> kind.name().equals(name)).findFirst().orElseThrow();
  }

  private boolean take(byte[] frame, int port) {
    MemorySegment.copy(MemorySegment.ofArray(frame), 0, memory, 0, frame.length);
    return receiver.take(0, frame.length, port);
  }

  /** A packet of a kind, delivered into chicago-1. */
  private static byte[] delivery(Kind kind, int innerTtl) {
    return new FrameWriter()
        .ethernet(CUSTOMERS_ROUTER, PORT_MACS[DemoTraffic.CUSTOMERS], FrameWriter.TYPE_IPV4)
        .ipv4(DemoTraffic.ENDPOINT, DemoTraffic.CHICAGO_1, FrameWriter.GRE, 64, 0x4000)
        .gre(FrameWriter.TYPE_IPV4, -1)
        .ipv4(CLIENT, ACME_HOST, FrameWriter.TCP, innerTtl, 0x4000)
        .tcp(40_000, 443, 2)
        .int32(0xb4ea_0000 | kind.number())
        .finish();
  }

  @Test
  void shouldCountRightDelivery() {
    take(delivery(toAcme, DemoTraffic.TTL - 1), DemoTraffic.CUSTOMERS);

    assertEquals(1, receiver.delivered(toAcme));
    assertEquals(0, receiver.wrong());
  }

  @Test
  void shouldNoticePacketInAnotherTenantsTunnel() {
    take(delivery(toGlobex, DemoTraffic.TTL - 1), DemoTraffic.CUSTOMERS);

    assertEquals(0, receiver.delivered(toGlobex));
    assertEquals(1, receiver.wrong());
  }

  @Test
  void shouldNoticeAttackThatIsDelivered() {
    take(delivery(spoofed, DemoTraffic.TTL - 1), DemoTraffic.CUSTOMERS);

    assertEquals(1, receiver.wrong());
  }

  @Test
  void shouldNoticeTtlThatDidNotGoDown() {
    take(delivery(toAcme, DemoTraffic.TTL), DemoTraffic.CUSTOMERS);

    assertEquals(1, receiver.wrong());
  }

  @Test
  void shouldNoticeWrongOuterChecksum() {
    byte[] frame = delivery(toAcme, DemoTraffic.TTL - 1);
    frame[24] ^= 1;
    take(frame, DemoTraffic.CUSTOMERS);

    assertEquals(1, receiver.wrong());
  }

  @Test
  void shouldNoticeDeliveryByTheWrongPort() {
    take(delivery(toAcme, DemoTraffic.TTL - 1), DemoTraffic.INTERNET);

    assertEquals(1, receiver.wrong());
  }

  @Test
  void shouldAnswerArpForItsRouterOnly() {
    assertTrue(take(arpRequest(DemoTraffic.ROUTER_ADDRESSES[0]), DemoTraffic.INTERNET));
    assertFalse(take(arpRequest(0xc000_0209), DemoTraffic.INTERNET));
    assertFalse(receiver.allRoutersKnown());
    assertTrue(take(arpRequest(DemoTraffic.ROUTER_ADDRESSES[1]), DemoTraffic.CUSTOMERS));
    assertTrue(receiver.allRoutersKnown());
  }

  private static byte[] arpRequest(int address) {
    return new FrameWriter()
        .ethernet(0xffff_ffff_ffffL, PORT_MACS[0], FrameWriter.TYPE_ARP)
        .int32(0x0001_0800)
        .int32(0x0604_0001)
        .int32((int) (PORT_MACS[0] >>> 16))
        .int32((int) PORT_MACS[0] << 16 | DemoTraffic.OWN_ADDRESSES[0] >>> 16)
        .int32(DemoTraffic.OWN_ADDRESSES[0] << 16)
        .int32(0)
        .int32(address)
        .finish();
  }
}
