package io.breakwater.config.source;

import io.breakwater.config.FirewallLimits;
import io.breakwater.config.Tenant;
import io.breakwater.config.TenantChange;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problem;
import io.breakwater.config.text.Problems;
import io.breakwater.config.yaml.ApplianceReader;
import io.breakwater.config.yaml.MainFile;
import io.breakwater.config.yaml.Positions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All files of a configuration, read once, with the problems that each has on its own.
 *
 * @param main empty if the main file could not be read at all
 * @param inDirectory the files of the tenants' directory; none if the tenants stand in the main
 *     file
 * @param settled what is known to be right
 */
record Snapshot(
    Path mainPath,
    Optional<MainFile> main,
    TenantFiles.Content inDirectory,
    Problems problems,
    Positions positions,
    SettledTenants settled) {

  /**
   * @param tenants what was read before, which is not read again as long as it stays as it is
   */
  static Snapshot read(Path mainPath, TenantFiles tenants) {
    Problems problems = new Problems();
    Positions positions = new Positions();
    Optional<MainFile> main = ApplianceReader.read(mainPath, problems, positions);
    TenantFiles.Content inDirectory =
        main.flatMap(MainFile::tenantsDirectory)
            .map(directory -> {
              Position named =
                  positions
                      .of(main.get().appliance(), "tenants")
                      .orElse(Position.startOf(mainPath));
              return tenants.read(directory, named, problems, positions);
            })
            .orElse(TenantFiles.Content.NONE);
    return new Snapshot(mainPath, main, inDirectory, problems, positions, tenants.settled());
  }

  /**
   * Adds what firewalls cost too much, as the tenants' own problems.
   *
   * @param running tenants that were judged before
   */
  Snapshot judge(FirewallJudge judge, SortedMap<String, Tenant> running) {
    main.map(file -> file.appliance().firewallLimits())
        .ifPresent(limits ->
            TenantChange.between(running, drafts()).parallelStream()
                .filter(change -> change.after() != null)
                .map(change -> Judged.by(judge, change.after(), limits))
                .filter(judged -> !judged.own.isEmpty())
                .toList()
                .forEach(judged -> problems.addAll(judged.tenant, judged.own)));
    return this;
  }

  private record Judged(String tenant, Problems own) {

    static Judged by(FirewallJudge judge, Tenant tenant, FirewallLimits limits) {
      Problems own = new Problems();
      tenant.firewall().ifPresent(firewall -> judge.judge(tenant.name(), firewall, limits, own));
      return new Judged(tenant.name(), own);
    }
  }

  /** The files of the tenants' directory by tenant. */
  SortedMap<String, TenantFile> tenantFiles() {
    return inDirectory.files();
  }

  boolean isBroken(TenantFile file) {
    return problems.in(file.file()) || !problems.ofTenant(file.name()).isEmpty();
  }

  /** Those of the tenant's own files: this one, its firewall, and what that includes. */
  List<Problem> problemsOf(TenantFile file) {
    List<Problem> all = new ArrayList<>(problems.of(file.file()));
    problems.ofTenant(file.name()).stream()
        .filter(problem -> !problem.file().equals(file.file()))
        .forEach(all::add);
    return all;
  }

  /** What could be read of all tenants, wherever they stand. Not to be changed. */
  SortedMap<String, Tenant> drafts() {
    SortedMap<String, Tenant> inMain =
        main.map(file -> file.appliance().tenants()).orElse(Collections.emptySortedMap());
    if (inMain.isEmpty()) {
      return inDirectory.drafts();
    }
    SortedMap<String, Tenant> all = new TreeMap<>(inMain);
    all.putAll(inDirectory.drafts());
    return all;
  }

  /** The rules between tenants, and between tenants and the main file. */
  List<Finding> check(SortedMap<String, Tenant> tenants) {
    if (main.isEmpty() || settled.accepts(tenants, main.get())) {
      return List.of();
    }
    List<Finding> findings = new ArrayList<>();
    findings.addAll(PrefixRules.check(tenants.values(), main.get(), positions));
    findings.addAll(TunnelRules.check(tenants.values(), main.get(), positions));
    findings.addAll(TunnelMtuRules.check(tenants.values(), main.get(), positions));
    findings.addAll(ProtectionRules.check(tenants.values(), main.get(), positions));
    if (findings.isEmpty() && !ProtectionRules.isExcused(main.get(), positions)) {
      settled.settle(tenants, main.get());
    }
    return findings;
  }

  /** Where a finding is told: a tenant's file if it stands in one, else the main file. */
  Position place(Finding finding) {
    return finding.position().or(finding::mainPosition).orElse(Position.startOf(mainPath));
  }
}
