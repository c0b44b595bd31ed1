package io.breakwater.config;

/**
 * An Ethernet address: the 48 bits in the low end of {@code bits}, first byte on the wire most
 * significant.
 */
public record MacAddress(long bits) {}
