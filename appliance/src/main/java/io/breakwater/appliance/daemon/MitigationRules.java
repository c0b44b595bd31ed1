package io.breakwater.appliance.daemon;

import io.breakwater.appliance.mitigation.Rules;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.protection.ChecksState;
import io.breakwater.workers.protection.Fingerprints;
import io.breakwater.workers.protection.Signature;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Rules against attacks as the workers' {@link Fingerprints}. Counters of a place go on from one
 * rule to the next, and so each rule's begin is kept. Control thread only.
 */
final class MitigationRules implements Rules {

  private static final Logger LOG = LogManager.getLogger("breakwater");

  private final LiveConfiguration live;
  private final Slots slots;
  private final ChecksState checks;
  private final Consumer<ForwardingTables> workers;
  private final Map<String, Placed> places = new HashMap<>();

  /** Where a rule is counted, and what was there before it. */
  private record Placed(int place, long before) {}

  /**
   * @param workers gives the workers new tables and returns when all use them
   */
  MitigationRules(
      LiveConfiguration live, Slots slots, ChecksState checks, Consumer<ForwardingTables> workers) {
    this.live = live;
    this.slots = slots;
    this.checks = checks;
    this.workers = workers;
  }

  @Override
  public boolean install(String tenant, Signature signature) {
    Optional<Fingerprints.Installed> installed = live.fingerprints().install(tenant, signature);
    installed.ifPresent(where ->
        places.computeIfAbsent(
            key(tenant, signature.id()),
            key -> new Placed(where.place(), counted(tenant, where.place()))));
    return installed.isPresent();
  }

  @Override
  public void remove(String tenant, String id) {
    live.fingerprints().remove(tenant, id);
    places.remove(key(tenant, id));
  }

  @Override
  public long matched(String tenant, String id) {
    Placed placed = places.get(key(tenant, id));
    // Counters begin anew where a slot has become another tenant's.
    return placed == null ? 0 : Math.max(0, counted(tenant, placed.place) - placed.before);
  }

  private long counted(String tenant, int place) {
    return checks.matchedFingerprint(slots.tenants().slot(tenant), place);
  }

  private static String key(String tenant, String id) {
    return tenant + " " + id;
  }

  @Override
  public void publish() {
    try {
      workers.accept(live.refingerprint());
    } catch (IllegalStateException e) {
      // As at a reload: a slow worker takes them up later, a broken one ends the loop.
      LOG.error("mitigations: {}", e.getMessage());
    }
  }
}
