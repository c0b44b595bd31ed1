package io.breakwater.workers.pipeline.firewall;

import io.breakwater.workers.firewall.ByteQuota;
import io.breakwater.workers.firewall.DynamicSet;
import io.breakwater.workers.firewall.FirewallProgram.State;
import io.breakwater.workers.firewall.SetUpdate;
import io.breakwater.workers.firewall.TokenLimit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * What a firewall keeps from packet to packet, before any of it is made: each thing by a name that
 * is unique in the ruleset and says all that makes it what it is.
 *
 * @param bytes what the sets among it take
 */
record StateRecipe(
    List<Thing<TokenLimit>> limits,
    List<Thing<ByteQuota>> quotas,
    List<Thing<DynamicSet>> sets,
    List<SetUpdate> updates,
    List<Thing<long[]>> expiries,
    long bytes) {

  /**
   * @param fresh makes a new one, given the time
   */
  record Thing<T>(String id, Class<T> type, LongFunction<T> fresh) {}

  /**
   * Makes it, and takes over from the ruleset before what did not change.
   *
   * @param before what this wrote into {@code kept} for the ruleset before; empty for a first one
   * @param kept gets all things by name, for the ruleset after this one
   */
  State make(Map<String, Object> before, Map<String, Object> kept, long nowNs) {
    return new State(
        make(limits, before, kept, nowNs).toArray(TokenLimit[]::new),
        make(quotas, before, kept, nowNs).toArray(ByteQuota[]::new),
        make(sets, before, kept, nowNs).toArray(DynamicSet[]::new),
        updates.toArray(SetUpdate[]::new),
        make(expiries, before, kept, nowNs).toArray(long[][]::new));
  }

  private static <T> List<T> make(
      List<Thing<T>> things, Map<String, Object> before, Map<String, Object> kept, long nowNs) {
    Map<String, Integer> numbers = new HashMap<>();
    return things.stream()
        .map(thing -> {
          String id = thing.id + " #" + numbers.merge(thing.id, 1, Integer::sum);
          Object old = before.get(id);
          T made = thing.type.isInstance(old) ? thing.type.cast(old) : thing.fresh.apply(nowNs);
          kept.put(id, made);
          return made;
        })
        .toList();
  }
}
