package io.breakwater.workers.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.AllocatedBytes;
import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.TestPort;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.table.Destination;
import io.breakwater.workers.table.HostClass;
import io.breakwater.workers.table.HostRules;
import io.breakwater.workers.table.KernelFlows;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.PrefixTable;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostOutputTest {

  private static final String PEER = "02:00:5e:00:00:01";
  private static final String BROADCAST = "ff:ff:ff:ff:ff:ff";
  private static final String ZERO = "00:00:00:00:00:00";
  private static final String NEAR = "192.0.2.1";
  private static final String FAR = "198.51.100.7";
  private static final String FAR6 = "2001:db8:99::7";
  private static final String LINK6 = "fe80::1";
  private static final String ENDPOINT = "203.0.113.1";
  private static final String ENDPOINT6 = "2001:db8:a::1";
  private static final int SYN = 2;
  private static final int SYN_ACK = 0x12;
  private static final int ACK = 0x10;
  private static final int RST = 4;

  private final KernelFlows flows = new KernelFlows();
  private final PrefixTable destinations =
      new PrefixTable.Builder().add(Frames.ipv4(ENDPOINT), 32, Destination.ENDPOINT).build();
  private final PrefixTable destinations6 =
      new PrefixTable.Builder()
          .add(Frames.high(ENDPOINT6), Frames.low(ENDPOINT6), 128, Destination.ENDPOINT)
          .build();

  private final TestBatch packets = new TestBatch();
  private final HostOutput output = new HostOutput(32, new boolean[] {false, true}, flows);
  private PortSettings port = TestPort.untagged(1);
  private HostRules rules = rules(1_000, false);
  private long nowNs;

  HostOutputTest() {
    flows.learn(flows.ipv4(Frames.ipv4(TestPort.IPV4), Frames.ipv4(FAR), 179, 40_000), 0);
    flows.learn(flows.ipv4(Frames.ipv4(TestPort.IPV4), Frames.ipv4(FAR), 50_000, 179), 0);
    flows.learn(flows.ipv4(Frames.ipv4(TestPort.IPV4), Frames.ipv4(FAR), 22, 40_000), 0);
    flows.learn(
        flows.ipv6(
            Frames.high(TestPort.IPV6),
            Frames.low(TestPort.IPV6),
            Frames.high(FAR6),
            Frames.low(FAR6),
            179,
            40_000),
        0);
  }

  private static HostRules rules(int rate, boolean endpoints) {
    List<Integer> rates = Collections.nCopies(HostClass.values().length, rate);
    return new HostRules(rates, List.of(endpoints, endpoints));
  }

  /** Takes frames of one family that have this fate; 7 seconds after the ones before. */
  private void take(Fate fate, byte[]... frames) {
    nowNs += 7_000_000_000L;
    packets.begin(frames).atNetwork();
    for (int i = 0; i < frames.length; i++) {
      packets.batch.setFate(i, fate.code());
    }
    output.begin(port, rules, nowNs);
    switch (packets.memory.u8(packets.batch.network(0)) >>> 4) {
      case 4 -> output.takeIpv4(packets.memory, packets.batch, packets.all, destinations, nowNs);
      case 6 -> {
        output.takeDiscovery(packets.memory, packets.batch, packets.all, nowNs);
        output.takeIpv6(packets.memory, packets.batch, packets.all, destinations6, nowNs);
      }
      default -> output.takeArp(packets.memory, packets.batch, packets.all, nowNs);
    }
  }

  private record Row(String description, HostClass expected, Frames frame) {
    @Override
    public String toString() {
      return description;
    }
  }

  private static Frames from(String source) {
    Frames frames = Frames.ethernet(TestPort.MAC, PEER);
    return source.contains(":")
        ? frames.ipv6(source, TestPort.IPV6)
        : frames.ipv4(source, TestPort.IPV4);
  }

  static List<Row> rows() {
    return List.of(
        new Row("BGP of a known connection", HostClass.CONTROL, from(FAR).tcp(40_000, 179, ACK)),
        new Row(
            "BGP that the kernel opened", HostClass.CONTROL, from(FAR).tcp(179, 50_000, SYN_ACK)),
        new Row("BGP over IPv6", HostClass.CONTROL, from(FAR6).tcp(40_000, 179, ACK)),
        new Row("a reset of it", HostClass.CONTROL, from(FAR).tcp(40_000, 179, RST)),
        new Row("BGP, another port", HostClass.CONTROL_NEW, from(FAR).tcp(40_001, 179, ACK)),
        new Row("BGP, another peer", HostClass.CONTROL_NEW, from(NEAR).tcp(40_000, 179, ACK)),
        new Row("BGP, a SYN", HostClass.CONTROL_NEW, from(FAR).tcp(40_000, 179, SYN)),
        new Row("BGP over IPv6, a SYN", HostClass.CONTROL_NEW, from(FAR6).tcp(1, 179, SYN)),
        new Row("BGP over IPv6, another", HostClass.CONTROL_NEW, from(FAR6).tcp(1, 179, ACK)),
        new Row("SSH of a known connection", HostClass.MANAGEMENT, from(FAR).tcp(40_000, 22, ACK)),
        new Row("SSH, a SYN", HostClass.MANAGEMENT_NEW, from(FAR).tcp(40_000, 22, SYN)),
        new Row("SSH, unknown", HostClass.MANAGEMENT_NEW, from(FAR).tcp(40_001, 22, ACK)),
        new Row("any TCP", HostClass.MANAGEMENT_NEW, from(FAR6).tcp(1, 2, 0)),
        new Row("BFD", HostClass.CONTROL, from(FAR).ttl(255).udp(49_152, 3784)),
        new Row("BFD echo", HostClass.CONTROL, from(FAR6).ttl(255).udp(49_152, 3785)),
        new Row("BFD from afar", HostClass.OTHER, from(FAR).ttl(254).udp(49_152, 3784)),
        new Row("BFD from afar, IPv6", HostClass.OTHER, from(FAR6).ttl(64).udp(49_152, 3785)),
        new Row("multihop BFD", HostClass.CONTROL, from(FAR).ttl(60).udp(49_152, 4784)),
        new Row("other UDP", HostClass.OTHER, from(FAR).ttl(255).udp(3784, 53)),
        new Row("OSPF", HostClass.CONTROL, from(NEAR).ttl(1).protocol(89).payload(44)),
        new Row("OSPFv3", HostClass.CONTROL, from(LINK6).ttl(1).protocol(89).payload(36)),
        new Row("OSPF from afar", HostClass.OTHER, from(FAR).ttl(1).protocol(89).payload(44)),
        new Row("VRRP", HostClass.CONTROL, from(NEAR).ttl(255).protocol(112).payload(16)),
        new Row("VRRP from afar", HostClass.OTHER, from(NEAR).ttl(254).protocol(112).payload(16)),
        new Row("VRRP, IPv6", HostClass.CONTROL, from(LINK6).ttl(255).protocol(112).payload(16)),
        new Row("an ICMP error", HostClass.ICMP, from(FAR).icmp(11, 0, 0).payload(28)),
        new Row("an ICMPv6 echo reply", HostClass.ICMP, from(FAR6).icmpv6(129, 0, 1).payload(8)),
        new Row(
            "a first fragment of BGP",
            HostClass.OTHER,
            from(FAR).flagsAndOffset(0x2000).tcp(40_000, 179, ACK)),
        new Row(
            "a later fragment",
            HostClass.OTHER,
            from(FAR).flagsAndOffset(3).protocol(6).payload(24)),
        new Row(
            "an IPv6 fragment",
            HostClass.OTHER,
            from(FAR6).extension(44, Frames.hex("0000000100000007")).tcp(40_000, 179, ACK)),
        new Row("another protocol", HostClass.OTHER, from(FAR).protocol(50).payload(20)));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void shouldTellClassesApart(Row row) {
    take(Fate.HOST, row.frame.bytes());

    assertEquals(1, output.passed(row.expected), row.description);
    assertEquals(1, output.chosen.count);
    assertEquals("HOST", packets.fate(0));
    assertEquals(Batch.HOST_PORT, packets.batch.port(0));
    assertArrayEquals(row.frame.bytes(), packets.frame(0));
    assertEquals(1, output.portIndex());
  }

  @Test
  void shouldDropWhatIsOverTheRateOfItsClassOnly() {
    byte[][] flood = new byte[32][];
    Arrays.fill(flood, from(NEAR).tcp(9, 179, ACK).bytes());
    rules = rules(40, false);
    take(Fate.HOST, flood);
    assertEquals(32, output.chosen.count);
    flood[31] = from(FAR).tcp(40_000, 179, ACK).bytes();
    nowNs -= 7_000_000_000L;
    take(Fate.HOST, flood);

    assertEquals(1, output.chosen.count, "of the bucket nothing is left, but for the session");
    assertEquals("HOST_RATE_LIMITED", packets.fate(0));
    assertEquals("HOST", packets.fate(31));
    assertEquals(31, output.limited(HostClass.CONTROL_NEW));
    assertEquals(0, output.limited(HostClass.CONTROL));
  }

  @Test
  void shouldTakeUpNewRatesAndKeepTheOtherBuckets() {
    byte[][] flood = new byte[32][];
    Arrays.fill(flood, from(FAR).udp(1, 2).bytes());
    rules = rules(10, false);
    take(Fate.HOST, flood);
    nowNs -= 7_000_000_000L;
    rules = rules(10, true);
    take(Fate.HOST, flood);
    assertEquals(0, output.chosen.count, "the same rate: still used up");
    nowNs -= 7_000_000_000L;
    rules = rules(20, true);
    take(Fate.HOST, flood);
    assertEquals(32, output.chosen.count, "a new rate begins full");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldGiveWhatIsForAnEndpointOnlyIfTheKernelHasIt(boolean endpoints) {
    rules = rules(1_000, endpoints);
    take(Fate.HOST, Frames.ethernet(TestPort.MAC, PEER).ipv4(FAR, ENDPOINT).udp(1, 2).bytes());
    assertEquals(endpoints ? 1 : 0, output.chosen.count);
    assertEquals("HOST", packets.fate(0));
    take(Fate.HOST, Frames.ethernet(TestPort.MAC, PEER).ipv6(FAR6, ENDPOINT6).udp(1, 2).bytes());
    assertEquals(endpoints ? 1 : 0, output.chosen.count);
    assertEquals("HOST", packets.fate(0));
  }

  @Test
  void shouldLeaveAloneWhatHasAnotherFate() {
    for (Fate fate : new Fate[] {Fate.ANSWERED, Fate.CONSUMED, Fate.DELIVERED}) {
      take(fate, from(FAR).icmp(8, 0, 0).bytes());
      assertEquals(0, output.chosen.count);
      take(fate, from(FAR6).icmpv6(128, 0, 0).bytes());
      assertEquals(0, output.chosen.count);
    }
  }

  @Test
  void shouldGiveNothingOfAPortWithoutInterface() {
    port = TestPort.untagged(0);
    take(Fate.HOST, from(FAR).udp(1, 2).bytes());
    take(Fate.CONSUMED, arp(2, PEER, NEAR, TestPort.IPV4));
    port = TestPort.untagged(2);
    take(Fate.HOST, from(FAR6).udp(1, 2).bytes());

    assertEquals(0, output.chosen.count);
    assertEquals("HOST", packets.fate(0));
  }

  private static byte[] arp(int operation, String mac, String sender, String target) {
    return Frames.ethernet(BROADCAST, PEER).arp(operation, mac, sender, ZERO, target).bytes();
  }

  @Test
  void shouldCopyWhatTellsTheKernelOfItsNeighbours() {
    take(Fate.CONSUMED, arp(2, PEER, NEAR, TestPort.IPV4));
    assertEquals(1, output.chosen.count, "a reply");
    assertEquals("CONSUMED", packets.fate(0));
    take(Fate.CONSUMED, arp(1, PEER, NEAR, NEAR));
    assertEquals(1, output.chosen.count, "a gratuitous request");
    take(Fate.CONSUMED, arp(1, PEER, NEAR, "192.0.2.9"));
    assertEquals(0, output.chosen.count, "a request for somebody else");
    take(Fate.ANSWERED, arp(1, PEER, NEAR, TestPort.IPV4));
    assertEquals(0, output.chosen.count, "what we answer");
    take(Fate.CONSUMED, arp(2, PEER, TestPort.IPV4, NEAR));
    assertEquals(0, output.chosen.count, "a conflict with us");
    take(Fate.CONSUMED, arp(2, TestPort.MAC, NEAR, TestPort.IPV4));
    assertEquals(0, output.chosen.count, "from our own address");
    assertEquals(2, output.passed(HostClass.NEIGHBOUR));
  }

  private static byte[] discovery(int type, String target) {
    return from(LINK6).ttl(255).icmpv6(type, 0, 0).payload(Frames.address(target)).bytes();
  }

  @Test
  void shouldCopyAdvertisementsAndNoOtherDiscovery() {
    take(Fate.CONSUMED, discovery(136, "2001:db8:1::1"));
    assertEquals(1, output.chosen.count);
    assertEquals("CONSUMED", packets.fate(0));
    for (int type : new int[] {133, 134, 135, 137}) {
      take(Fate.CONSUMED, discovery(type, "2001:db8:1::1"));
      assertEquals(0, output.chosen.count, "type " + type);
    }
    take(Fate.CONSUMED, discovery(136, TestPort.IPV6));
    assertEquals(0, output.chosen.count, "a conflict with us");
  }

  @Test
  void shouldMakeNoMoreCopiesThanTheRateAllows() {
    byte[][] replies = new byte[32][];
    Arrays.fill(replies, arp(2, PEER, NEAR, TestPort.IPV4));
    rules = rules(1, false);
    take(Fate.CONSUMED, replies);
    nowNs -= 7_000_000_000L;
    take(Fate.CONSUMED, replies);

    assertEquals(0, output.chosen.count);
    assertEquals("CONSUMED", packets.fate(0));
    assertEquals(32, output.limited(HostClass.NEIGHBOUR));
  }

  @Test
  void shouldTakeThePortsOwnTagsOff() {
    port = TestPort.tagged(1, 100, 7);
    Frames plain = from(FAR).udp(1, 2).payload(5);
    byte[] tagged =
        Frames.ethernet(TestPort.MAC, PEER)
            .serviceVlan(100)
            .vlan(7)
            .ipv4(FAR, TestPort.IPV4)
            .udp(1, 2)
            .payload(5)
            .bytes();
    take(Fate.HOST, tagged);

    assertArrayEquals(plain.bytes(), packets.frame(0));
  }

  @Test
  void shouldAllocateNothingUnderAFlood() {
    byte[][] flood = new byte[32][];
    for (int i = 0; i < flood.length; i++) {
      flood[i] = rows().get(i % 15).frame.bytes();
    }
    packets.begin(flood).atNetwork();
    long allocated =
        AllocatedBytes.of(() -> {
          for (int turn = 0; turn < 30_000; turn++) {
            for (int i = 0; i < 32; i++) {
              packets.batch.setFate(i, Fate.HOST.code());
            }
            output.begin(port, rules, turn);
            output.takeIpv4(packets.memory, packets.batch, packets.all, destinations, turn);
          }
        });
    assertTrue(allocated < 4_096, "bytes in all: " + allocated);
    assertTrue(output.limited(HostClass.CONTROL_NEW) > 100_000);
  }
}
