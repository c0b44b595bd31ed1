package io.breakwater.appliance.mitigation;

import io.breakwater.appliance.journal.JournalEvent;
import io.breakwater.appliance.journal.JournalEvent.AttackEnded;
import io.breakwater.appliance.journal.JournalEvent.AttackStarted;
import io.breakwater.appliance.journal.JournalEvent.AttackUpdated;
import io.breakwater.config.protection.Protection.Automatic;
import io.breakwater.workers.protection.Signature.Reaction;
import io.breakwater.workers.protection.TrafficClass;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Looks each second at the traffic of all protected tenants: says when an attack begins, what it
 * looks like, and when it is over, and has it mitigated.
 *
 * <pre>
 *   counters --&gt; Detector --&gt; attack --&gt; FingerprintSearch --&gt; Mitigations --&gt; workers
 *   samples  --&gt; Samples  ----------------^
 * </pre>
 *
 * <p>Samples that fit a rule already, or one that an operator has released, are left aside, so that
 * a search finds what is new of an attack: at its start each second until there is a rule, then
 * every ten seconds. A second has at most {@value #SEARCHES_PER_SECOND} searches, of all tenants.
 *
 * <p>Threading: control thread only. Time and counters are arguments.
 */
public final class AttackWatch {

  private static final int SEARCHES_PER_SECOND = 2;
  private static final int SAMPLES_MIN = 48;
  private static final int SEARCH_SECONDS = 10;
  private static final int EAGER_SEARCHES = 5;
  private static final int UPDATE_SECONDS = 60;
  private static final double EXCESS_MAX = 0.995;
  private static final double EXCESS_MIN = 0.5;

  /** Of the samples of now: with fewer that are new, what is there does. */
  private static final double NEW_SHARE_MIN = 0.3;

  /**
   * What is usual of a class is known from so many samples on, unless there is hardly any of it.
   */
  private static final int USUAL_MIN = 50;

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private static final int CLASSES = TrafficClass.COUNT;

  private final Counts counts;
  private final Mitigations mitigations;
  private final Closely closely;
  private final Consumer<JournalEvent> events;
  private final Supplier<Instant> wallClock;
  private final Detector detector;
  private final Samples samples;

  /** The tenants with protection, by name. */
  private Map<String, Watched> tenants = new TreeMap<>();

  private final float[] rates = new float[CLASSES];
  private long lastNs;
  private int second;
  private int searches;

  /** Packets of a tenant's class that came in since the start, before anything was dropped. */
  @FunctionalInterface
  public interface Counts {
    long packets(int slot, TrafficClass traffic);
  }

  /** Has workers sample a tenant closely, or as usual. */
  @FunctionalInterface
  public interface Closely {
    void watch(int slot, boolean closely);
  }

  /**
   * A tenant that is to be watched.
   *
   * @param slot the workers' number of it
   */
  public record Tenant(String name, int slot, Automatic automatic) {}

  /** What is remembered of a tenant. */
  private static final class Watched {
    final long[] packets = new long[CLASSES];
    final OngoingAttack[] attacks = new OngoingAttack[CLASSES];
    final Tenant tenant;
    Automatic automatic;
    boolean isCounted;
    boolean isClose;

    Watched(Tenant tenant) {
      this.tenant = tenant;
    }
  }

  /**
   * @param tenantSlots slots of tenants are below it
   * @param wallClock of ids
   */
  public AttackWatch(
      int tenantSlots,
      Counts counts,
      Closely closely,
      Mitigations mitigations,
      Consumer<JournalEvent> events,
      Supplier<Instant> wallClock) {
    this.counts = counts;
    this.closely = closely;
    this.mitigations = mitigations;
    this.events = events;
    this.wallClock = wallClock;
    detector = new Detector(tenantSlots);
    samples = new Samples(tenantSlots, new SplittableRandom());
  }

  /** Watches these tenants from now on; what is known of one whose slot has not changed stays. */
  public void configure(List<Tenant> now, long nowNs) {
    Map<String, Watched> next = new TreeMap<>();
    for (Tenant tenant : now) {
      Watched before = tenants.get(tenant.name());
      boolean isSame = before != null && before.tenant.slot() == tenant.slot();
      Watched watched = isSame ? before : new Watched(tenant);
      watched.automatic = tenant.automatic();
      next.put(tenant.name(), watched);
    }
    tenants.values().stream()
        .filter(before -> next.get(before.tenant.name()) != before)
        .forEach(this::forget);
    tenants = next;
    mitigations.configure(
        name -> next.containsKey(name) ? reaction(next.get(name).automatic) : null, nowNs);
  }

  private void forget(Watched watched) {
    detector.forget(watched.tenant.slot());
    samples.forget(watched.tenant.slot());
    closely.watch(watched.tenant.slot(), false);
  }

  private static Reaction reaction(Automatic automatic) {
    return switch (automatic) {
      case OFF -> Reaction.OFF;
      case OBSERVE -> Reaction.OBSERVE;
      case ENFORCE -> Reaction.DROP;
    };
  }

  /** Takes a sample of a protected tenant's packets. */
  public void sampled(int slot, byte[] first, int lengthBytes) {
    if (first.length > 0) {
      samples.add(slot, first, lengthBytes, second);
    }
  }

  /** A second has passed, more or less: looks at all tenants. */
  public void look(long nowNs) {
    double seconds = (nowNs - lastNs) / 1e9;
    boolean isFirst = second == 0;
    lastNs = nowNs;
    second++;
    searches = 0;
    for (Watched watched : tenants.values()) {
      boolean known = watched.isCounted && !isFirst && seconds > 0;
      for (int i = 0; i < CLASSES; i++) {
        long packets = counts.packets(watched.tenant.slot(), TrafficClass.values()[i]);
        // A worker's counters begin anew where a slot has become another tenant's.
        rates[i] = known ? (float) (Math.max(0, packets - watched.packets[i]) / seconds) : 0;
        watched.packets[i] = packets;
      }
      watched.isCounted = true;
      if (known) {
        look(watched, nowNs);
      }
    }
    mitigations.second(nowNs);
  }

  private void look(Watched watched, long nowNs) {
    int slot = watched.tenant.slot();
    int attacked = detector.observe(slot, rates);
    boolean isClose = (attacked | detector.suspected(slot)) != 0;
    if (isClose != watched.isClose) {
      watched.isClose = isClose;
      closely.watch(slot, isClose);
    }
    if (!isClose) {
      samples.calm(slot, second);
    }
    for (int i = 0; i < CLASSES; i++) {
      boolean isAttacked = (attacked >> i & 1) != 0;
      if (isAttacked && watched.attacks[i] == null) {
        start(watched, TrafficClass.values()[i]);
      }
      OngoingAttack attack = watched.attacks[i];
      if (attack == null) {
        continue;
      }
      if (isAttacked) {
        goOn(watched, attack, Math.round(rates[i]), nowNs);
      } else {
        watched.attacks[i] = null;
        end(watched, attack);
      }
    }
  }

  private void start(Watched watched, TrafficClass traffic) {
    Tenant tenant = watched.tenant;
    String id = stamp(tenant) + "-" + name(traffic);
    var attack = new OngoingAttack(id, traffic, second);
    attack.nextUpdateSecond = second + UPDATE_SECONDS;
    watched.attacks[traffic.ordinal()] = attack;
    events.accept(
        new AttackStarted(
            id,
            tenant.name(),
            name(traffic),
            Math.round(rates[traffic.ordinal()]),
            Math.round(detector.level(tenant.slot(), traffic)),
            Math.round(detector.threshold(tenant.slot(), traffic))));
  }

  private String stamp(Tenant tenant) {
    return tenant.name() + "-" + STAMP.format(wallClock.get());
  }

  private static String name(TrafficClass traffic) {
    return traffic.name().toLowerCase(Locale.ROOT);
  }

  private void goOn(Watched watched, OngoingAttack attack, long rate, long nowNs) {
    attack.peakPerSecond = Math.max(attack.peakPerSecond, rate);
    attack.packets += rate;
    List<Sample> now = samples.now(watched.tenant.slot(), attack.traffic, second);
    now.forEach(sample -> attack.sources.add(sample.sourceHash()));
    boolean isFound = isDue(attack, now) && search(watched, attack, now, rate, nowNs);
    if (isFound || second >= attack.nextUpdateSecond) {
      attack.nextUpdateSecond = second + UPDATE_SECONDS;
      events.accept(
          new AttackUpdated(
              attack.id,
              watched.tenant.name(),
              name(attack.traffic),
              attack.vector,
              rate,
              attack.peakPerSecond,
              attack.sources.count(),
              mitigations.done(attack.id)));
    }
  }

  private boolean isDue(OngoingAttack attack, List<Sample> now) {
    return second >= attack.nextSearchSecond
        && now.size() >= SAMPLES_MIN
        && searches < SEARCHES_PER_SECOND;
  }

  /** Looks for rules against what no rule fits; returns whether there are more from now on. */
  private boolean search(
      Watched watched, OngoingAttack attack, List<Sample> now, long rate, long nowNs) {
    Tenant tenant = watched.tenant;
    if (watched.automatic == Automatic.OFF) {
      return false;
    }
    List<Sample> fresh = new ArrayList<>();
    for (Sample sample : now) {
      if (!mitigations.isKnown(tenant.name(), sample, nowNs)) {
        fresh.add(sample);
      }
    }
    boolean isEager = ++attack.searches < EAGER_SEARCHES && fresh.size() == now.size();
    attack.nextSearchSecond = second + (isEager ? 1 : SEARCH_SECONDS);
    if (fresh.size() < NEW_SHARE_MIN * now.size() || fresh.size() < SAMPLES_MIN / 2) {
      return false;
    }
    searches++;
    double level = detector.level(tenant.slot(), attack.traffic);
    double freshRate = Math.max(1, rate * (double) fresh.size() / now.size());
    double excess = Math.clamp(1 - level / freshRate, EXCESS_MIN, EXCESS_MAX);
    List<Sample> usual = samples.usual(tenant.slot(), attack.traffic);
    Optional<Fingerprint> found =
        FingerprintSearch.find(attack.traffic, new Evidence(fresh, usual, excess));
    if (found.isEmpty()) {
      return false;
    }
    attack.nextSearchSecond = second + SEARCH_SECONDS;
    boolean isUsualKnown = usual.size() >= USUAL_MIN || level < Detector.hardlyAny(attack.traffic);
    mitigations.install(
        stamp(tenant),
        tenant.name(),
        attack.id,
        found.get(),
        isUsualKnown ? reaction(watched.automatic) : Reaction.OBSERVE,
        nowNs);
    attack.vector = vector(found.get());
    return true;
  }

  private static String vector(Fingerprint fingerprint) {
    List<String> rules = new ArrayList<>();
    for (Pattern pattern : fingerprint.patterns()) {
      String rule = PatternSignature.of("", pattern, Reaction.DROP, Long.MAX_VALUE).toNft();
      rules.add(rule.substring(0, rule.lastIndexOf(' ')));
    }
    return String.join(" or ", rules);
  }

  private void end(Watched watched, OngoingAttack attack) {
    events.accept(
        new AttackEnded(
            attack.id,
            watched.tenant.name(),
            name(attack.traffic),
            attack.vector,
            attack.peakPerSecond,
            attack.packets,
            second - attack.startSecond,
            attack.sources.count(),
            mitigations.done(attack.id)));
  }

  /** The attacks that last, by tenant. */
  public List<AttackRow> rows() {
    List<AttackRow> rows = new ArrayList<>();
    for (Watched watched : tenants.values()) {
      for (OngoingAttack attack : watched.attacks) {
        if (attack != null) {
          rows.add(
              new AttackRow(
                  attack.id,
                  watched.tenant.name(),
                  name(attack.traffic),
                  attack.vector,
                  attack.peakPerSecond,
                  second - attack.startSecond,
                  attack.sources.count()));
        }
      }
    }
    return rows;
  }
}
