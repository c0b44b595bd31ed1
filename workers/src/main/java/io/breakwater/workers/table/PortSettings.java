package io.breakwater.workers.table;

/**
 * What the packet path has to know of a port. Immutable; a reload makes a new one.
 *
 * @param index position in the configuration's list of ports
 * @param mac the port's own Ethernet address, 48 bits
 * @param mtuBytes largest layer-3 packet
 * @param vlanIds tags of our frames, outermost first; empty: any tags are accepted and none are
 *     added
 * @param ipv4Addresses own addresses
 * @param ipv4Lengths prefix length of the connected subnet of each
 * @param ipv6High bytes 0-7 of the own addresses, the link-local one (EUI-64 of the mac, RFC 4291
 *     2.5.6) last
 * @param ipv6Low bytes 8-15 of each
 * @param ipv6Lengths prefix length of the connected subnet of each
 */
public record PortSettings(
    int index,
    String name,
    long mac,
    int mtuBytes,
    int[] vlanIds,
    int[] ipv4Addresses,
    int[] ipv4Lengths,
    long[] ipv6High,
    long[] ipv6Low,
    int[] ipv6Lengths) {}
