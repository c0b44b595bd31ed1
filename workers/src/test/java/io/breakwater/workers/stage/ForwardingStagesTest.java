package io.breakwater.workers.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.TestPort;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.table.Destination;
import io.breakwater.workers.table.NeighbourTable;
import io.breakwater.workers.table.NextHops;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.PrefixTable;
import io.breakwater.workers.table.TunnelTable;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The stages that decide where a valid packet goes: lookup, selection, egress, own. */
class ForwardingStagesTest {

  private static final String PEER = "02:00:5e:00:00:01";
  private static final String CLIENT = "8.8.4.4";
  private static final String CLIENT6 = "2600::8";
  private static final int ACME = 1;
  private static final int BETA = 2;

  private final TestBatch packets = new TestBatch();
  private final PrefixTable ipv4 =
      new PrefixTable.Builder()
          .add(Frames.ipv4("203.0.113.0"), 24, ACME)
          .add(Frames.ipv4("203.0.113.128"), 25, BETA)
          .add(Frames.ipv4("192.0.2.2"), 32, Destination.OWN)
          .add(Frames.ipv4("224.0.0.1"), 32, Destination.OWN)
          .add(-1, 32, Destination.OWN)
          .add(Frames.ipv4("198.51.100.1"), 32, Destination.ENDPOINT)
          .build();
  private final PrefixTable ipv6 =
      new PrefixTable.Builder()
          .add(Frames.high("2001:db8:acc::"), 0, 48, ACME)
          .add(Frames.high("2001:db8:be::"), 0, 48, BETA)
          .add(Frames.high("fe80::"), 0, 16, BETA)
          .add(Frames.high("fe80::2"), Frames.low("fe80::2"), 128, Destination.OWN)
          .add(Frames.high("ff02::1"), Frames.low("ff02::1"), 128, Destination.OWN)
          .add(Frames.high("2001:db8:a::1"), 1, 128, Destination.ENDPOINT)
          .build();

  private static byte[] frame(String source, String destination) {
    return ip(source, destination).udp(1, 2).bytes();
  }

  private static Frames ip(String source, String destination) {
    Frames link = Frames.ethernet(TestPort.MAC, PEER);
    boolean ipv6 = destination.contains(":");
    return ipv6 ? link.ipv6(source, destination) : link.ipv4(source, destination);
  }

  // ---------------------------------------------------------------- DestinationLookup

  @ParameterizedTest(name = "{0} to {1}: {2}")
  @CsvSource({
    "8.8.4.4, 203.0.113.9, tenant 1",
    "8.8.4.4, 203.0.113.127, tenant 1",
    "8.8.4.4, 203.0.113.128, tenant 2",
    "8.8.4.4, 203.0.112.255, NO_TENANT",
    "8.8.4.4, 203.0.114.0, NO_TENANT",
    "8.8.4.4, 192.0.2.2, own",
    "8.8.4.4, 192.0.2.3, NO_TENANT",
    "8.8.4.4, 255.255.255.255, own",
    "8.8.4.4, 224.0.0.1, own",
    "8.8.4.4, 224.0.0.2, MULTICAST_NOT_FORWARDED",
    "8.8.4.4, 239.255.255.255, MULTICAST_NOT_FORWARDED",
    "8.8.4.4, 198.51.100.1, endpoint",
    "2600::8, 2001:db8:acc::9, tenant 1",
    "2600::8, 2001:db8:acc:ffff:ffff:ffff:ffff:ffff, tenant 1",
    "2600::8, 2001:db8:acd::, NO_TENANT",
    "2600::8, 2001:db8:be::9, tenant 2",
    "2600::8, 2001:db8:a::1, endpoint",
    "2600::8, fe80::2, own",
    "fe80::9, fe80::2, own",
    "fe80::9, ff02::1, own",
    "2600::8, fe80::3, LINK_LOCAL_NOT_FORWARDED",
    "fe80::9, 2001:db8:acc::9, LINK_LOCAL_NOT_FORWARDED",
    "febf:ffff::9, 2001:db8:acc::9, LINK_LOCAL_NOT_FORWARDED",
    "fec0::9, 2001:db8:acc::9, tenant 1",
    "2600::8, ff02::2, MULTICAST_NOT_FORWARDED",
    "2600::8, ff0e::1, MULTICAST_NOT_FORWARDED",
  })
  void shouldFindWhosePacketItIs(String source, String destination, String expected) {
    DestinationLookup lookup = new DestinationLookup(32);
    packets.begin(frame(source, destination)).atNetwork();
    if (destination.contains(":")) {
      lookup.processIpv6(packets.memory, packets.batch, packets.all, ipv6);
    } else {
      lookup.processIpv4(packets.batch, packets.all, ipv4);
    }
    String found =
        lookup.tenants.count == 1
            ? "tenant " + packets.batch.tenant(0)
            : lookup.own.count == 1
                ? "own"
                : lookup.endpoints.count == 1 ? "endpoint" : packets.fate(0);
    assertEquals(expected, found);
    assertEquals(packets.batch.fate(0) == 0 ? 1 : 0, lookup.found());
  }

