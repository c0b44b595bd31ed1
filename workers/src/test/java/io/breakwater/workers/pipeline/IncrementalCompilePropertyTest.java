package io.breakwater.workers.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Appliance;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.nft.FirewallReader;
import io.breakwater.config.protection.Protection;
import io.breakwater.config.protection.Reaction;
import io.breakwater.config.protection.StaticChecks;
import io.breakwater.config.protection.TcpState;
import io.breakwater.config.protection.When;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import io.breakwater.workers.pipeline.firewall.FirewallRefused;
import io.breakwater.workers.protection.Signature;
import io.breakwater.workers.protection.TcpStateTable;
import io.breakwater.workers.table.TunnelTable;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Compiling after random changes, in a small world: what builds on the tables before is, to the
 * last word, what a compiler makes that knows nothing of them.
 */
class IncrementalCompilePropertyTest {

  private static final long SEED = 20_261_124;
  private static final int RELOADS = 200;
  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f");

  private final Random random = new Random(SEED);
  private final Slots slots = new Slots(TestAppliance.LIMITS);
  private final TunnelMtus mtus = new TunnelMtus(slots.tunnels().bound());
  private final ForwardingCompiler compiler =
      new ForwardingCompiler(slots, TestAppliance.portMacs(), mtus);
  private final int[] penalties = new int[slots.tunnels().bound()];
  private SortedMap<String, Tenant> tenants = new TreeMap<>();
  private boolean bogonsDropped;
  private ForwardingTables tables;
  private String step = "";

  @Test
  void shouldMakeWhatACompilerMakesThatBeginsAnew() {
    int kept = 0;
    for (int i = 0; i < RELOADS; i++) {
      step = "seed=" + SEED + " i=" + i;
      ForwardingTables before = tables;
      if (random.nextInt(20) == 0) {
        failToCompile();
        if (tables != null) {
          // A tunnel's health does not wait for the next reload.
          TunnelTable chosen = tables.tunnels();
          tables = compiler.rechoose(tables, List.of(), slot -> penalties[slot]);
          assertEqual("tunnels", chosen, tables.tunnels());
        }
      }
      change();
      Appliance configuration = configuration(tenants);
      tables = compiler.compile(configuration, slot -> penalties[slot]);
      check(configuration);
      if (random.nextInt(3) == 0) {
        rechoose(configuration);
      }
      kept += before != null && before.tunnelIndex() == tables.tunnelIndex() ? 1 : 0;
      if (random.nextInt(4) != 0) {
        slots.retain(configuration, tables);
      }
    }
    assertTrue(kept > RELOADS / 10 && kept < RELOADS * 3 / 4, "kept=" + kept);
  }

  /** What nothing has changed of is the same object. */
  @Test
  void shouldKeepAllButTheFirewallsWhenAFirewallChanges() {
    tenants.put("a", tenant("a"));
    tenants.put("b", tenant("b"));
    ForwardingTables first = compiler.compile(configuration(tenants));
    Tenant changed = tenants.get("a");
    tenants.put(
        "a",
        new Tenant(
            "a",
            changed.prefixes(),
            changed.tunnels(),
            changed.egress(),
            Optional.of(firewall()),
            changed.protection()));
    ForwardingTables second = compiler.compile(configuration(tenants));

    assertSame(first.ipv4Destinations(), second.ipv4Destinations());
    assertSame(first.ipv6Destinations(), second.ipv6Destinations());
    assertSame(first.tunnels(), second.tunnels());
    assertSame(first.tunnelIndex(), second.tunnelIndex());
    int other = slots.tenants().slot("b");
    assertSame(first.firewalls().programs()[other], second.firewalls().programs()[other]);
  }

  /** A reload that touches nobody's protection knows what was installed since. */
  @Test
  void shouldKeepProtectionWithTheFingerprintsOfNow() {
    Tenant other = tenant("b");
    tenants.put("a", withProtection(tenant("a"), protection()));
    tenants.put("b", other);
    ForwardingTables first = compiler.compile(configuration(tenants));
    Signature signature = Signature.of("dns", 17).sourcePorts(53, 53).build();
    compiler.fingerprints().install("a", signature);
    tenants = new TreeMap<>(tenants);
    tenants.put(
        "b",
        new Tenant(
            "b",
            other.prefixes(),
            other.tunnels(),
            !other.egress(),
            other.firewall(),
            other.protection()));
    ForwardingTables second = compiler.compile(configuration(tenants));

    assertSame(first.protection().statics(), second.protection().statics());
    assertSame(first.protection().tcpState(), second.protection().tcpState());
    ForwardingTables installed = compiler.refingerprint(second);
    assertTrue(
        first.protection().signatures().fingerprints().length
            < second.protection().signatures().fingerprints().length);
    assertEqual(
        "signatures", installed.protection().signatures(), second.protection().signatures());
  }

