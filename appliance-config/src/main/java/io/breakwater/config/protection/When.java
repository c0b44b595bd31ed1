package io.breakwater.config.protection;

/** When a protection is at work. */
public enum When {
  ALWAYS,

  /** While thresholds are passed. */
  ATTACK,
  NEVER
}
