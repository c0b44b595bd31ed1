package io.breakwater.workers.table;

/**
 * What the outer headers of a tunnel say beside its ends and key.
 *
 * @param checksum whether GRE has a checksum
 * @param ttl TTL or hop limit, 1..255
 * @param copied bits of the inner traffic class that are copied: DSCP 0xfc (RFC 2983, uniform
 *     model), ECN 0x03 (RFC 6040 4.1, normal mode)
 * @param set bits of the outer traffic class that are always set: a DSCP of its own, shifted left
 *     by 2 (RFC 2983, pipe model)
 */
public record OuterFields(boolean checksum, int ttl, int copied, int set) {

  public static final OuterFields DEFAULT = new OuterFields(false, 64, 0xff, 0);
}
