package io.breakwater.config.source;

import io.breakwater.config.Appliance;
import io.breakwater.config.Tenant;
import io.breakwater.config.TenantChange;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problem;
import io.breakwater.config.yaml.MainFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The contract's rule of what a reload puts into effect.
 *
 * <ul>
 *   <li>A problem of the main file, or of anything that is not in one tenant's own file, changes
 *       nothing.
 *   <li>A problem in a tenant's own file, or in its firewall's, keeps that tenant's running
 *       configuration (a new tenant stays absent) while the others go live.
 *   <li>Two tenants in conflict both keep theirs. Keeping one may bring it into conflict with a
 *       third one's new configuration, so this is repeated until nothing is left to keep.
 *   <li>If tenants that are kept or unchanged can't run under the new main file, that is the main
 *       file's problem.
 * </ul>
 *
 * <p>A pure function of the running configuration and the files. Nothing that was wrong goes live,
 * nothing that ran is lost unless its file is gone.
 */
public final class Reload {

  /**
   * What came of a reload.
   *
   * @param configuration what is to run now: the running object itself if nothing changed
   * @param mainRefused whether nothing was changed because of the main file
   * @param problems all problems of all files
   * @param changes what went live
   * @param refusedTenants whose files did not go live, though the main file did
   */
  public record Result(
      Appliance configuration,
      boolean mainRefused,
      List<Problem> problems,
      List<Change> changes,
      List<RefusedTenant> refusedTenants) {}

  private final Appliance running;
  private final Snapshot snapshot;

  /** What each tenant would run; without those that are absent. */
  private final SortedMap<String, Tenant> candidates = new TreeMap<>();

  /** The tenants whose files do not go live, with the reasons. */
  private final SortedMap<String, Set<Problem>> refused = new TreeMap<>();

  private Reload(Appliance running, Snapshot snapshot) {
    this.running = running;
    this.snapshot = snapshot;
  }

  /** Reads the files and decides; changes nothing itself. */
  public static Result apply(Appliance running, Path main) {
    return apply(running, main, new TenantFiles(), FirewallJudge.NONE);
  }

  /**
   * The same, with firewalls that may cost too much, and reads only what changed of the tenants.
   *
   * @param tenants what was read of them before
   * @param judge is asked of tenants that are not running as they are
   */
  public static Result apply(
      Appliance running, Path main, TenantFiles tenants, FirewallJudge judge) {
    return apply(running, Snapshot.read(main, tenants).judge(judge, running.tenants()));
  }

  static Result apply(Appliance running, Snapshot snapshot) {
    return new Reload(running, snapshot).apply();
  }

  private Result apply() {
    if (isMainBroken()) {
      return nothingChanges();
    }
    MainFile main = snapshot.main().orElseThrow();
    RestartRules.check(running, main, snapshot.positions(), snapshot.problems());
    choose(main);
    settleConflicts();
    LimitRules.check(candidates.values(), main, snapshot.positions(), snapshot.problems());
    return isMainBroken() ? nothingChanges() : goesLive(main);
  }

  private boolean isMainBroken() {
    return snapshot.main().isEmpty() || snapshot.problems().in(snapshot.mainPath());
  }

  /**
   * The new version of each tenant whose file is right on its own, the running one of the others.
   */
  private void choose(MainFile main) {
    candidates.putAll(snapshot.drafts());
    for (String tenant : main.appliance().tenants().keySet()) {
      List<Problem> ofFirewall = snapshot.problems().ofTenant(tenant);
      if (!ofFirewall.isEmpty()) {
        refuse(tenant, ofFirewall);
      }
    }
    if (!snapshot.problems().isEmpty()) {
      snapshot.tenantFiles().values().stream()
          .filter(snapshot::isBroken)
          .forEach(file -> refuse(file.name(), snapshot.problemsOf(file)));
    }
  }

  private void settleConflicts() {
    List<Finding> findings = snapshot.check(candidates);
    while (!findings.isEmpty() && !isMainBroken()) {
      // All at once, on what was checked: a tenant that one finding keeps is still in the next one.
      Map<Finding, List<String>> renewed = new LinkedHashMap<>();
      for (Finding finding : findings) {
        renewed.put(
            finding, finding.tenants().stream().distinct().filter(this::isRenewed).toList());
      }
      renewed.forEach(this::settle);
      findings = snapshot.check(candidates);
    }
  }

  private void settle(Finding finding, List<String> renewed) {
    Problem problem =
        renewed.isEmpty()
            ? mainProblem(finding)
            : Problem.at(snapshot.place(finding), finding.message());
    snapshot.problems().add(problem.position(), problem.message());
    renewed.forEach(tenant -> refuse(tenant, List.of(problem)));
  }

  /** Whether the tenant's own file would change what it runs. */
  private boolean isRenewed(String tenant) {
    return snapshot.tenantFiles().containsKey(tenant)
        && !candidates.get(tenant).equals(running.tenants().get(tenant));
  }

  /** Tenants that would run as they did before are not at fault; those in the main file are its. */
  private Problem mainProblem(Finding finding) {
    Position at = snapshot.place(finding);
    if (at.file().equals(snapshot.mainPath()) && finding.position().isPresent()) {
      return Problem.at(at, finding.message());
    }
    String tenants = String.join(" and ", finding.tenants());
    return Problem.at(
        finding.mainPosition().orElse(Position.startOf(snapshot.mainPath())),
        "running tenant " + tenants + " could not go on: " + finding.message());
  }

  private void refuse(String tenant, List<Problem> reasons) {
    refused.computeIfAbsent(tenant, name -> new LinkedHashSet<>()).addAll(reasons);
    Tenant kept = running.tenants().get(tenant);
    if (kept == null) {
      candidates.remove(tenant);
    } else {
      candidates.put(tenant, kept);
    }
  }

  private Result nothingChanges() {
    return new Result(running, true, snapshot.problems().all(), List.of(), List.of());
  }

  private Result goesLive(MainFile main) {
    List<TenantChange> changed = new ArrayList<>();
    for (TenantChange change : TenantChange.between(running.tenants(), candidates)) {
      if (change.keeps(Function.identity())) {
        // The running object, so that who compares sees at once that it is the same.
        candidates.put(change.name(), change.before());
      } else {
        changed.add(change);
      }
    }
    Appliance next = main.appliance().withTenants(candidates);
    List<RefusedTenant> refusedTenants = new ArrayList<>();
    refused.forEach((name, reasons) ->
        refusedTenants.add(
            new RefusedTenant(name, running.tenants().containsKey(name), List.copyOf(reasons))));
    return new Result(
        changed.isEmpty() && next.hasSameMainAs(running) ? running : next,
        false,
        snapshot.problems().all(),
        Changes.between(running, next, changed),
        List.copyOf(refusedTenants));
  }
}
