package io.breakwater.appliance.mitigation;

import io.breakwater.appliance.journal.JournalEvent;
import io.breakwater.appliance.journal.JournalEvent.MitigationExpired;
import io.breakwater.appliance.journal.JournalEvent.MitigationInstalled;
import io.breakwater.appliance.journal.JournalEvent.MitigationPinned;
import io.breakwater.appliance.journal.JournalEvent.MitigationReleased;
import io.breakwater.appliance.mitigation.Mitigation.State;
import io.breakwater.workers.protection.Signature;
import io.breakwater.workers.protection.Signature.Reaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The rules against attacks, from their installation to their end, and what operators say of them:
 * their word wins over what the detector finds.
 *
 * <p>A rule lives for two minutes, and is renewed as long as packets fit it. Those that have ended
 * are remembered, {@value #REMEMBERED_MAX} of them, so that an id still means something. Control
 * thread only; time is the workers' clock.
 */
public final class Mitigations {

  static final long LIFE_NS = 120_000_000_000L;

  /** What an operator has released is not mitigated again for so long. */
  static final long RELEASED_NS = 3_600_000_000_000L;

  private static final int REMEMBERED_MAX = 256;

  private final Rules rules;
  private final Consumer<JournalEvent> events;

  /** By id, oldest first. */
  private final Map<String, Mitigation> all = new LinkedHashMap<>();

  public Mitigations(Rules rules, Consumer<JournalEvent> events) {
    this.rules = rules;
    this.events = events;
  }

  /**
   * Installs a rule for each pattern of a fingerprint, as far as the tenant has room.
   *
   * @param stamp of the ids: the tenant's name and the present second
   * @param reaction DROP, or OBSERVE
   */
  void install(
      String stamp,
      String tenant,
      String attack,
      Fingerprint fingerprint,
      Reaction reaction,
      long nowNs) {
    for (Pattern pattern : fingerprint.patterns()) {
      var mitigation =
          new Mitigation(
              nextId(stamp),
              tenant,
              attack,
              pattern,
              fingerprint.coverage(),
              fingerprint.collateral());
      if (put(mitigation, reaction, nowNs + LIFE_NS)) {
        all.put(mitigation.id, mitigation);
        events.accept(
            new MitigationInstalled(
                mitigation.id,
                attack,
                tenant,
                mitigation.action(),
                mitigation.signature.toNft(),
                mitigation.coverage,
                mitigation.collateral));
      }
    }
    forgetOldest();
    rules.publish();
  }

  private String nextId(String stamp) {
    int number = 1;
    while (all.containsKey(stamp + "-" + number)) {
      number++;
    }
    return stamp + "-" + number;
  }

  private boolean put(Mitigation mitigation, Reaction reaction, long expiresNs) {
    Signature signature =
        PatternSignature.of(mitigation.id, mitigation.pattern, reaction, expiresNs);
    if (!rules.install(mitigation.tenant, signature)) {
      return false;
    }
    mitigation.signature = signature;
    mitigation.expiresNs = expiresNs;
    return true;
  }

  private void forgetOldest() {
    var ended = all.values().iterator();
    while (all.size() > REMEMBERED_MAX && ended.hasNext()) {
      if (!ended.next().isInstalled()) {
        ended.remove();
      }
    }
  }

  /** A second has passed: renews rules that packets still fit, and ends those that none do. */
  void second(long nowNs) {
    boolean changed = false;
    for (Mitigation mitigation : all.values()) {
      if (!mitigation.isInstalled()) {
        continue;
      }
      long packets = rules.matched(mitigation.tenant, mitigation.id);
      mitigation.rate = packets - mitigation.packets;
      mitigation.packets = packets;
      if (mitigation.state == State.PINNED) {
        continue;
      }
      if (mitigation.expiresNs - nowNs <= 0) {
        end(mitigation, State.EXPIRED, nowNs);
        events.accept(
            new MitigationExpired(
                mitigation.id,
                mitigation.tenant,
                mitigation.signature.toNft(),
                mitigation.packets));
        changed = true;
      } else if (mitigation.rate > 0 && mitigation.expiresNs - nowNs < LIFE_NS / 2) {
        put(mitigation, mitigation.signature.reaction(), nowNs + LIFE_NS);
        changed = true;
      }
    }
    if (changed) {
      rules.publish();
    }
  }

  private void end(Mitigation mitigation, State state, long nowNs) {
    rules.remove(mitigation.tenant, mitigation.id);
    mitigation.state = state;
    mitigation.endedNs = nowNs;
    mitigation.rate = 0;
  }

  /**
   * Has a rule drop until it is released, whatever the tenant's {@code automatic} says.
   *
   * @throws IllegalArgumentException saying why it can't
   */
  public MitigationRow pin(String id) {
    Mitigation mitigation = find(id);
    if (mitigation.state == State.PINNED) {
      throw new IllegalArgumentException("the mitigation is pinned already: id=" + id);
    }
    if (!put(mitigation, Reaction.DROP, Signature.NEVER)) {
      throw new IllegalArgumentException(
          "the tenant has no room for one more rule: release another: tenant=" + mitigation.tenant);
    }
    mitigation.state = State.PINNED;
    rules.publish();
    events.accept(
        new MitigationPinned(mitigation.id, mitigation.tenant, mitigation.signature.toNft()));
    return MitigationRow.of(mitigation);
  }

  /**
   * Takes a rule away; what fits it is not mitigated again for an hour.
   *
   * @throws IllegalArgumentException saying why it can't
   */
  public MitigationRow release(String id, long nowNs) {
    Mitigation mitigation = find(id);
    if (!mitigation.isInstalled()) {
      throw new IllegalArgumentException(
          "the mitigation has ended: id=%s state=%s".formatted(id, mitigation.state));
    }
    end(mitigation, State.RELEASED, nowNs);
    rules.publish();
    events.accept(
        new MitigationReleased(
            mitigation.id, mitigation.tenant, mitigation.signature.toNft(), mitigation.packets));
    return MitigationRow.of(mitigation);
  }

  private Mitigation find(String id) {
    Mitigation mitigation = all.get(id);
    if (mitigation == null) {
      throw new IllegalArgumentException("no mitigation has this id: id=" + id);
    }
    return mitigation;
  }

  /**
   * The configuration has changed: rules of tenants that are no more, or have no protection, are
   * gone, and others do what the tenant now wants.
   *
   * @param reaction what the detector's rules do for a tenant; null: it has none
   */
  public void configure(Function<String, Reaction> reaction, long nowNs) {
    boolean changed = false;
    for (Mitigation mitigation : all.values()) {
      if (!mitigation.isInstalled()) {
        continue;
      }
      Reaction wanted = reaction.apply(mitigation.tenant);
      boolean isPinned = mitigation.state == State.PINNED;
      if (wanted == null || wanted == Reaction.OFF && !isPinned) {
        end(mitigation, State.RELEASED, nowNs);
        changed = true;
      } else if (!isPinned && wanted != mitigation.signature.reaction()) {
        put(mitigation, wanted, mitigation.expiresNs);
        changed = true;
      }
    }
    if (changed) {
      rules.publish();
    }
  }

  /** What samples are not looked at of: rules are there, or an operator does not want any. */
  boolean isKnown(String tenant, Sample sample, long nowNs) {
    for (Mitigation mitigation : all.values()) {
      boolean counts =
          mitigation.isInstalled()
              || mitigation.state == State.RELEASED && nowNs - mitigation.endedNs < RELEASED_NS;
      if (counts && mitigation.tenant.equals(tenant) && mitigation.pattern.fits(sample)) {
        return true;
      }
    }
    return false;
  }

  /** The rules that are there against an attack: {@code id action}. */
  List<String> done(String attack) {
    List<String> done = new ArrayList<>();
    for (Mitigation mitigation : all.values()) {
      if (mitigation.attack.equals(attack)) {
        done.add(mitigation.id + " " + mitigation.state + " " + mitigation.action());
      }
    }
    return done;
  }

  /** All that are remembered, oldest first. */
  public List<MitigationRow> rows() {
    return all.values().stream().map(MitigationRow::of).toList();
  }
}
