package io.breakwater.config.source;

import io.breakwater.config.Tenant;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problem;
import io.breakwater.config.text.Problems;
import io.breakwater.config.yaml.ApplianceReader;
import io.breakwater.config.yaml.MainFile;
import io.breakwater.config.yaml.Positions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All files of a configuration, read once, with the problems that each has on its own.
 *
 * @param main empty if the main file could not be read at all
 * @param tenantFiles the files of the tenants' directory by tenant; empty if the tenants stand in
 *     the main file
 */
record Snapshot(
    Path mainPath,
    Optional<MainFile> main,
    SortedMap<String, TenantFile> tenantFiles,
    Problems problems,
    Positions positions) {

  /**
   * @param tenants what was read before, which is not read again as long as it stays as it is
   */
  static Snapshot read(Path mainPath, TenantFiles tenants) {
    Problems problems = new Problems();
    Positions positions = new Positions();
    Optional<MainFile> main = ApplianceReader.read(mainPath, problems, positions);
    SortedMap<String, TenantFile> files =
        main.flatMap(MainFile::tenantsDirectory)
            .map(directory -> {
              Position named =
                  positions
                      .of(main.get().appliance(), "tenants")
                      .orElse(Position.startOf(mainPath));
              return TenantDirectory.read(directory, named, problems, positions, tenants);
            })
            .orElse(new TreeMap<>());
    return new Snapshot(mainPath, main, files, problems, positions);
  }

  /** Adds what firewalls cost too much, as the tenants' own problems. */
  Snapshot judge(FirewallJudge judge) {
    main.ifPresent(file ->
        drafts()
            .forEach((name, tenant) ->
                tenant
                    .firewall()
                    .ifPresent(firewall -> {
                      Problems own = new Problems();
                      judge.judge(name, firewall, file.appliance().firewallLimits(), own);
                      problems.addAll(name, own);
                    })));
    return this;
  }

  boolean isBroken(TenantFile file) {
    return !problemsOf(file).isEmpty();
  }

  /** Those of the tenant's own files: this one, its firewall, and what that includes. */
  List<Problem> problemsOf(TenantFile file) {
    List<Problem> all = new ArrayList<>(problems.of(file.file()));
    problems.ofTenant(file.name()).stream()
        .filter(problem -> !problem.file().equals(file.file()))
        .forEach(all::add);
    return all;
  }

  /** What could be read of all tenants, wherever they stand. */
  SortedMap<String, Tenant> drafts() {
    SortedMap<String, Tenant> drafts = new TreeMap<>();
    main.ifPresent(file -> drafts.putAll(file.appliance().tenants()));
    tenantFiles
        .values()
        .forEach(file -> file.draft().ifPresent(tenant -> drafts.put(file.name(), tenant)));
    return drafts;
  }

  /** The rules between tenants, and between tenants and the main file. */
  List<Finding> check(Collection<Tenant> tenants) {
    List<Finding> findings = new ArrayList<>();
    main.ifPresent(file -> {
      findings.addAll(PrefixRules.check(tenants, file, positions));
      findings.addAll(TunnelRules.check(tenants, file, positions));
      findings.addAll(TunnelMtuRules.check(tenants, file, positions));
      findings.addAll(ProtectionRules.check(tenants, file, positions));
    });
    return findings;
  }

  /** Where a finding is told: a tenant's file if it stands in one, else the main file. */
  Position place(Finding finding) {
    return finding.position().or(finding::mainPosition).orElse(Position.startOf(mainPath));
  }
}
