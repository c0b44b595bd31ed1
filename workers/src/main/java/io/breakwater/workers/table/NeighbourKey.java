package io.breakwater.workers.table;

/**
 * A neighbour that the configuration names (a gateway, or the remote end of a tunnel in a connected
 * subnet).
 *
 * @param port index of the port it is behind
 * @param high bytes 0-7 of its IPv6 address; 0 for IPv4
 * @param low bytes 8-15 of its IPv6 address, or the IPv4 address (unsigned)
 * @param ipv6 the address's family
 * @param pinnedMac its Ethernet address if the operator pinned it, else -1
 */
public record NeighbourKey(int port, long high, long low, boolean ipv6, long pinnedMac) {}
