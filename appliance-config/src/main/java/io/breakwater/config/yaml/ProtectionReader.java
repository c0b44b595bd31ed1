package io.breakwater.config.yaml;

import io.breakwater.config.protection.Protection;
import io.breakwater.config.protection.Protection.Automatic;
import java.util.List;

/**
 * Reads what a tenant has done about attacks: the mapping under {@code protection}, in which each
 * section that is not written has its defaults.
 *
 * <p>Whether the main file names the secret that cookies need is a rule between files: {@code
 * io.breakwater.config.source}.
 */
final class ProtectionReader {

  private ProtectionReader() {}

  static Protection read(YamlMapping mapping, TenantFacts tenant) {
    Protection defaults = Protection.DEFAULT;
    return mapping.noted(
        new Protection(
            mapping.section(
                "syn-flood",
                section -> new SynFloodReader(tenant).read(section),
                defaults.synFlood()),
            mapping.value("tcp-state").flatMap(TcpStateReader::read).orElse(defaults.tcpState()),
            mapping.section("checks", ChecksReader::read, defaults.checks()),
            mapping
                .value("amplification")
                .flatMap(AmplificationReader::read)
                .orElse(defaults.amplification()),
            mapping.section("rates", RatesReader::read, defaults.rates()),
            mapping
                .value("automatic")
                .flatMap(value -> Words.read(value, List.of(Automatic.values())))
                .orElse(defaults.automatic())));
  }
}