  // ---------------------------------------------------------------- TunnelSelection

  private final TunnelTable tunnels =
      new TunnelTable.Builder(3, 8)
          .tunnel(entry(5, 100))
          .choice(ACME, List.of(entry(5, 100)))
          .build();

  private static TunnelTable.Entry entry(int slot, int mtuBytes) {
    return new TunnelTable.Entry(slot, slot, 1, 2, false, 0, 1, 0, mtuBytes);
  }

  private String select(int tenant, boolean inner6, byte[] frame) {
    TunnelSelection selection = new TunnelSelection(32, inner6);
    packets.begin(frame).atNetwork();
    packets.batch.setTenant(0, tenant);
    selection.process(packets.memory, packets.batch, packets.all, tunnels);
    return selection.selected.count == 1
        ? "tunnel " + packets.batch.tunnel(0)
        : selection.expired.count == 1
            ? "expired"
            : selection.tooBig.count == 1 ? "tooBig" : packets.fate(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {CLIENT, CLIENT6})
  void shouldSelectATunnelForEveryTtlAboveOne(String source) {
    boolean inner6 = source.contains(":");
    String destination = inner6 ? "2001:db8:acc::9" : "203.0.113.9";
    for (int ttl = 0; ttl < 256; ttl++) {
      byte[] frame = ip(source, destination).ttl(ttl).udp(1, 2).bytes();
      assertEquals(ttl <= 1 ? "expired" : "tunnel 5", select(ACME, inner6, frame), "ttl=" + ttl);
    }
  }

  @Test
  void shouldSelectWhatFitsTheTunnelsMtu() {
    assertEquals("tunnel 5", select(ACME, false, ip(CLIENT, "203.0.113.9").payload(80).bytes()));
    assertEquals("tooBig", select(ACME, false, ip(CLIENT, "203.0.113.9").payload(81).bytes()));
    assertEquals(
        "tunnel 5", select(ACME, true, ip(CLIENT6, "2001:db8:acc::9").payload(60).bytes()));
    assertEquals("tooBig", select(ACME, true, ip(CLIENT6, "2001:db8:acc::9").payload(61).bytes()));
    Frames tagged = Frames.ethernet(TestPort.MAC, PEER).vlan(7).ipv4(CLIENT, "203.0.113.9");
    assertEquals("tunnel 5", select(ACME, false, tagged.payload(80).bytes()));
  }

  @Test
  void shouldDropForATenantWithoutTunnels() {
    assertEquals("NO_TUNNEL", select(BETA, false, frame(CLIENT, "203.0.113.200")));
  }

  // ---------------------------------------------------------------- EgressCheck

  @ParameterizedTest(name = "tenant {0}, {1} to {2}: {3}")
  @CsvSource({
    "1, 203.0.113.9, 8.8.4.4, routed",
    "1, 203.0.113.200, 8.8.4.4, SPOOFED_INNER_SOURCE",
    "1, 9.9.9.9, 8.8.4.4, SPOOFED_INNER_SOURCE",
    "1, 203.0.113.9, 203.0.113.200, tenant 2",
    "1, 203.0.113.9, 203.0.113.8, tenant 1",
    "1, 203.0.113.9, 192.0.2.2, HOST",
    "1, 203.0.113.9, 198.51.100.1, HOST",
    "1, 203.0.113.9, 224.0.0.9, MULTICAST_NOT_FORWARDED",
    "2, 203.0.113.200, 8.8.4.4, EGRESS_DISABLED",
    "2, 203.0.113.200, 203.0.113.9, EGRESS_DISABLED",
    "2, 203.0.113.9, 8.8.4.4, SPOOFED_INNER_SOURCE",
    "1, 2001:db8:acc::9, 2600::8, routed",
    "1, 2001:db8:be::9, 2600::8, SPOOFED_INNER_SOURCE",
    "1, 2001:db8:acc::9, 2001:db8:be::9, tenant 2",
    "1, 2001:db8:acc::9, ff0e::9, MULTICAST_NOT_FORWARDED",
    "1, 2001:db8:acc::9, ff02::1, HOST",
    "1, 2001:db8:acc::9, 2001:db8:a::1, HOST",
    "2, 2001:db8:be::9, 2600::8, EGRESS_DISABLED",
    "2, 2001:db8:acc::9, 2600::8, SPOOFED_INNER_SOURCE",
  })
  void shouldJudgeWhatComesOutOfATunnel(
      int tenant, String source, String destination, String expected) {
    boolean inner6 = destination.contains(":");
    EgressCheck check = new EgressCheck(32, inner6, ProbeInput.NONE);
    PacketList toTenants = new PacketList(32);
    packets.begin(frame(source, destination)).atNetwork();
    packets.batch.setTenant(0, tenant);
    boolean[] egress = {false, true, false};
    check.process(
        packets.memory, packets.batch, packets.all, inner6 ? ipv6 : ipv4, egress, toTenants, 0);
    String found =
        check.routed.count == 1
            ? "routed"
            : toTenants.count == 1 ? "tenant " + packets.batch.tenant(0) : packets.fate(0);
    assertEquals(expected, found);
  }

  // ---------------------------------------------------------------- EgressOutput

  private final NeighbourTable neighbours = new NeighbourTable(4, 4);
  private final LearnedNeighbours learned = new LearnedNeighbours();
  private final PortSettings[] ports = {TestPort.untagged(0), TestPort.tagged(1, 5, 7)};

  private String send(byte[] frame) {
    boolean inner6 = Frames.u16(frame, 12) == 0x86dd;
    NextHops nextHops =
        new NextHops(
            new PrefixTable.Builder()
                .add(Frames.ipv4("8.0.0.0"), 8, NextHops.viaGroup(0))
                .add(Frames.ipv4("10.0.0.0"), 24, NextHops.connected(1))
                .build(),
            new PrefixTable.Builder()
                .add(Frames.high("2600::"), 0, 16, NextHops.viaGroup(0))
                .add(Frames.high("2001:db8:1::"), 0, 64, NextHops.connected(1))
                .build(),
            new int[][] {{1, 2}});
    EgressOutput output = new EgressOutput(32, inner6);
    packets.begin(frame).atNetwork();
    output.process(
        packets.memory, packets.batch, packets.all, nextHops, neighbours, learned, ports);
    return output.expired.count == 1
        ? "expired"
        : output.tooBig.count == 1 ? "tooBig" : packets.fate(0);
  }

  private void resolve(int slot, int port, String address, String mac) {
    boolean is6 = address.contains(":");
    long high = is6 ? Frames.high(address) : 0;
    long low = is6 ? Frames.low(address) : Frames.ipv4(address) & 0xffff_ffffL;
    neighbours.put(slot, port, is6, high, low);
    neighbours.resolve(slot, Frames.mac(mac));
  }

  @Test
  void shouldSendByTheGateway() {
    resolve(1, 0, "192.0.2.1", PEER);
    assertEquals("DELIVERED", send(ip("203.0.113.9", CLIENT).udp(1, 2).payload(3).bytes()));
    byte[] out =
        Frames.ethernet(PEER, TestPort.MAC)
            .ipv4("203.0.113.9", CLIENT)
            .ttl(63)
            .udp(1, 2)
            .payload(3)
            .bytes();
    assertEquals(Frames.hex(out), Frames.hex(packets.frame(0)));
    assertEquals(0, packets.batch.port(0));
  }

  @Test
  void shouldSendByTheSecondGatewayWhenTheFirstIsNotKnown() {
    resolve(2, 1, "10.0.0.2", "02:00:5e:00:00:02");
    assertEquals("DELIVERED", send(ip("2001:db8:acc::9", CLIENT6).udp(1, 2).bytes()));
    byte[] out =
        Frames.ethernet("02:00:5e:00:00:02", TestPort.MAC)
            .serviceVlan(5)
            .vlan(7)
            .ipv6("2001:db8:acc::9", CLIENT6)
            .ttl(63)
            .udp(1, 2)
            .bytes();
    assertEquals(Frames.hex(out), Frames.hex(packets.frame(0)));
    assertEquals(1, packets.batch.port(0));
  }

  @Test
  void shouldSendToANeighbourOnTheLinkOrAskForIt() {
    byte[] to4 = frame("203.0.113.9", "10.0.0.9");
    byte[] to6 = frame("2001:db8:acc::9", "2001:db8:1::9");
    assertEquals("NEIGHBOUR_UNRESOLVED", send(to4));
    assertEquals("NEIGHBOUR_UNRESOLVED", send(to6));
    assertEquals(List.of("wanted 1 10.0.0.9", "wanted 1 2001:db8:1:0:0:0:0:9"), learned.calls);
    resolve(5, 1, "10.0.0.9", PEER);
    resolve(6, 1, "2001:db8:1::9", PEER);
    assertEquals("DELIVERED", send(to4));
    assertEquals("DELIVERED", send(to6));
    // The same address behind another port is another neighbour.
    assertEquals(2, learned.calls.size());
    assertEquals(1, packets.batch.port(0));
  }

  @Test
  void shouldDropWithoutRouteOrGateway() {
    assertEquals("NO_ROUTE", send(frame("203.0.113.9", "9.9.9.9")));
    assertEquals("NO_ROUTE", send(frame("2001:db8:acc::9", "2a00::1")));
    assertEquals("NEIGHBOUR_UNRESOLVED", send(frame("203.0.113.9", CLIENT)));
    assertEquals(List.of(), learned.calls);
  }

  @Test
  void shouldHoldBackWhatIsExpiredOrTooBig() {
    resolve(1, 0, "192.0.2.1", PEER);
    for (int ttl = 0; ttl < 256; ttl++) {
      String expected = ttl <= 1 ? "expired" : "DELIVERED";
      assertEquals(expected, send(ip("203.0.113.9", CLIENT).ttl(ttl).udp(1, 2).bytes()));
      assertEquals(expected, send(ip("2001:db8:acc::9", CLIENT6).ttl(ttl).udp(1, 2).bytes()));
    }
    assertEquals("DELIVERED", send(ip("203.0.113.9", CLIENT).payload(1480).bytes()));
    Frames atomic = ip("203.0.113.9", CLIENT).flagsAndOffset(0x4000);
    assertEquals("tooBig", send(atomic.payload(1481).bytes()));
    assertEquals("DELIVERED", send(ip("203.0.113.9", CLIENT).payload(1481).bytes()));
    assertEquals("DELIVERED", send(ip("2001:db8:acc::9", CLIENT6).payload(1460).bytes()));
    assertEquals("tooBig", send(ip("2001:db8:acc::9", CLIENT6).payload(1461).bytes()));
  }

  // ---------------------------------------------------------------- OwnInput

  private String own(Frames frame) {
    byte[] bytes = frame.bytes();
    packets.begin(bytes).atNetwork();
    OwnInput input = new OwnInput(32);
    PacketList none = new PacketList(32);
    boolean is6 = Frames.u16(bytes, 12) == 0x86dd;
    input.process(
        packets.memory, packets.batch, is6 ? none : packets.all, is6 ? packets.all : none);
    return input.icmp.count == 1
        ? "icmp"
        : input.icmpv6.count == 1
            ? "icmpv6"
            : input.neighbourDiscovery.count == 1 ? "neighbourDiscovery" : packets.fate(0);
  }

  @Test
  void shouldSortIpv4ForOurselvesByEveryProtocol() {
    for (int protocol = 0; protocol < 256; protocol++) {
      Frames frame = ip(CLIENT, "192.0.2.2").protocol(protocol).payload(8);
      assertEquals(protocol == 1 ? "icmp" : "HOST", own(frame), "protocol=" + protocol);
    }
    assertEquals("icmp", own(ip(CLIENT, "192.0.2.2").flagsAndOffset(0x4000).icmp(8, 0, 0)));
    assertEquals("HOST", own(ip(CLIENT, "192.0.2.2").flagsAndOffset(0x2000).icmp(8, 0, 0)));
    assertEquals("HOST", own(ip(CLIENT, "192.0.2.2").flagsAndOffset(1).protocol(1).payload(8)));
  }

  /** RFC 4861 4: types 133 to 137; ICMPv6 behind an extension header is the host's. */
  @Test
  void shouldSortIpv6ForOurselvesByEveryType() {
    for (int type = 0; type < 256; type++) {
      String expected = type >= 133 && type <= 137 ? "neighbourDiscovery" : "icmpv6";
      assertEquals(expected, own(ip(CLIENT6, "fe80::2").icmpv6(type, 0, 0)), "type=" + type);
    }
    assertEquals("HOST", own(ip(CLIENT6, "fe80::2").udp(1, 2)));
    assertEquals("HOST", own(ip(CLIENT6, "fe80::2").extension(60, new byte[6]).icmpv6(135, 0, 0)));
  }
}
