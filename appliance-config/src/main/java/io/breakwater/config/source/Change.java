package io.breakwater.config.source;

/**
 * One thing that a reload put into effect, for logs and journal: {@code tenant acme: prefixes
 * +203.0.113.0/24, tunnel chicago-2 weight 1 -> 3}.
 *
 * @param subject what changed: {@code tenant acme}, {@code port uplink}, {@code appliance}
 * @param text how
 */
public record Change(Kind kind, String subject, String text) {

  /** Whether the subject is new, goes on in another way, or is gone. */
  public enum Kind {
    ADDED,
    CHANGED,
    REMOVED
  }

  @Override
  public String toString() {
    return subject + ": " + text;
  }
}
