package io.breakwater.perf.rfc2544;

/** A test has no result, and its message says why: it stands in the report where a number would. */
final class NotMeasuredException extends Exception {

  private static final long serialVersionUID = 1L;

  NotMeasuredException(String reason) {
    super(reason);
  }
}
