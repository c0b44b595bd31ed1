package io.breakwater.config.source;

import io.breakwater.config.Appliance;
import io.breakwater.config.Tenant;
import io.breakwater.config.nft.FirewallLint;
import io.breakwater.config.text.Problem;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A configuration from its files, whole or not at all: what {@code run} does at start and {@code
 * check} at any time. While the appliance runs, {@link Reload} has the milder rule.
 */
public final class ConfigurationFiles {

  /**
   * @param configuration empty if there is any problem
   * @param problems all problems of all files
   */
  public record Result(Optional<Appliance> configuration, List<Problem> problems) {}

  private static final int WARNINGS_MAX = 1_000;

  private ConfigurationFiles() {}

  /**
   * What is right and has no effect: rules of tenants' firewalls that can never match, sets that
   * nothing uses. In the order of the tenants.
   */
  public static List<FirewallLint.Warning> warnings(Appliance configuration) {
    return configuration.tenants().values().stream()
        .flatMap(tenant -> tenant.firewall().stream())
        .flatMap(firewall -> FirewallLint.check(firewall).stream())
        .limit(WARNINGS_MAX)
        .toList();
  }

  /** Reads the main file and those it names. Never throws because of what the files hold. */
  public static Result load(Path main) {
    return load(main, FirewallJudge.NONE);
  }

  /** The same, with firewalls that may cost too much. */
  public static Result load(Path main, FirewallJudge judge) {
    return load(main, new TenantFiles(), judge);
  }

  /**
   * The same.
   *
   * @param tenants gets what was read of the tenants, for {@link Reload}
   */
  public static Result load(Path main, TenantFiles tenants, FirewallJudge judge) {
    return load(Snapshot.read(main, tenants).judge(judge, Collections.emptySortedMap()));
  }

  static Result load(Snapshot snapshot) {
    SortedMap<String, Tenant> tenants = snapshot.drafts();
    for (Finding finding : snapshot.check(tenants)) {
      snapshot.problems().add(snapshot.place(finding), finding.message());
    }
    snapshot
        .main()
        .ifPresent(file ->
            LimitRules.check(tenants.values(), file, snapshot.positions(), snapshot.problems()));
    if (!snapshot.problems().isEmpty()) {
      return new Result(Optional.empty(), snapshot.problems().all());
    }
    return new Result(
        snapshot.main().map(file -> file.appliance().withTenants(tenants)), List.of());
  }
}
