package io.breakwater.workers.pipeline.firewall;

import io.breakwater.config.IpPrefix;
import io.breakwater.config.Tenant;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.nft.FirewallReader;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.firewall.FirewallEngine;
import io.breakwater.workers.firewall.FirewallLog;
import io.breakwater.workers.firewall.FirewallProgram;
import io.breakwater.workers.firewall.FirewallTable;
import io.breakwater.workers.firewall.PacketView;
import io.breakwater.workers.firewall.RuleCounters;
import io.breakwater.workers.firewall.RuleTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All tenants' firewalls with one worker's counters, on the test's time. */
final class FirewallBench {

  /** Most rules of all tenants. */
  static final int RULES_MAX = 64;

  private static final int TENANTS = 16;

  final FirewallRegistry registry;
  final RuleCounters counters;
  long nowNs = 1_000_000_000L;

  private final FirewallEngine engine;
  private final TestBatch packets = new TestBatch();
  private final PacketView view = new PacketView(packets.memory);
  private final int[] fields = new int[1 << RuleTree.FIELDS_SHIFT];
  private final Map<String, Integer> slots = new HashMap<>();
  private FirewallTable running;
  private FirewallTable compiled;

  FirewallBench() {
    registry = new FirewallRegistry(RULES_MAX);
    counters = registry.newCounters();
    engine = new FirewallEngine(counters, FirewallLog.NONE);
  }

  static Firewall read(String text) {
    Problems problems = new Problems();
    return FirewallReader.read(text, Position.startOf(Path.of("t.nft")), problems)
        .orElseThrow(() -> new AssertionError(problems.all() + text));
  }

  /** One chain at prerouting, with sets and the like before it. */
  static String ruleset(String declarations, String... rules) {
    return "table inet f {\n%s\nchain c { type filter hook prerouting priority 0; policy accept;\n%s\n}\n}\n"
        .formatted(declarations, String.join("\n", rules));
  }

  /** Compiles and publishes, as a reload does up to where workers use it. */
  FirewallBench publish(Map<String, String> textByTenant) {
    compile(textByTenant);
    running = compiled;
    return this;
  }

  void compile(Map<String, String> textByTenant) {
    List<Tenant> all = new ArrayList<>();
    textByTenant.forEach((name, text) ->
        all.add(new Tenant(name, List.<IpPrefix>of(), List.of(), false, Optional.of(read(text)))));
    compiled =
        registry.compile(
            all, name -> slots.computeIfAbsent(name, n -> slots.size() + 1), TENANTS, nowNs);
  }

  /** The workers have left all tables before. */
  FirewallBench retain() {
    registry.retain();
    return this;
  }

  FirewallBench reload(Map<String, String> textByTenant) {
    return publish(textByTenant).retain();
  }

  /** What becomes of a packet to the tenant. */
  boolean passes(String tenant, byte[] frame) {
    packets.begin(frame);
    FirewallProgram program = running.programs()[slots.get(tenant)];
    int at = packets.batch.frame(0);
    view.begin(at, at + 14, at + packets.batch.length(0));
    view.describe(fields, 0);
    return engine.run(program, view, fields, 0, 0, slots.get(tenant), nowNs)
        == FirewallEngine.ACCEPT;
  }

  FirewallProgram program(String tenant) {
    return running.programs()[slots.get(tenant)];
  }

  /** An IPv4 packet of so many layer-3 bytes, 28 or more. */
  static byte[] packet(String source, int bytes) {
    return Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02")
        .ipv4(source, "203.0.113.9")
        .udp(4_242, 53)
        .payload(bytes - 28)
        .bytes();
  }

  static byte[] from(String source) {
    return packet(source, 38);
  }

  long packets(String tenant, int rule) {
    return registry.count(tenant, rule).packets();
  }
}
