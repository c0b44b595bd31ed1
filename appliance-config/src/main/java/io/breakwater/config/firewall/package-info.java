/**
 * A tenant's firewall, ready for whoever compiles it: what nftables' kernel side would hold after
 * {@code nft -f}, without registers.
 *
 * <p>{@link io.breakwater.config.firewall.Firewall} is the root. All names are resolved: a chain, a
 * set, a map or a named counter is an index into the firewall's lists. All values are numbers in
 * the order of the wire, right-aligned. What nft adds silently, such as {@code meta l4proto tcp}
 * before {@code tcp dport 80}, is a step like any other. Nothing here knows files or syntax.
 */
package io.breakwater.config.firewall;
