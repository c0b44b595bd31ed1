package io.breakwater.appliance.daemon;

import io.breakwater.appliance.journal.JournalEvent.ConfigurationApplied;
import io.breakwater.appliance.journal.JournalEvent.ConfigurationRejected;
import io.breakwater.config.Appliance;
import io.breakwater.config.Tenant;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Firewall.NamedCounter;
import io.breakwater.config.firewall.ObjectName;
import io.breakwater.config.firewall.Place;
import io.breakwater.config.firewall.TableFamily;
import io.breakwater.config.source.Change;
import io.breakwater.config.source.Reload;
import io.breakwater.config.source.TenantFiles;
import io.breakwater.config.text.Problem;
import io.breakwater.workers.pipeline.ForwardingCompiler;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.protection.Fingerprints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The configuration that runs, and how it is replaced on a SIGHUP.
 *
 * <p>What goes live is decided by {@link Reload}; here it is compiled, handed to the workers whole,
 * and told. What can't be compiled is refused like a wrong file: what runs goes on. Control thread
 * only.
 */
final class LiveConfiguration {

  private static final Logger LOG = LogManager.getLogger("breakwater");

  private static final int REHEARSALS = 12;
  private static final long REHEARSAL_NS = 2_000_000_000L;
  private static final int REHEARSED_TENANTS = 20;
  private static final int TENANTS_READ_MAX = 1_000;

  private final Path file;
  private final TenantFiles tenants;
  private final Slots slots;
  private final ForwardingCompiler compiler;
  private final EventLog events;
  private IntUnaryOperator penaltyByTunnel = tunnel -> 0;
  private Appliance running;
  private ForwardingTables tables;

  /** Of the last reload. */
  private long compiledNs;

  private long publishedNs;

  LiveConfiguration(
      LoadedConfiguration initial, Slots slots, ForwardingCompiler compiler, EventLog events) {
    this.file = initial.file();
    this.running = initial.appliance();
    this.tenants = initial.tenants();
    this.slots = slots;
    this.compiler = compiler;
    this.events = events;
  }

  /** The tables that were published last; null before the first {@link #compile}. */
  ForwardingTables tables() {
    return tables;
  }

  Appliance running() {
    return running;
  }

  /** From now on tunnels are chosen by their health. */
  void setPenalties(IntUnaryOperator penaltyByTunnel) {
    this.penaltyByTunnel = penaltyByTunnel;
  }

  /** Chooses anew among the tunnels of some tenants, for their health has changed. */
  ForwardingTables rechoose(Collection<Integer> tenantSlots) {
    tables = compiler.rechoose(tables, tenantSlots, penaltyByTunnel);
    return tables;
  }

  /** Rules against attacks: they take effect with {@link #refingerprint}. */
  Fingerprints fingerprints() {
    return compiler.fingerprints();
  }

  /** The tables with the rules against attacks of now. */
  ForwardingTables refingerprint() {
    tables = compiler.refingerprint(tables);
    return tables;
  }

  /** The tables of the configuration that runs. */
  ForwardingTables compile() {
    tables = compiler.compile(running, penaltyByTunnel);
    return tables;
  }

  /**
   * Does what a reload does, without effect, so that the first real one does not run cold code.
   *
   * @param scratch makes a compiler for slots that are not the appliance's
   */
  void rehearse(Function<Slots, ForwardingCompiler> scratch) {
    long endNs = System.nanoTime() + REHEARSAL_NS;
    var scratchSlots = new Slots(running.limits());
    ForwardingCompiler rehearsed = scratch.apply(scratchSlots);
    // Those who have read thousands of tenants have done that often enough.
    boolean readsAll = running.tenants().size() < TENANTS_READ_MAX;
    Appliance rehearsedFrom = withFirewallsOfFew(running);
    for (int i = 0; i < REHEARSALS && System.nanoTime() - endNs < 0; i++) {
      // A reload finds most tenants as they were, and reads and compiles a few.
      TenantFiles read = readsAll && i % 2 == 1 ? new TenantFiles() : tenants;
      var budget = new FirewallBudget(running.tenants(), scratchSlots.firewalls()::cost);
      Reload.apply(running, file, read, budget);
      rehearsed.compile(rehearsedFrom);
      Appliance changed = withOtherTenants(rehearsedFrom, i);
      scratchSlots.retain(changed, rehearsed.compile(changed));
    }
  }

  /** What runs, but that most firewalls need not be compiled once more. */
  private static Appliance withFirewallsOfFew(Appliance appliance) {
    SortedMap<String, Tenant> tenants = new TreeMap<>(appliance.tenants());
    appliance.tenants().values().stream()
        .skip(REHEARSED_TENANTS)
        .forEach(tenant -> tenants.put(tenant.name(), tenant.withFirewall(Optional.empty())));
    return appliance.withTenants(tenants);
  }

