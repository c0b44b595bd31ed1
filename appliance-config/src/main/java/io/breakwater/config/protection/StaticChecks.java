package io.breakwater.config.protection;

/**
 * Reactions to packets that no honest sender makes; none is LIMIT.
 *
 * @param tcpFlags impossible combinations: SYN with FIN or RST, none at all, FIN without ACK, and
 *     their like
 * @param tinyFragments a first fragment too short for its transport header, and a TCP fragment of
 *     offset 1 (RFC 1858 3, RFC 3128)
 * @param overlappingFragments what could overwrite another fragment's bytes (RFC 5722)
 * @param sourcePortZero of TCP and UDP
 * @param ownSource from outside, but with a source out of the tenant's own prefixes
 */
public record StaticChecks(
    Reaction tcpFlags,
    Reaction tinyFragments,
    Reaction overlappingFragments,
    Reaction sourcePortZero,
    Reaction ownSource) {

  public static final StaticChecks DEFAULT =
      new StaticChecks(Reaction.DROP, Reaction.DROP, Reaction.DROP, Reaction.DROP, Reaction.DROP);
}
