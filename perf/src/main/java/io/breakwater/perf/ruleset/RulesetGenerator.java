package io.breakwater.perf.ruleset;

import io.breakwater.perf.traffic.FrameWriter;
import io.breakwater.perf.traffic.Workload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Makes rulesets that are skewed as ClassBench's are: seven of ten rules in the manner of its seed
 * {@code acl1}, the others in that of {@code fw1}.
 *
 * <table>
 * <caption>shares</caption>
 * <tr><th></th><th>acl1</th><th>fw1</th></tr>
 * <tr><td>source</td><td>host 55%, /24 to /31 30%, /16 to /23 10%, any 5%</td>
 * <td>any 30%, /8 to /23 30%, /24 10%, host 30%</td></tr>
 * <tr><td>destination</td><td>host 60%, /28 to /31 20%, /25 to /27 15%, a prefix of the tenant
 * 5%</td><td>host 40%, a prefix of the tenant 30%, any 30%</td></tr>
 * <tr><td>source port</td><td>any</td><td>any 80%, 1024-65535 15%, one 5%</td></tr>
 * <tr><td>destination port</td><td>one 75%, a range 10%, any 15%</td><td>one 50%, a range 20%, any
 * 30%</td></tr>
 * <tr><td>protocol</td><td>TCP 85%, UDP 10%, any 5%</td><td>TCP 55%, UDP 30%, ICMP 5%, any
 * 10%</td></tr>
 * </table>
 *
 * <p>Sources nest: longer ones lie in a few /16s of the ruleset. Hosts of the tenant have several
 * rules each. One rule in five drops. A rule that matches less stands before one that matches more,
 * as ClassBench orders them, so that most rules can be reached; none is for any source, destination
 * and destination port. What no rule matches is dropped.
 */
final class RulesetGenerator {

  /** From the most usual on; drawn by the square of a random number. */
  private static final int[] SERVICES = {
    443, 80, 53, 22, 25, 123, 3_306, 8_080, 993, 5_432, 587, 143, 110, 389, 636, 161, 1_433, 1_521,
    5_060, 3_389, 8_443, 6_379, 9_200, 27_017, 1_194, 500, 4_500, 514, 179, 2_049
  };

  private static final int ACL_PERCENT = 70;
  private static final int DROP_PERCENT = 20;

  private final List<AddressBlock> prefixes;
  private final Random random;
  private final List<AddressBlock> sites = new ArrayList<>();
  private final List<AddressBlock> servers = new ArrayList<>();

  private RulesetGenerator(List<AddressBlock> prefixes, int count, Random random) {
    this.prefixes = prefixes;
    this.random = random;
    for (int i = 0; i < Math.max(4, count / 25); i++) {
      sites.add(new AddressBlock(Workload.outsider(random), 16));
    }
    for (int i = 0; i < Math.max(8, count / 8); i++) {
      servers.add(prefix().within(32, random));
    }
  }

  /**
   * Different rules, in the order in which they are to be tried.
   *
   * @param prefixes the tenant's
   */
  static List<FilterRule> rules(List<AddressBlock> prefixes, int count, Random random) {
    RulesetGenerator generator = new RulesetGenerator(prefixes, count, random);
    Set<FilterRule> rules = new HashSet<>();
    List<FilterRule> ordered = new ArrayList<>();
    while (ordered.size() < count) {
      FilterRule rule = random.nextInt(100) < ACL_PERCENT ? generator.acl() : generator.firewall();
      boolean matchesAll =
          rule.source().length() == 0
              && rule.destination().length() == 0
              && rule.destinationPorts().isAny();
      if (!matchesAll && !rules.contains(rule.inverted()) && rules.add(rule)) {
        ordered.add(rule);
      }
    }
    ordered.sort(Comparator.comparingDouble(FilterRule::scope));
    return List.copyOf(ordered);
  }

  private FilterRule acl() {
    AddressBlock source =
        switch (draw(55, 30, 10)) {
          case 0 -> site().within(32, random);
          case 1 -> site().within(24 + random.nextInt(8), random);
          case 2 -> site().within(16 + random.nextInt(8), random);
          default -> AddressBlock.ANY;
        };
    AddressBlock destination =
        switch (draw(60, 20, 15)) {
          case 0 -> server();
          case 1 -> prefix().within(28 + random.nextInt(4), random);
          case 2 -> prefix().within(25 + random.nextInt(3), random);
          default -> prefix();
        };
    PortRange port = destinationPort(draw(75, 10));
    int protocol =
        switch (draw(85, 10)) {
          case 0 -> FrameWriter.TCP;
          case 1 -> FrameWriter.UDP;
          default -> FilterRule.ANY_PROTOCOL;
        };
    return rule(source, destination, PortRange.ANY, port, protocol);
  }

  private FilterRule firewall() {
    AddressBlock source =
        switch (draw(30, 30, 10)) {
          case 0 -> AddressBlock.ANY;
          case 1 -> site().resized(8 + random.nextInt(16), random);
          case 2 -> site().within(24, random);
          default -> site().within(32, random);
        };
    AddressBlock destination =
        switch (draw(40, 30)) {
          case 0 -> server();
          case 1 -> prefix();
          default -> AddressBlock.ANY;
        };
    PortRange sourcePort =
        switch (draw(80, 15)) {
          case 0 -> PortRange.ANY;
          case 1 -> PortRange.HIGH;
          default -> PortRange.of(service());
        };
    PortRange port = destinationPort(draw(50, 20));
    int protocol =
        switch (draw(55, 30, 5)) {
          case 0 -> FrameWriter.TCP;
          case 1 -> FrameWriter.UDP;
          case 2 -> FrameWriter.ICMP;
          default -> FilterRule.ANY_PROTOCOL;
        };
    return rule(source, destination, sourcePort, port, protocol);
  }

  /** Only TCP and UDP have ports. */
  private FilterRule rule(
      AddressBlock source,
      AddressBlock destination,
      PortRange sourcePorts,
      PortRange destinationPorts,
      int protocol) {
    boolean ports = protocol == FrameWriter.TCP || protocol == FrameWriter.UDP;
    return new FilterRule(
        source,
        destination,
        ports ? sourcePorts : PortRange.ANY,
        ports ? destinationPorts : PortRange.ANY,
        protocol,
        random.nextInt(100) >= DROP_PERCENT);
  }

  private PortRange destinationPort(int kind) {
    return switch (kind) {
      case 0 -> PortRange.of(service());
      case 1 -> range();
      default -> PortRange.ANY;
    };
  }

  private PortRange range() {
    if (random.nextInt(3) == 0) {
      return PortRange.HIGH;
    }
    int first = 1 + random.nextInt(60_000);
    return new PortRange(first, first + 1 + random.nextInt(1 << 2 + random.nextInt(10)));
  }

  private int service() {
    double low = random.nextDouble();
    return SERVICES[(int) (low * low * SERVICES.length)];
  }

  private AddressBlock site() {
    return sites.get(random.nextInt(sites.size()));
  }

  private AddressBlock server() {
    return servers.get(random.nextInt(servers.size()));
  }

  private AddressBlock prefix() {
    return prefixes.get(random.nextInt(prefixes.size()));
  }

  /** Which of the shares, in percent; the number of shares for what is left over. */
  private int draw(int... percents) {
    int left = random.nextInt(100);
    int which = 0;
    while (which < percents.length && left >= percents[which]) {
      left -= percents[which++];
    }
    return which;
  }
}