  private static Tenant withProtection(Tenant tenant, Protection protection) {
    return new Tenant(
        tenant.name(),
        tenant.prefixes(),
        tenant.tunnels(),
        tenant.egress(),
        tenant.firewall(),
        Optional.of(protection));
  }

  private Appliance configuration(SortedMap<String, Tenant> tenants) {
    Appliance standard = TestAppliance.standard();
    return new Appliance(
        standard.name(),
        standard.workers(),
        standard.ports(),
        standard.endpoints(),
        standard.synCookieSecret(),
        bogonsDropped,
        standard.limits(),
        standard.journal(),
        tenants);
  }

  /** The same slots and programs, but no table before. */
  private void check(Appliance configuration) {
    ForwardingTables anew =
        new ForwardingCompiler(slots, TestAppliance.portMacs(), mtus)
            .compile(configuration, slot -> penalties[slot]);
    assertEqual("destinations", anew.ipv4Destinations(), tables.ipv4Destinations());
    assertEqual("destinations", anew.ipv6Destinations(), tables.ipv6Destinations());
    assertEqual("own", anew.own(), tables.own());
    assertEqual("tunnels", anew.tunnels(), tables.tunnels());
    assertEqual("fit", anew.fit(), tables.fit());
    assertEqual("index", anew.tunnelIndex(), tables.tunnelIndex());
    assertEqual("tenants", anew.tenantByTunnel(), tables.tenantByTunnel());
    assertEqual("egress", anew.egressByTenant(), tables.egressByTenant());
    assertEqual("statics", anew.protection().statics(), tables.protection().statics());
    assertEqual("signatures", anew.protection().signatures(), tables.protection().signatures());
    assertEqual("rates", anew.protection().rates(), tables.protection().rates());
    assertEqual("synGuard", anew.protection().synGuard(), tables.protection().synGuard());
    // A compiler that begins anew follows all since now: the periods are others.
    TcpStateTable followed = anew.protection().tcpState();
    assertArrayEquals(followed.modes(), tables.protection().tcpState().modes(), step);
    assertArrayEquals(
        followed.thresholdsPerSecond(), tables.protection().tcpState().thresholdsPerSecond(), step);
    assertArrayEquals(followed.holdsNs(), tables.protection().tcpState().holdsNs(), step);
    assertEqual("firewalls", anew.firewalls(), tables.firewalls());
    assertEqual("nextHops", anew.nextHops(), tables.nextHops());
    assertEqual("neighbours", anew.neighbours(), tables.neighbours());
    assertEqual("probes", anew.probes(), tables.probes());
    assertEquals(anew.dropBogons(), tables.dropBogons(), step);
  }

  private void rechoose(Appliance configuration) {
    penalties[random.nextInt(8)] = 1_000 * random.nextInt(3);
    List<Integer> all =
        configuration.tenants().keySet().stream().map(slots.tenants()::slot).toList();
    tables = compiler.rechoose(tables, all, slot -> penalties[slot]);
    check(configuration);
  }

