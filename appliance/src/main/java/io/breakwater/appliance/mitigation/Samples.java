package io.breakwater.appliance.mitigation;

import io.breakwater.workers.protection.TrafficClass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * Samples of each tenant's packets: those of the last seconds, and by class some of what is usual.
 *
 * <p>A sample is taken for usual three seconds after it came, if no class of the tenant has been
 * suspected until then. While there are few all are kept, then one of each class every four seconds
 * takes the place of another by lot: what is usual is that of the last quarter of an hour or so,
 * and an attack leaves nothing in it.
 *
 * <p>Threading: control thread only. Memory: up to 140 KB a tenant, of {@value #TENANTS_MAX}
 * tenants at most; those that come later have none until another is gone.
 */
final class Samples {

  static final int TENANTS_MAX = 1_024;

  /** How long a sample of now is looked at. */
  static final int NOW_SECONDS = 3;

  private static final int NOW_MAX = 256;
  private static final int FILLING_PER_SECOND = 8;
  private static final int REPLACING_SECONDS = 4;

  /** Of what is usual, by class; of fragments none, as they have no fingerprint. */
  private static final int[] USUAL_MAX = {128, 256, 256, 64, 0, 64};

  private final Store[] stores;
  private final SplittableRandom lot;
  private int storeCount;

  /** A sample as it came: it is read when it is needed. */
  private record Raw(byte[] first, int lengthBytes, int traffic, int second) {}

  /** Of one tenant. */
  private static final class Store {
    final Raw[] now = new Raw[NOW_MAX];
    int nowNext;
    final List<List<Raw>> usual = new ArrayList<>();
    final int[] replacedSecond = new int[TrafficClass.COUNT];

    Store() {
      for (int i = 0; i < TrafficClass.COUNT; i++) {
        usual.add(new ArrayList<>());
      }
    }
  }

  /**
   * @param tenantSlots slots of tenants are below it
   */
  Samples(int tenantSlots, SplittableRandom lot) {
    stores = new Store[tenantSlots];
    this.lot = lot;
  }

  /** The slot is another tenant's from here on. */
  void forget(int tenant) {
    if (stores[tenant] != null) {
      stores[tenant] = null;
      storeCount--;
    }
  }

  /** Takes a sample. */
  void add(int tenant, byte[] first, int lengthBytes, int second) {
    Store store = stores[tenant];
    if (store == null) {
      if (storeCount == TENANTS_MAX) {
        return;
      }
      storeCount++;
      store = new Store();
      stores[tenant] = store;
    }
    int traffic = new Sample(first, lengthBytes).traffic().ordinal();
    store.now[store.nowNext] = new Raw(first, lengthBytes, traffic, second);
    store.nowNext = (store.nowNext + 1) % NOW_MAX;
  }

  /** A tenant's second is over in which, as in those before, there was nothing to suspect. */
  void calm(int tenant, int second) {
    Store store = stores[tenant];
    if (store == null) {
      return;
    }
    int[] taken = new int[TrafficClass.COUNT];
    for (Raw raw : store.now) {
      if (raw != null && raw.second == second - NOW_SECONDS) {
        offerUsual(store, raw, taken, second);
      }
    }
  }

  private void offerUsual(Store store, Raw raw, int[] taken, int second) {
    List<Raw> usual = store.usual.get(raw.traffic);
    int max = USUAL_MAX[raw.traffic];
    if (usual.size() < max) {
      if (taken[raw.traffic]++ < FILLING_PER_SECOND) {
        usual.add(raw);
      }
    } else if (max > 0 && second - store.replacedSecond[raw.traffic] >= REPLACING_SECONDS) {
      store.replacedSecond[raw.traffic] = second;
      usual.set(lot.nextInt(max), raw);
    }
  }

  /** What came of a class in the last seconds, up to {@code second}. */
  List<Sample> now(int tenant, TrafficClass traffic, int second) {
    Store store = stores[tenant];
    return store == null
        ? List.of()
        : read(
            Arrays.asList(store.now),
            raw -> raw.traffic == traffic.ordinal() && raw.second > second - NOW_SECONDS);
  }

  /** What is usual of a class. */
  List<Sample> usual(int tenant, TrafficClass traffic) {
    Store store = stores[tenant];
    return store == null ? List.of() : read(store.usual.get(traffic.ordinal()), raw -> true);
  }

  private static List<Sample> read(List<Raw> raws, Predicate<Raw> which) {
    List<Sample> samples = new ArrayList<>();
    for (Raw raw : raws) {
      if (raw != null && which.test(raw)) {
        samples.add(new Sample(raw.first, raw.lengthBytes));
      }
    }
    return samples;
  }
}
