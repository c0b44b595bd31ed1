package io.breakwater.appliance.mitigation;

import io.breakwater.workers.protection.Signature;
import java.util.Locale;

/**
 * A rule against an attack, with the id under which journal, operators and workers know it.
 *
 * <pre>
 *   ACTIVE --- nothing has fitted for two minutes ---> EXPIRED
 *     |  \
 *     |   pin ---> PINNED --- release ---+
 *     +---------- release ---------------+---> RELEASED
 * </pre>
 *
 * Pinned it drops until it is released, whatever the tenant's {@code automatic} says. What a
 * released one fits is not mitigated for an hour. Control thread only.
 */
final class Mitigation {

  /** Where it is in its life. */
  enum State {
    ACTIVE,
    PINNED,
    RELEASED,
    EXPIRED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  final String id;
  final String tenant;
  final String attack;
  final Pattern pattern;
  final String coverage;
  final String collateral;

  State state = State.ACTIVE;
  Signature signature;

  /** When it ends, and when its end is looked at again. */
  long expiresNs;

  /** When it was released, or has expired. */
  long endedNs;

  /** Packets that have fitted since it was installed, up to the last look. */
  long packets;

  /** Packets in the last second. */
  long rate;

  Mitigation(
      String id,
      String tenant,
      String attack,
      Pattern pattern,
      double coverage,
      double collateral) {
    this.id = id;
    this.tenant = tenant;
    this.attack = attack;
    this.pattern = pattern;
    this.coverage = percent(coverage);
    this.collateral = percent(collateral);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }

  boolean isInstalled() {
    return state == State.ACTIVE || state == State.PINNED;
  }

  /** What is done with packets that fit: "drop", "observe", or "none". */
  String action() {
    return isInstalled() ? signature.reaction().name().toLowerCase(Locale.ROOT) : "none";
  }
}
