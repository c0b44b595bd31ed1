package io.breakwater.workers.firewall;

/**
 * What a rule does to a dynamic set, and then with the element (net/netfilter/nft_dynset.c).
 *
 * @param timeoutNs how long the element stays; 0: for ever
 * @param rate the limit that each element has for itself; null for none
 * @param counts whether each element counts
 * @param quotaBytes of each element; -1 for none
 * @param quotaOver whether what is over the quota goes on
 */
public record SetUpdate(
    int set,
    Operation operation,
    long timeoutNs,
    TokenRate rate,
    boolean counts,
    long quotaBytes,
    boolean quotaOver) {

  /** ADD leaves an element that is there as it is, UPDATE renews its timeout. */
  public enum Operation {
    ADD,
    UPDATE,
    DELETE
  }
}
