package io.breakwater.config.yaml;

import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.nft.FirewallReader;
import io.breakwater.config.text.Problems;
import java.util.Optional;

/**
 * Reads a tenant's firewall: {@code firewall: acme.nft} names a file in the language of nftables, a
 * text under {@code firewall: |} is one itself.
 *
 * <p>What is wrong in the file is noted as the tenant's, wherever the tenant stands.
 */
final class FirewallValue {

  private FirewallValue() {}

  static Optional<Firewall> read(String tenant, YamlValue value) {
    Problems own = new Problems();
    Optional<Firewall> firewall =
        value.isLiteral()
            ? value.text().flatMap(text -> FirewallReader.read(text, value.literalStart(), own))
            : value.reading().path(value).flatMap(file -> FirewallReader.read(file, own));
    value.reading().problems().addAll(tenant, own);
    return firewall;
  }
}