  /**
   * The same with firewalls of some tenants that are compiled anew; each other time also without
   * one of them, so that all tables change.
   */
  private static Appliance withOtherTenants(Appliance appliance, int number) {
    SortedMap<String, Tenant> tenants = new TreeMap<>(appliance.tenants());
    appliance.tenants().values().stream()
        .limit(REHEARSED_TENANTS)
        .forEach(tenant -> tenants.put(tenant.name(), withOtherFirewall(tenant, number)));
    if (number % 2 == 1 && !tenants.isEmpty()) {
      tenants.remove(tenants.lastKey());
    }
    return appliance.withTenants(tenants);
  }

  /** With one more named counter, which no rule counts by. */
  private static Tenant withOtherFirewall(Tenant tenant, int number) {
    return new Tenant(
        tenant.name(),
        tenant.prefixes(),
        tenant.tunnels(),
        tenant.egress(),
        tenant
            .firewall()
            .map(firewall -> {
              List<NamedCounter> counters = new ArrayList<>(firewall.counters());
              counters.add(
                  new NamedCounter(
                      new ObjectName(
                          TableFamily.INET,
                          "rehearsal",
                          "c" + number,
                          new Place("rehearsal", 1, 1)),
                      0,
                      0));
              return new Firewall(
                  firewall.chains(),
                  firewall.baseChains(),
                  firewall.sets(),
                  firewall.maps(),
                  counters,
                  firewall.limits(),
                  firewall.quotas());
            }),
        tenant.protection());
  }

  /**
   * Reads the files again and puts into effect what may be.
   *
   * @param publish gives the workers new tables and returns when all use them
   */
  void reload(Consumer<ForwardingTables> publish) {
    readAgain(publish);
    if (!tenants.isConfirmed()) {
      LOG.warn(
          "reload: a file has changed without a word of the kernel's (a mapping of memory, a link,"
              + " a network's file system?): all files are looked at now, and at each reload");
      readAgain(publish);
    }
  }

  private void readAgain(Consumer<ForwardingTables> publish) {
    long startNs = System.nanoTime();
    var budget = new FirewallBudget(running.tenants(), slots.firewalls()::cost);
    Reload.Result result = Reload.apply(running, file, tenants, budget);
    long readNs = System.nanoTime();
    result.problems().forEach(problem -> LOG.warn("{}", problem));
    compiledNs = readNs;
    publishedNs = readNs;
    boolean isLive = result.configuration() == running || goLive(result.configuration(), publish);
    slots.firewalls().forgetPrepared();
    if (!isLive) {
      return;
    }
    List<String> changes = result.changes().stream().map(Change::toString).toList();
    List<String> refusals = refusals(result);
    if (!changes.isEmpty()) {
      events.record(new ConfigurationApplied(changes));
    }
    if (!refusals.isEmpty()) {
      events.record(new ConfigurationRejected(refusals));
    }
    LOG.info(
        "reload: applied {}, refused {}, took {} ms: read {}, compiled {}, published {}",
        changes.size(),
        refusals.size(),
        milliseconds(startNs, System.nanoTime()),
        milliseconds(startNs, readNs),
        milliseconds(readNs, compiledNs),
        milliseconds(compiledNs, publishedNs));
  }

  private static long milliseconds(long fromNs, long toNs) {
    return (toNs - fromNs) / 1_000_000;
  }

  /**
   * Compiles what runs anew, since the paths of its tunnels have changed.
   *
   * @param publish gives the workers new tables and returns when all use them
   */
  void recompile(Consumer<ForwardingTables> publish) {
    tables = compiler.compile(running, penaltyByTunnel);
    try {
      publish.accept(tables);
    } catch (IllegalStateException e) {
      LOG.error("new MTUs: {}", e.getMessage());
    }
  }

  private boolean goLive(Appliance next, Consumer<ForwardingTables> publish) {
    try {
      if (next.synCookieSecret().isPresent()) {
        SecretFile.readOrCreate(next.synCookieSecret().get());
      }
      tables = compiler.compile(next, penaltyByTunnel);
    } catch (IOException | RuntimeException e) {
      LOG.warn("reload: nothing was changed", e);
      events.record(new ConfigurationRejected(List.of(file + ":1:1: " + e.getMessage())));
      return false;
    }
    running = next;
    compiledNs = System.nanoTime();
    try {
      publish.accept(tables);
      publishedNs = System.nanoTime();
      slots.retain(next, tables);
    } catch (IllegalStateException e) {
      // The tables are published: a slow worker takes them up later, a broken one ends the loop.
      // Until the next reload the slots of what is gone are kept, as that worker may still use
      // them.
      LOG.error("reload: {}", e.getMessage());
    }
    return true;
  }

  /** Why something did not go live: the main file's problems, or each refused tenant. */
  private static List<String> refusals(Reload.Result result) {
    if (result.refusedTenants().isEmpty()) {
      return result.problems().stream().map(Problem::toString).toList();
    }
    return result.refusedTenants().stream()
        .flatMap(refused ->
            Stream.concat(
                Stream.of(refused.toString()),
                refused.reasons().stream().skip(1).map(reason -> "  " + reason)))
        .toList();
  }
}
