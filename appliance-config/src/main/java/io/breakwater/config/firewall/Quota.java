package io.breakwater.config.firewall;

/**
 * A count of layer-3 bytes that is never refilled (net/netfilter/nft_quota.c): first the packet is
 * added, then the sum compared.
 *
 * @param bytes how many are within the quota
 * @param usedBytes where the count starts
 * @param over whether the rule goes on when the sum is over {@code bytes}, instead of until then
 */
public record Quota(long bytes, long usedBytes, boolean over) {}
