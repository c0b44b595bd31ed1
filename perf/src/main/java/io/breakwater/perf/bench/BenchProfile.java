package io.breakwater.perf.bench;

import io.breakwater.perf.acl.AclPeer;
import io.breakwater.perf.report.BenchReport.Point;
import io.breakwater.perf.traffic.FrameSizes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What {@code bench} can measure: one case, or a scale of cases, of which most have ten times as
 * much of something as the one before.
 *
 * <p>This is the one place where a profile is added: a line here, and a {@link BenchJob} if the
 * packet path is to do something that it does in no other profile; the report, the page and {@code
 * compare} take what is here. A family of profiles whose capability is still to come has its line
 * in {@link ComingProfiles} until then.
 */
enum BenchProfile {
  FORWARD("forward", single(BenchCase.of(BenchJob.FORWARD))),
  GRE_ENCAP("gre-encap", single(BenchCase.of(BenchJob.GRE_ENCAP))),
  GRE_DECAP("gre-decap", single(BenchCase.of(BenchJob.GRE_DECAP))),
  /** Frames of three sizes. */
  IMIX("imix", single(BenchCase.of(BenchJob.GRE_ENCAP).withFrames(FrameSizes.IMIX))),
  FRAME_SIZES("frame-sizes", frameSizes(64, 128, 256, 512, 1_024, FrameSizes.LARGEST_BYTES)),
  TENANTS("tenants", tenants(1, 10, 100, 1_000, 10_000)),
  PREFIXES("prefixes", prefixes(10, 100, 1_000, 10_000, 100_000, 1_000_000)),
  FLOWS("flows", flows(1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000)),
  WORKERS("workers", workers(1, 2)),
  /** Two workers that keep what they receive, and two that own half of each other's. */
  DISTRIBUTION(
      "distribution",
      List.of(
          new Step(BenchCase.of(BenchJob.GRE_ENCAP).withWorkers(2), new Point("owners", 1)),
          new Step(BenchCase.of(BenchJob.DISTRIBUTION).withWorkers(2), new Point("owners", 2)))),
  FIREWALL_100("firewall-100", firewall(100)),
  FIREWALL_1000("firewall-1000", firewall(1_000)),
  /** A flood from few sources and from many: of these the table's touched part is the larger. */
  BLOCKLIST_1M("blocklist-1m", blocklist(1_000_000, 10_000, 100_000)),
  SYN_FLOOD("syn-flood", single(BenchCase.of(BenchJob.SYN_FLOOD))),
  RST_FLOOD("rst-flood", single(BenchCase.of(BenchJob.RST_FLOOD))),
  SIGNATURE_DROP("signature-drop", single(BenchCase.of(BenchJob.SIGNATURE_DROP)));

  /**
   * @param point null without a scale
   */
  record Step(BenchCase measured, Point point) {}

  /** Those that are measured when none is asked for. */
  static final List<BenchProfile> DEFAULT = List.of(FORWARD, GRE_ENCAP, GRE_DECAP);

  private final String label;
  private final List<Step> steps;

  BenchProfile(String label, List<Step> steps) {
    this.label = label;
    this.steps = steps;
  }

  /** Its name on the command line and in reports. */
  String label() {
    return label;
  }

  List<Step> steps() {
    return steps;
  }

  /** Another program that does a part of the work; the caller closes it. */
  Optional<AclPeer> aclPeer() {
    BenchCase last = steps.getLast().measured();
    return last.job() == BenchJob.FIREWALL
        ? Optional.of(new AclPeer(label, last.workload(), last.entries(), last.flows()))
        : Optional.empty();
  }

  /** CPUs that it takes. */
  int coresMin() {
    return steps.stream().mapToInt(step -> step.measured().workers()).max().orElseThrow();
  }

  static List<String> labels() {
    return Arrays.stream(values()).map(BenchProfile::label).toList();
  }

  static Optional<BenchProfile> named(String label) {
    return Arrays.stream(values()).filter(profile -> profile.label.equals(label)).findFirst();
  }

  /** The same flows without and with rules. */
  private static List<Step> firewall(int rules) {
    return List.of(
        new Step(BenchCase.of(BenchJob.FIREWALL_OFF).withRules(rules), new Point(Point.RULES, 0)),
        new Step(BenchCase.of(BenchJob.FIREWALL).withRules(rules), new Point(Point.RULES, rules)));
  }

  private static List<Step> blocklist(int prefixes, int... flows) {
    BenchCase blocklist = BenchCase.of(BenchJob.BLOCKLIST).withBlocklist(prefixes);
    return IntStream.of(flows)
        .mapToObj(count -> new Step(blocklist.withFlows(count), new Point("flows", count)))
        .toList();
  }

  private static List<Step> single(BenchCase measured) {
    return List.of(new Step(measured, null));
  }

  private static List<Step> frameSizes(int... values) {
    BenchCase encap = BenchCase.of(BenchJob.GRE_ENCAP);
    return IntStream.of(values)
        .mapToObj(bytes ->
            new Step(encap.withFrames(FrameSizes.of(bytes)), new Point("bytes a frame", bytes)))
        .toList();
  }

  private static List<Step> tenants(int... values) {
    BenchCase encap = BenchCase.of(BenchJob.GRE_ENCAP);
    return IntStream.of(values)
        .mapToObj(count -> new Step(encap.withTenants(count), new Point("tenants", count)))
        .toList();
  }

  private static List<Step> prefixes(int... values) {
    BenchCase encap = BenchCase.of(BenchJob.GRE_ENCAP);
    return IntStream.of(values)
        .mapToObj(count -> new Step(encap.withPrefixes(count), new Point("prefixes", count)))
        .toList();
  }

  private static List<Step> flows(int... values) {
    BenchCase encap = BenchCase.of(BenchJob.GRE_ENCAP);
    return IntStream.of(values)
        .mapToObj(count -> new Step(encap.withFlows(count), new Point("flows", count)))
        .toList();
  }

  private static List<Step> workers(int... values) {
    BenchCase encap = BenchCase.of(BenchJob.GRE_ENCAP);
    return IntStream.of(values)
        .mapToObj(count -> new Step(encap.withWorkers(count), new Point("workers", count)))
        .toList();
  }
}
