package io.breakwater.workers.firewall;

/**
 * The elements of a set or map of concatenations.
 *
 * <p>Immutable: any number of threads.
 */
public sealed interface TupleTable permits KeyTable, RangeTable {

  /** Which element holds the key, from 0; -1 if none does. */
  int find(long[] key);

  /** How many entries a lookup looks at. */
  int probes();

  /** Bytes of memory that it takes. */
  long bytes();
}
