package io.breakwater.perf.process;

/**
 * How long a round's process prepares itself before it measures: until code, caches and clock have
 * settled.
 *
 * <p>A round whose figures nobody compares, such as a test's, need not be so patient: with the
 * system property {@value #HASTY} it is hardly prepared at all. Children have the property of their
 * parent ({@link ChildProcess#java}).
 */
public final class Preparation {

  /** {@code true}: the figures are not for comparison. */
  public static final String HASTY = "breakwater.rounds.hasty";

  private static final long WARM_UP_TIMEOUT_NS = 20_000_000_000L;
  private static final int HASTE = 20;

  private Preparation() {}

  /** How long the product's own warm-up may take: as in the appliance. */
  public static long warmUpTimeoutNs() {
    return isHasty() ? WARM_UP_TIMEOUT_NS / HASTE : WARM_UP_TIMEOUT_NS;
  }

  /** How long to settle, or how many times to rehearse, where a patient round does so much. */
  public static long of(long patient) {
    return isHasty() ? Math.ceilDiv(patient, HASTE) : patient;
  }

  private static boolean isHasty() {
    return Boolean.getBoolean(HASTY);
  }
}
