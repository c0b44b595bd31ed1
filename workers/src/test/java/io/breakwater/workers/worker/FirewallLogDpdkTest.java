package io.breakwater.workers.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Appliance;
import io.breakwater.config.Tenant;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.nft.FirewallReader;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import io.breakwater.dpdk.Cycles;
import io.breakwater.dpdk.Eal;
import io.breakwater.dpdk.EalOptions;
import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.PortPair;
import io.breakwater.workers.Frames;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.pipeline.ForwardingCompiler;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.pipeline.firewall.FirewallRegistry.TenantRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What tenants' firewalls log, from a worker's port to the control thread, on the test's time. */
@Tag("dpdk")
class FirewallLogDpdkTest {

  private static final long SECOND_NS = 1_000_000_000L;
  private static final String NOISY = "203.0.113.9";
  private static final String NOISY_IPV6 = "2001:db8:acc::9";
  private static final String QUIET = "198.18.0.9";
  private static final String CLIENT = "198.51.100.77";
  private static final String LOG_ALL =
      """
      table inet f {
        chain c {
          type filter hook prerouting priority 0;
          udp dport 9 drop
          log prefix "%s" drop
        }
      }
      """;

  private static Eal eal;
  private static PacketPool pool;
  private static int tests;

  private PortPair wire;
  private Slots slots;
  private ForwardingCompiler compiler;
  private WorkerGroup group;
  private Worker worker;
  private final PacketBurst burst = new PacketBurst(64);
  private final List<LoggedPacket> told = new ArrayList<>();
  private long nowNs = SECOND_NS;

  @BeforeAll
  static void startDpdk() {
    eal = Eal.start(EalOptions.of("bw-firewall-log", 128));
    pool = PacketPool.create("firewall-log", 4_095, 2_048, 0);
  }

  @AfterAll
  static void stopDpdk() {
    pool.close();
    eal.close();
  }

  @BeforeEach
  void open() {
    wire = PortPair.create("log" + ++tests, 1, 256, pool);
    wire.first().start();
    wire.second().start();
    slots = new Slots(OnePort.ofWarmUp().limits());
    compiler = new ForwardingCompiler(slots, new long[] {wire.second().mac()});
    group =
        new WorkerGroup(
            List.of(0), List.of(wire.second()), pool, slots, OnePort.ofWarmUp().limits());
    worker = group.workers().getFirst();
    publish(configuration("noise ", "quiet "));
  }

  @AfterEach
  void close() {
    wire.first().stop();
    wire.second().stop();
    wire.close();
    assertEquals(0, pool.inUse());
  }

  private void publish(Appliance configuration) {
    ForwardingTables tables = compiler.compile(configuration);
    worker.publish(tables);
    worker.step(Cycles.now(), nowNs);
  }

  private static Appliance configuration(String noisy, String quiet) {
    Appliance plain = OnePort.ofWarmUp();
    var tenants = new TreeMap<>(plain.tenants());
    tenants.put("first", with(tenants.get("first"), noisy));
    tenants.put("second", with(tenants.get("second"), quiet));
    return new Appliance(
        plain.name(),
        plain.workers(),
        plain.ports(),
        plain.endpoints(),
        plain.synCookieSecret(),
        plain.bogonsDropped(),
        plain.limits(),
        plain.journal(),
        tenants);
  }

  private static Tenant with(Tenant tenant, String prefix) {
    Problems problems = new Problems();
    Firewall firewall =
        FirewallReader.read(
                LOG_ALL.formatted(prefix),
                Position.startOf(Path.of(tenant.name() + ".nft")),
                problems)
            .orElseThrow(() -> new AssertionError(problems.all()));
    return new Tenant(
        tenant.name(), tenant.prefixes(), tenant.tunnels(), tenant.egress(), Optional.of(firewall));
  }

  private Frames toUs() {
    String own = String.format("%012x", wire.second().mac()).replaceAll("(..)(?!$)", "$1:");
    return Frames.ethernet(own, "02:00:5e:00:00:01");
  }

  private byte[] to(String destination) {
    return toUs().ipv4(CLIENT, destination).udp(4_242, 53).payload(10).bytes();
  }

  private void send(int times, byte[] frame) {
    PacketMemory memory = PacketMemory.install(pool.memory());
    for (int n = 0; n < times; n++) {
      int buffer = pool.allocate();
      memory.write(pool.frame(buffer), frame, 0, frame.length);
      burst.set(0, buffer, pool.frame(buffer), frame.length);
      assertEquals(1, wire.first().txQueue(0).transmit(burst, 1));
      worker.step(Cycles.now(), nowNs);
    }
  }

  private void drain() {
    told.clear();
    group.drainFirewallLogs(told::add);
  }

  private TenantRule rule(LoggedPacket packet) {
    return slots.firewalls().rule(packet.ruleSlot()).orElseThrow();
  }

  private static long ipv4(String address) {
    return Frames.ipv4(address) & 0xffff_ffffL;
  }

  @Test
  void shouldTellRuleAddressesPortsAndLength() {
    send(1, to(NOISY));
    send(1, toUs().ipv6("2001:db8:77::7", NOISY_IPV6).tcp(1, 65_535, 2).bytes());
    send(1, toUs().ipv4(CLIENT, NOISY).icmp(8, 0, 1).payload(4).bytes());
    drain();

    int slot = told.getFirst().ruleSlot();
    assertEquals(
        List.of(
            new LoggedPacket(slot, false, 0, ipv4(CLIENT), 0, ipv4(NOISY), 17, 4_242, 53, 38, 0),
            new LoggedPacket(
                slot,
                true,
                Frames.high("2001:db8:77::7"),
                Frames.low("2001:db8:77::7"),
                Frames.high(NOISY_IPV6),
                Frames.low(NOISY_IPV6),
                6,
                1,
                65_535,
                60,
                0),
            new LoggedPacket(slot, false, 0, ipv4(CLIENT), 0, ipv4(NOISY), 1, 0, 0, 32, 0)),
        told);
    assertEquals("first", rule(told.getFirst()).tenant());
    assertEquals(1, rule(told.getFirst()).rule().index());
    assertEquals("first.nft:5:5", rule(told.getFirst()).rule().place().toString());
  }

  @Test
  void shouldTellOfAQuietTenantBesideAFloodAndCountWhatIsLeftOut() {
    send(500, to(NOISY));
    send(1, to(QUIET));
    drain();

    assertEquals(
        Collections.nCopies(LogSampler.TENANT_PER_SECOND, "first"),
        told.stream().limit(LogSampler.TENANT_PER_SECOND).map(p -> rule(p).tenant()).toList());
    assertEquals(LogSampler.TENANT_PER_SECOND + 1, told.size());
    assertEquals("second", rule(told.getLast()).tenant());

    nowNs += SECOND_NS;
    send(1, to(NOISY));
    drain();
    assertEquals(500 - LogSampler.TENANT_PER_SECOND, told.getFirst().leftOut());
  }

  @Test
  void shouldFindTheRuleOfBeforeUntilItsSlotIsGivenUp() {
    send(1, to(NOISY));
    Appliance changed = configuration("other ", "quiet ");
    publish(changed);
    send(1, to(NOISY));
    drain();

    assertEquals(2, told.size());
    assertTrue(rule(told.getFirst()).rule().text().contains("noise"));
    assertTrue(rule(told.getLast()).rule().text().contains("other"));

    slots.retain(changed, compiler.compile(changed));
    assertEquals(Optional.empty(), slots.firewalls().rule(told.getFirst().ruleSlot()));
    assertTrue(rule(told.getLast()).rule().text().contains("other"));
  }
}
