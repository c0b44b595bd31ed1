package io.breakwater.workers.pipeline.firewall;

import io.breakwater.config.firewall.ElementSet;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Limit;
import io.breakwater.config.firewall.Quota;
import io.breakwater.config.firewall.Step;
import io.breakwater.workers.firewall.ByteQuota;
import io.breakwater.workers.firewall.DynamicSet;
import io.breakwater.workers.firewall.SetUpdate;
import io.breakwater.workers.firewall.TokenLimit;
import io.breakwater.workers.firewall.TokenRate;
import io.breakwater.workers.pipeline.firewall.StateRecipe.Thing;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds what rules keep from packet to packet, for a {@link StateRecipe}. A thing keeps its state
 * over reloads if it has the same name, or stands in the same rule, and says the same.
 */
final class StateCompiler {

  private static final long NS_PER_SECOND = 1_000_000_000L;

  private final Firewall firewall;
  private final List<Thing<TokenLimit>> limits = new ArrayList<>();
  private final List<Thing<ByteQuota>> quotas = new ArrayList<>();
  private final List<Thing<DynamicSet>> sets = new ArrayList<>();
  private final List<Thing<long[]>> expiries = new ArrayList<>();
  private final List<SetUpdate> updates = new ArrayList<>();
  private final Map<Integer, Integer> limitByName = new HashMap<>();
  private final Map<Integer, Integer> quotaByName = new HashMap<>();
  private final Map<Integer, Integer> setByIndex = new HashMap<>();
  private final Map<Integer, Integer> expiriesByIndex = new HashMap<>();

  /** Bytes of the sets. */
  private long bytes;

  StateCompiler(Firewall firewall) {
    this.firewall = firewall;
  }

  StateRecipe build() {
    return new StateRecipe(
        List.copyOf(limits),
        List.copyOf(quotas),
        List.copyOf(sets),
        List.copyOf(updates),
        List.copyOf(expiries),
        bytes);
  }

  /**
   * @param owner what is unique to the place where it stands
   */
  int limit(Limit limit, String owner) {
    TokenRate rate = rate(limit);
    String id = "limit " + owner + " " + limit;
    limits.add(new Thing<>(id, TokenLimit.class, nowNs -> new TokenLimit(rate)));
    return limits.size() - 1;
  }

  int namedLimit(int index) {
    return limitByName.computeIfAbsent(
        index,
        i -> limit(firewall.limits().get(i).limit(), firewall.limits().get(i).name().toString()));
  }

  int quota(Quota quota, String owner) {
    quotas.add(
        new Thing<>(
            "quota " + owner + " " + quota,
            ByteQuota.class,
            nowNs -> new ByteQuota(quota.bytes(), quota.usedBytes(), quota.over())));
    return quotas.size() - 1;
  }

  int namedQuota(int index) {
    return quotaByName.computeIfAbsent(
        index,
        i -> quota(firewall.quotas().get(i).quota(), firewall.quotas().get(i).name().toString()));
  }

  int dynamicSet(int index) {
    Integer known = setByIndex.get(index);
    if (known != null) {
      return known;
    }
    ElementSet set = firewall.sets().get(index);
    String id = "set " + SetCompiler.sizeMax(set) + " " + id(set);
    sets.add(new Thing<>(id, DynamicSet.class, nowNs -> SetCompiler.dynamicSet(set, nowNs)));
    bytes += DynamicSet.bytes(SetCompiler.words(set.fieldBits()), SetCompiler.sizeMax(set));
    setByIndex.put(index, sets.size() - 1);
    return sets.size() - 1;
  }

  /** Elements of the file that changed are those of another set. */
  private static String id(ElementSet set) {
    return "%s %s %s %d %d"
        .formatted(
            set.name(),
            set.fieldBits(),
            set.timeoutNs(),
            set.elements().hashCode(),
            set.expiries().hashCode());
  }

  /** When the elements of a set go that rules don't change. */
  int expiries(int index) {
    Integer known = expiriesByIndex.get(index);
    if (known != null) {
      return known;
    }
    ElementSet set = firewall.sets().get(index);
    expiries.add(
        new Thing<>(
            "expiries " + id(set), long[].class, nowNs -> SetCompiler.expiries(set, nowNs)));
    bytes += 8L * set.elements().count();
    expiriesByIndex.put(index, expiries.size() - 1);
    return expiries.size() - 1;
  }

  int update(Step.UpdateSet step) {
    ElementSet set = firewall.sets().get(step.set());
    long timeoutNs = step.timeoutNs().orElse(set.timeoutNs().orElse(0));
    TokenRate rate = null;
    boolean counts = false;
    Optional<Quota> quota = Optional.empty();
    for (Step each : step.perElement()) {
      switch (each) {
        case Step.Limited(Limit limit) -> rate = rate(limit);
        case Step.QuotaLimited(Quota each1) -> quota = Optional.of(each1);
        default -> counts = true;
      }
    }
    updates.add(
        new SetUpdate(
            dynamicSet(step.set()),
            SetUpdate.Operation.valueOf(step.operation().name()),
            timeoutNs,
            rate,
            counts,
            quota.map(Quota::bytes).orElse(-1L),
            quota.map(Quota::over).orElse(false)));
    return updates.size() - 1;
  }

  /** nft_limit_init() of Linux. */
  static TokenRate rate(Limit limit) {
    long periodNs = limit.periodSeconds() * NS_PER_SECOND;
    if (limit.unit() == Limit.Unit.PACKETS) {
      long cost = Math.max(1, periodNs / limit.rate());
      return new TokenRate(
          periodNs, limit.rate(), bounded(cost, limit.burst()), cost, limit.over());
    }
    BigInteger full =
        BigInteger.valueOf(periodNs)
            .multiply(BigInteger.valueOf(limit.rate()).add(BigInteger.valueOf(limit.burst())))
            .divide(BigInteger.valueOf(limit.rate()));
    long most = Long.MAX_VALUE / 4;
    long fullNs = full.bitLength() > 60 ? most : full.longValue();
    return new TokenRate(periodNs, limit.rate(), fullNs, 0, limit.over());
  }

  private static long bounded(long cost, long burst) {
    long most = Long.MAX_VALUE / 4;
    return burst > most / cost ? most : cost * burst;
  }
}