  /** Fails at the last tenant's firewall, when others' are compiled already. */
  private void failToCompile() {
    Firewall firewall = firewall();
    var tooLarge =
        new Firewall(
            Collections.nCopies(1 << 20, firewall.chains().getFirst()),
            firewall.baseChains(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    SortedMap<String, Tenant> wrong = new TreeMap<>(tenants);
    wrong.put("a", tenant("a"));
    wrong.put("b", tenant("b"));
    wrong.remove("c");
    wrong.put("z", new Tenant("z", List.of(), List.of(), false, Optional.of(tooLarge)));
    assertThrows(FirewallRefused.class, () -> compiler.compile(configuration(wrong)));
  }

  private void change() {
    tenants = new TreeMap<>(tenants);
    for (int edits = random.nextInt(3); edits > 0; edits--) {
      String name = NAMES.get(random.nextInt(NAMES.size()));
      Tenant fresh = tenant(name);
      Tenant old = tenants.getOrDefault(name, fresh);
      switch (random.nextInt(9)) {
        case 0 -> tenants.remove(name);
        case 1 -> tenants.put(name, fresh);
        case 2 -> put(old, fresh, old, old, old);
        case 3 -> put(old, old, fresh, old, old);
        case 4 -> bogonsDropped = random.nextInt(4) == 0 != bogonsDropped;
        case 5 -> penalties[random.nextInt(8)] = 1_000 * random.nextInt(3);
        case 6 -> mtus.lower(random.nextInt(8), 1_300 + random.nextInt(150), 0);
        case 7 -> put(old, old, old, fresh, old);
        default -> put(old, old, old, old, fresh);
      }
    }
    if (random.nextInt(50) == 0) {
      mtus.expire(TunnelMtus.EXPIRY_NS);
    }
  }

  private void put(
      Tenant old, Tenant prefixes, Tenant tunnels, Tenant firewall, Tenant protection) {
    tenants.put(
        old.name(),
        new Tenant(
            old.name(),
            prefixes.prefixes(),
            tunnels.tunnels(),
            prefixes.egress(),
            firewall.firewall(),
            protection.protection()));
  }

  private Tenant tenant(String name) {
    int number = 1 + NAMES.indexOf(name);
    List<String> prefixes = new ArrayList<>();
    prefixes.add("203.0.%d.0/%d".formatted(number, 24 + random.nextInt(3)));
    if (random.nextBoolean()) {
      prefixes.add("2001:db8:%d::/48".formatted(number));
    }
    List<Tunnel> tunnels = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(4); i++) {
      String remote = random.nextBoolean() ? "198.18.0." + random.nextInt(9) : "10.0.0." + (9 + i);
      tunnels.add(
          TestAppliance.tunnel(
              "t" + i, remote, 1 + random.nextInt(2), 1 + random.nextInt(3), 10 * number + i));
    }
    return new Tenant(
        name,
        prefixes.stream().map(TestAppliance::prefix).toList(),
        tunnels,
        random.nextBoolean(),
        random.nextBoolean() ? Optional.empty() : Optional.of(firewall()),
        random.nextInt(3) > 0 ? Optional.empty() : Optional.of(protection()));
  }

  private Protection protection() {
    Protection defaults = Protection.DEFAULT;
    Reaction reaction = random.nextBoolean() ? Reaction.DROP : Reaction.OBSERVE;
    TcpState.Mode[] modes = TcpState.Mode.values();
    return new Protection(
        defaults.synFlood(),
        new TcpState(modes[random.nextInt(modes.length)], When.ALWAYS),
        new StaticChecks(reaction, reaction, reaction, reaction, reaction),
        defaults.amplification(),
        defaults.rates(),
        defaults.automatic());
  }

  private Firewall firewall() {
    String text =
        """
        table inet f {
          chain c {
            type filter hook prerouting priority 0; policy accept;
            udp dport %d counter drop
            ip saddr 20.0.%d.0/24 accept
          }
        }
        """
            .formatted(random.nextInt(3), random.nextInt(3));
    Problems problems = new Problems();
    return FirewallReader.read(text, Position.startOf(Path.of("t.nft")), problems)
        .orElseThrow(() -> new AssertionError(problems.all()));
  }

  /** By all fields of all that it is made of. */
  private void assertEqual(String where, Object expected, Object actual) {
    if (expected == actual) {
      return;
    }
    String message = step + " " + where;
    assertTrue(expected != null && actual != null, message);
    Class<?> type = expected.getClass();
    assertSame(type, actual.getClass(), message);
    if (type.isArray() && type.componentType().isPrimitive()) {
      assertTrue(Objects.deepEquals(expected, actual), message);
    } else if (type.isArray()) {
      assertEquals(Array.getLength(expected), Array.getLength(actual), message);
      for (int i = 0; i < Array.getLength(expected); i++) {
        assertEqual(where + "[" + i + "]", Array.get(expected, i), Array.get(actual, i));
      }
    } else if (!type.getName().startsWith("io.breakwater") || type.isEnum()) {
      assertEquals(expected, actual, message);
    } else {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          field.setAccessible(true);
          assertEqual(where + "." + field.getName(), value(field, expected), value(field, actual));
        }
      }
    }
  }

  private static Object value(Field field, Object object) {
    try {
      return field.get(object);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
