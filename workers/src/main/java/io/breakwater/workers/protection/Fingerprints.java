package io.breakwater.workers.protection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * The fingerprints of attacks that are installed, by tenant's name: what {@link
 * SignatureTable#withFingerprints} makes a table of, after each change and with each configuration.
 *
 * <p>A tenant has at most {@link #PER_TENANT}, each in a place of its own, by which workers count
 * what fits it. Counters of a place go on from one fingerprint to the next: who reads them takes
 * what was there before off.
 *
 * <p>Control thread only.
 */
public final class Fingerprints {

  public static final int PER_TENANT = 8;

  private final Map<String, Signature[]> places = new HashMap<>();

  /**
   * A fingerprint and where its counters are.
   *
   * @param place 0..{@link #PER_TENANT} - 1
   */
  public record Installed(int place, Signature signature) {}

  /**
   * Installs a fingerprint, in place of the one with the same id if there is one.
   *
   * @return where; empty if all places are taken
   */
  public Optional<Installed> install(String tenant, Signature signature) {
    if (signature.matchesEverything()) {
      throw new IllegalArgumentException(
          "a fingerprint must not fit every packet: id=" + signature.id());
    }
    Signature[] all = places.computeIfAbsent(tenant, name -> new Signature[PER_TENANT]);
    int place = place(all, signature.id());
    if (place < 0) {
      place = Arrays.asList(all).indexOf(null);
    }
    if (place < 0) {
      return Optional.empty();
    }
    all[place] = signature;
    return Optional.of(new Installed(place, signature));
  }

  /** Returns what was removed. */
  public Optional<Installed> remove(String tenant, String id) {
    Signature[] all = places.get(tenant);
    int place = all == null ? -1 : place(all, id);
    if (place < 0) {
      return Optional.empty();
    }
    Installed removed = new Installed(place, all[place]);
    all[place] = null;
    forgetIfEmpty(tenant, all);
    return Optional.of(removed);
  }

  /** Takes out what has expired, which workers don't look at anyway; returns whether some had. */
  public boolean expire(long nowNs) {
    boolean some = false;
    for (String tenant : Set.copyOf(places.keySet())) {
      for (Installed installed : of(tenant)) {
        long expiresNs = installed.signature().expiresNs();
        if (expiresNs != Signature.NEVER && expiresNs - nowNs <= 0) {
          remove(tenant, installed.signature().id());
          some = true;
        }
      }
    }
    return some;
  }

  /** In the order of their places. */
  public List<Installed> of(String tenant) {
    Signature[] all = places.getOrDefault(tenant, new Signature[0]);
    List<Installed> installed = new ArrayList<>();
    for (int place = 0; place < all.length; place++) {
      if (all[place] != null) {
        installed.add(new Installed(place, all[place]));
      }
    }
    return installed;
  }

  /** Forgets those of tenants that are no more, or have no protection. */
  public void retain(Set<String> tenants) {
    places.keySet().retainAll(tenants);
  }

  /** All of them, as a table wants them. */
  public List<SignatureTable.TenantFingerprints> bySlot(ToIntFunction<String> slots) {
    return places.keySet().stream()
        .sorted()
        .map(name -> new SignatureTable.TenantFingerprints(slots.applyAsInt(name), of(name)))
        .toList();
  }

  private static int place(Signature[] all, String id) {
    for (int place = 0; place < all.length; place++) {
      if (all[place] != null && all[place].id().equals(id)) {
        return place;
      }
    }
    return -1;
  }

  private void forgetIfEmpty(String tenant, Signature[] all) {
    if (Arrays.stream(all).allMatch(Objects::isNull)) {
      places.remove(tenant);
    }
  }
}
