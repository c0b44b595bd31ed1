package io.breakwater.workers.protection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Locale;

/**
 * What one worker's SYN guard did, by tenant.
 *
 * <p>Threading: written by the worker, read by any thread, each long whole.
 */
public final class SynGuardCounters {

  /** What is counted. */
  public enum Event {
    CHALLENGES_SENT("SYN-ACKs with a cookie for acknowledgement number"),
    COOKIES_SENT("SYN-ACKs with a cookie for sequence number"),
    RESETS_SENT("resets of connections that a cookie was acknowledged of"),
    COOKIES_VALID("cookies that came back: each verifies its source"),
    COOKIES_INVALID("resets of unknown sources without a cookie that is good"),
    FIRST_SYNS("SYNs that were dropped and have to come again"),
    RETRANSMISSIONS("SYNs that came again, and verified their source"),
    SYNS_PASSED("SYNs of verified sources"),
    SOURCES_REVOKED("verified sources that sent too many SYNs"),
    ANSWERS_LIMITED("SYNs not answered, as their sources' prefix was sent enough"),
    TENANT_ENGAGED("times that the tenant's threshold was passed"),
    DESTINATION_ENGAGED("times that the threshold of one of its addresses was passed");

    private final String meaning;

    Event(String meaning) {
      this.meaning = meaning;
    }

    public String meaning() {
      return meaning;
    }

    /** The stable name: {@code challenges-sent}. */
    public String kebabName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int ROW_SHIFT = 4;

  private final long[] counts;

  SynGuardCounters(int tenantSlots) {
    counts = new long[tenantSlots << ROW_SHIFT];
  }

  public void count(int tenant, Event event) {
    counts[(tenant << ROW_SHIFT) + event.ordinal()]++;
  }

  public long read(int tenant, Event event) {
    return (long) LONGS.getOpaque(counts, (tenant << ROW_SHIFT) + event.ordinal());
  }

  void reassignTenant(int tenant) {
    for (Event event : Event.values()) {
      LONGS.setOpaque(counts, (tenant << ROW_SHIFT) + event.ordinal(), 0L);
    }
  }
}
