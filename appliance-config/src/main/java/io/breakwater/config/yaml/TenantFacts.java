package io.breakwater.config.yaml;

import io.breakwater.config.IpPrefix;
import java.util.List;

/**
 * What a tenant's protection must agree with.
 *
 * @param prefixes the tenant's, as far as they could be read
 * @param prefixesComplete whether all of them could be read
 * @param egress whether its replies leave through us, as far as that is known: what could not be
 *     read is not held against it
 */
record TenantFacts(List<IpPrefix> prefixes, boolean prefixesComplete, boolean egress) {

  boolean mayHave(IpPrefix prefix) {
    return !prefixesComplete || prefixes.stream().anyMatch(own -> own.contains(prefix));
  }
}
