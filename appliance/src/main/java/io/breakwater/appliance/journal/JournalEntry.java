package io.breakwater.appliance.journal;

/**
 * An event in its place.
 *
 * @param sequence counts from 1 over the journal's whole life; a gap means that events were lost
 *     because the disk was full
 * @param timeNs wall clock when it was recorded, nanoseconds since 1970
 */
public record JournalEntry(long sequence, long timeNs, JournalEvent event) {}
