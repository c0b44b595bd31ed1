package io.breakwater.config.protection;

/** What is done with a packet that fits a pattern. */
public enum Reaction {
  /** Nothing: it is not looked for. */
  OFF,

  /** It is counted, and goes on. */
  OBSERVE,

  /** It goes on, so many a second. */
  LIMIT,
  DROP
}
