package io.breakwater.workers.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Appliance;
import io.breakwater.config.Port;
import io.breakwater.config.Tunnel;
import io.breakwater.workers.Frames;
import io.breakwater.workers.table.Destination;
import io.breakwater.workers.table.NeighbourKey;
import io.breakwater.workers.table.NeighbourTable;
import io.breakwater.workers.table.NextHops;
import io.breakwater.workers.table.PortSettings;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardingCompilerTest {

  private final Slots slots = new Slots(TestAppliance.LIMITS);
  private final ForwardingCompiler compiler =
      new ForwardingCompiler(slots, TestAppliance.portMacs());

  private ForwardingTables compile(Appliance configuration) {
    return compiler.compile(configuration);
  }

  private ForwardingTables withTunnels(Tunnel... tunnels) {
    return compile(
        TestAppliance.appliance(
            List.of(TestAppliance.uplink(), TestAppliance.inside()),
            TestAppliance.tenant("acme", true, List.of("203.0.113.0/24"), tunnels)));
  }

  private int tunnel(String tenant, String name) {
    return slots.tunnels().slot(new Slots.TunnelId(tenant, name));
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "203.0.113.9, acme",
    "100.64.0.0, beta",
    "100.65.0.0, nobody",
    "192.0.2.2, own",
    "192.0.2.255, own",
    "192.0.2.1, nobody",
    "10.0.0.1, own",
    "10.0.0.255, own",
    "255.255.255.255, own",
    "224.0.0.1, own",
    "224.0.0.2, nobody",
    "198.51.100.1, endpoint",
    "2001:db8:acc::1, acme",
    "2001:db8:be:ffff::, beta",
    "2001:db8:bf::, nobody",
    "2001:db8:1::2, own",
    "2001:db8:1::3, nobody",
    "2001:db8:a::1, endpoint",
    "ff02::1, own",
    "ff02::2, own",
    "ff02::3, nobody",
    // Solicited-node groups of 2001:db8:1::2 and of both link-local addresses.
    "ff02::1:ff00:2, own",
    "ff02::1:ff00:3, own",
    "ff02::1:ff00:4, nobody",
    // EUI-64 of 02:00:00:00:00:02, its universal bit turned: RFC 4291 appendix A.
    "fe80::ff:fe00:2, own",
    "fe80::ff:fe00:3, own",
    "fe80::200:ff:fe00:2, nobody",
  })
  void shouldKnowWhatADestinationMeans(String address, String meaning) {
    ForwardingTables tables = compile(TestAppliance.standard());
    int expected =
        switch (meaning) {
          case "nobody" -> Destination.NONE;
          case "own" -> Destination.OWN;
          case "endpoint" -> Destination.ENDPOINT;
          default -> slots.tenants().slot(meaning);
        };
    int found =
        address.contains(":")
            ? tables.ipv6Destinations().find(Frames.high(address), Frames.low(address))
            : tables.ipv4Destinations().find(Frames.ipv4(address));
    assertEquals(expected, found);
  }

  @Test
  void shouldKnowItsOwnAddressesAndBroadcastsAsNobodyElsesSource() {
    ForwardingTables tables = compile(TestAppliance.standard());
    for (String own :
        List.of("192.0.2.2", "192.0.2.255", "10.0.0.1", "10.0.0.255", "198.51.100.1")) {
      assertTrue(tables.own().contains(Frames.ipv4(own)), own);
    }
    for (String other : List.of("192.0.2.1", "192.0.2.3", "192.0.2.0", "203.0.113.9")) {
      assertFalse(tables.own().contains(Frames.ipv4(other)), other);
    }
    for (String own : List.of("2001:db8:1::2", "2001:db8:a::1", "fe80::ff:fe00:3")) {
      assertTrue(tables.own().contains(Frames.high(own), Frames.low(own)), own);
    }
    assertFalse(tables.own().contains(Frames.high("ff02::1"), 1));
  }

  /** RFC 3021: both addresses of a /31 are hosts'; a /32 has no subnet. */
  @Test
  void shouldGiveNoBroadcastToPointToPointSubnets() {
    Port uplink = TestAppliance.port("uplink", List.of("192.0.2.2/31", "10.0.0.4/32"), List.of());
    ForwardingTables tables =
        compile(
            TestAppliance.appliance(
                List.of(uplink),
                TestAppliance.tenant(
                    "acme",
                    true,
                    List.of("203.0.113.0/24"),
                    TestAppliance.tunnel("t", TestAppliance.ACME_REMOTE, 1, 1))));
    assertEquals(0, tables.ipv4Destinations().find(Frames.ipv4("192.0.2.3")));
    assertFalse(tables.own().contains(Frames.ipv4("192.0.2.3")));
    assertTrue(tables.own().contains(Frames.ipv4("10.0.0.4")));
  }

  @Test
  void shouldDescribeThePorts() {
    ForwardingTables tables = compile(TestAppliance.standard());
    PortSettings inside = tables.ports()[TestAppliance.INSIDE];
    assertEquals(1, inside.index());
    assertEquals(Frames.mac(TestAppliance.INSIDE_MAC), inside.mac());
    assertArrayEquals(new int[] {7}, inside.vlanIds());
    assertArrayEquals(new int[] {Frames.ipv4("10.0.0.1")}, inside.ipv4Addresses());
    assertArrayEquals(new int[] {24}, inside.ipv4Lengths());
    PortSettings uplink = tables.ports()[TestAppliance.UPLINK];
    assertArrayEquals(
        new long[] {Frames.high("2001:db8:1::2"), Frames.high("fe80::")}, uplink.ipv6High());
    assertArrayEquals(new long[] {2, Frames.low("fe80::ff:fe00:2")}, uplink.ipv6Low());
    assertArrayEquals(new int[] {64, 64}, uplink.ipv6Lengths());
  }

  @Test
  void shouldCompileEgressAndOwnersOfTunnels() {
    ForwardingTables tables = compile(TestAppliance.standard());
    int acme = slots.tenants().slot("acme");
    int beta = slots.tenants().slot("beta");
    assertTrue(tables.egressByTenant()[acme]);
    assertFalse(tables.egressByTenant()[beta]);
    int dublin = tunnel("beta", "dublin");
    assertEquals(beta, tables.tenantByTunnel()[dublin]);
    int remote = Frames.ipv4(TestAppliance.BETA_REMOTE);
    int local = Frames.ipv4(TestAppliance.ENDPOINT);
    assertEquals(dublin, tables.tunnelIndex().find(remote, local, true, 7));
    assertEquals(-1, tables.tunnelIndex().find(remote, local, false, 0));
    assertEquals(dublin, tables.tunnels().choose(beta, 12345));
  }

  /** Of a group all are in the row; the penalties say which take part, and whose group it is. */
  @Test
  void shouldChooseTheBestOfTheEffectivePriorities() {
    ForwardingTables tables =
        withTunnels(
            TestAppliance.tunnel("backup", "198.18.0.3", 20, 256),
            TestAppliance.tunnel("first", "198.18.0.1", 10, 1),
            TestAppliance.tunnel("second", "198.18.0.2", 10, 1));
    int tenant = slots.tenants().slot("acme");
    int first = tunnel("acme", "first");
    int second = tunnel("acme", "second");
    int backup = tunnel("acme", "backup");
    int[] penalties = new int[slots.tunnels().bound()];
    penalties[first] = 500_000;
    ForwardingTables degraded = rechosen(tables, tenant, penalties);
    assertEquals(1, share(degraded, tenant, second), 1e-9);
    assertEquals(tables.generation() + 1, degraded.generation());
    assertSame(tables.tunnelIndex(), degraded.tunnelIndex());
    penalties[second] = 1_000_000;
    assertEquals(1, share(rechosen(tables, tenant, penalties), tenant, backup), 1e-9);
    penalties[backup] = 1_000_000;
    assertEquals(1, share(rechosen(tables, tenant, penalties), tenant, first), 1e-9);
    penalties[first] = 1_000_000;
    // All are down, and traffic tries the best as if they were not.
    ForwardingTables down = rechosen(tables, tenant, penalties);
    assertArrayEquals(tables.tunnels().words(), down.tunnels().words());
    assertEquals(0.5, share(down, tenant, first), 0.005);
  }

  private ForwardingTables rechosen(ForwardingTables tables, int tenant, int[] penalties) {
    return compiler.rechoose(tables, List.of(tenant), tunnel -> penalties[tunnel]);
  }

  private double share(ForwardingTables tables, int tenant, int tunnel) {
    double[] shares = new double[slots.tunnels().bound()];
    tables.tunnels().addShares(tenant, shares);
    return shares[tunnel];
  }

  @Test
  void shouldTakeTheMtuFromThePortUnlessItIsConfigured() {
    Tunnel plain = TestAppliance.tunnel("plain", TestAppliance.ACME_REMOTE, 1, 1);
    Tunnel keyed = TestAppliance.tunnel("keyed", TestAppliance.ACME_REMOTE, 1, 1, 9);
    Tunnel set =
        new Tunnel(
            "set",
            keyed.local(),
            TestAppliance.address("198.18.0.2"),
            1,
            1,
            keyed.key(),
            OptionalInt.of(1_280));
    ForwardingTables tables = withTunnels(plain, keyed, set);
    assertEquals(1_476, tables.tunnels().mtuBytes(tunnel("acme", "plain")));
    assertEquals(1_472, tables.tunnels().mtuBytes(tunnel("acme", "keyed")));
    assertEquals(1_280, tables.tunnels().mtuBytes(tunnel("acme", "set")));
  }

  @Test
  void shouldChooseAmongTheTunnelsOfTheBestPriorityOnly() {
    ForwardingTables tables =
        withTunnels(
            TestAppliance.tunnel("backup", "198.18.0.3", 20, 256),
            TestAppliance.tunnel("first", "198.18.0.1", 10, 1),
            TestAppliance.tunnel("second", "198.18.0.2", 10, 1));
    int tenant = slots.tenants().slot("acme");
    boolean[] chosen = new boolean[slots.tunnels().bound()];
    for (int flow = 0; flow < 1_024; flow++) {
      chosen[tables.tunnels().choose(tenant, flow << 22)] = true;
    }
    assertTrue(chosen[tunnel("acme", "first")] && chosen[tunnel("acme", "second")]);
    assertFalse(chosen[tunnel("acme", "backup")]);
    // What comes in through the backup is still the tenant's.
    int slot = tunnel("acme", "backup");
    assertEquals(tenant, tables.tenantByTunnel()[slot]);
  }

  /** Counters go on over a reload, whatever comes before a tenant in the alphabet. */
  @Test
  void shouldKeepSlotsOverReloadsAndGiveUpThoseThatAreGone() {
    ForwardingTables first = compile(TestAppliance.standard());
    int beta = slots.tenants().slot("beta");
    int dublin = tunnel("beta", "dublin");
    assertEquals(1, first.generation());
    Appliance changed =
        TestAppliance.appliance(
            List.of(TestAppliance.uplink(), TestAppliance.inside()),
            TestAppliance.tenant(
                "aaa",
                true,
                List.of("198.51.0.0/24"),
                TestAppliance.tunnel("dublin", "198.18.0.9", 1, 1)),
            TestAppliance.tenant(
                "beta",
                true,
                List.of("100.64.0.0/17"),
                TestAppliance.tunnel("dublin", TestAppliance.BETA_REMOTE, 5, 5, 7)));
    ForwardingTables second = compile(changed);
    assertEquals(2, second.generation());
    assertEquals(beta, second.ipv4Destinations().find(Frames.ipv4("100.64.0.1")));
    assertEquals(dublin, tunnel("beta", "dublin"));
    assertNotEquals(dublin, tunnel("aaa", "dublin"));
    assertTrue(slots.tenants().slots().containsKey("acme"));
    slots.retain(changed, second);
    assertEquals(
        List.of("aaa", "beta"), slots.tenants().slots().keySet().stream().sorted().toList());
    assertEquals(beta, slots.tenants().slot("beta"));
    assertEquals(2, slots.tunnels().slots().size());
    Set<NeighbourKey> live = new HashSet<>(Arrays.asList(second.neighbours()));
    live.remove(null);
    assertEquals(live, slots.neighbours().slots().keySet());
    // The first tables are as they were.
    assertEquals(0, first.ipv4Destinations().find(Frames.ipv4("198.51.0.1")));
    assertNotEquals(0, first.ipv4Destinations().find(Frames.ipv4("203.0.113.1")));
  }

  // ---------------------------------------------------------------- routes

  @Test
  void shouldTryGatewaysOfARouteInOrder() {
    Port uplink =
        TestAppliance.port(
            "uplink",
            List.of("192.0.2.2/24"),
            List.of(),
            TestAppliance.gateway("192.0.2.9", null, "0.0.0.0/0"),
            TestAppliance.gateway("192.0.2.1", null, "0.0.0.0/0", "9.0.0.0/8"));
    ForwardingTables tables = compile(withPorts(uplink, TestAppliance.inside()));
    NeighbourTable neighbours = new NeighbourTable(slots.neighbours().bound() - 1, 0);
    NeighbourKey[] keys = tables.neighbours();
    for (int slot = 0; slot < keys.length; slot++) {
      if (keys[slot] != null) {
        neighbours.put(slot, keys[slot].port(), false, 0, keys[slot].low());
      }
    }
    int first = slotOf(tables, "192.0.2.9");
    int second = slotOf(tables, "192.0.2.1");
    NextHops nextHops = tables.nextHops();
    int group = NextHops.groupOf(nextHops.route(Frames.ipv4("8.8.8.8")));
    assertEquals(0, nextHops.hop(group, neighbours));
    neighbours.resolve(second, 0x22);
    assertEquals(0x22, NeighbourTable.mac(nextHops.hop(group, neighbours)));
    neighbours.resolve(first, 0x11);
    assertEquals(0x11, NeighbourTable.mac(nextHops.hop(group, neighbours)));
    neighbours.unresolve(first);
    assertEquals(0x22, NeighbourTable.mac(nextHops.hop(group, neighbours)));
    int specific = NextHops.groupOf(nextHops.route(Frames.ipv4("9.1.1.1")));
    neighbours.resolve(first, 0x11);
    assertEquals(0x22, NeighbourTable.mac(nextHops.hop(specific, neighbours)));
  }

  @Test
  void shouldRouteConnectedSubnetsToTheirPort() {
    NextHops nextHops = compile(TestAppliance.standard()).nextHops();
    int route = nextHops.route(Frames.ipv4("10.0.0.77"));
    assertTrue(NextHops.isConnected(route));
    assertEquals(TestAppliance.INSIDE, NextHops.portOf(route));
    int route6 = nextHops.route(Frames.high("2001:db8:1::77"), 0x77);
    assertTrue(NextHops.isConnected(route6));
    assertEquals(TestAppliance.UPLINK, NextHops.portOf(route6));
    assertFalse(NextHops.isConnected(nextHops.route(Frames.ipv4("8.8.8.8"))));
    assertFalse(NextHops.isConnected(nextHops.route(Frames.high("2600::"), 1)));
  }

  @Test
  void shouldLeaveAnUnreachableRemoteWithoutNextHop() {
    Port uplink = TestAppliance.port("uplink", List.of("192.0.2.2/24"), List.of());
    ForwardingTables tables = compile(withPorts(uplink));
    NeighbourTable neighbours = new NeighbourTable(slots.neighbours().bound() - 1, 0);
    assertEquals(0, tables.nextHops().route(Frames.ipv4("8.8.8.8")));
    long word = tables.tunnels().words()[8 * tunnel("acme", "t") + 3];
    assertEquals(0, tables.nextHops().hop((int) word, neighbours));
  }

  /** A gateway that is also a tunnel's remote is one neighbour, with the gateway's pin. */
  @Test
  void shouldKnowAGatewayThatIsARemoteOnce() {
    ForwardingTables tables = withTunnels(TestAppliance.tunnel("t", "192.0.2.1", 1, 1));
    List<NeighbourKey> keys =
        Arrays.stream(tables.neighbours())
            .filter(Objects::nonNull)
            .filter(key -> key.low() == (Frames.ipv4("192.0.2.1") & 0xffff_ffffL))
            .toList();
    assertEquals(1, keys.size());
    assertEquals(Frames.mac(TestAppliance.GATEWAY_MAC), keys.getFirst().pinnedMac());
  }

  private static Appliance withPorts(Port... ports) {
    return TestAppliance.appliance(
        List.of(ports),
        TestAppliance.tenant(
            "acme",
            true,
            List.of("203.0.113.0/24"),
            TestAppliance.tunnel("t", TestAppliance.ACME_REMOTE, 1, 1)));
  }

  private static int slotOf(ForwardingTables tables, String address) {
    for (int slot = 0; slot < tables.neighbours().length; slot++) {
      NeighbourKey key = tables.neighbours()[slot];
      if (key != null && key.low() == (Frames.ipv4(address) & 0xffff_ffffL)) {
        return slot;
      }
    }
    throw new AssertionError("no neighbour: address=" + address);
  }
}
