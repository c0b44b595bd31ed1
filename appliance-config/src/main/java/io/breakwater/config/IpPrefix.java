package io.breakwater.config;

/**
 * A prefix in CIDR notation (RFC 4632, RFC 4291 2.3). The bits of the address past {@code length}
 * are zero.
 */
public record IpPrefix(IpAddress address, int length) {}
