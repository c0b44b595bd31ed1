package io.breakwater.workers.firewall;

/**
 * The elements of a set or map whose keys are one field of up to 128 bits.
 *
 * <p>Immutable: any number of threads.
 */
public sealed interface ElementTable permits SortedElements, AddressSet {

  /** Which element holds the value, from 0; -1 if none does. A plain set may answer 0 for any. */
  int find(long high, long low);

  /** Bytes of memory that it takes. */
  long bytes();
}
