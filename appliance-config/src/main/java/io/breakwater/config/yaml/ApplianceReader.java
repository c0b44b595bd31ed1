package io.breakwater.config.yaml;

import io.breakwater.config.Appliance;
import io.breakwater.config.FirewallLimits;
import io.breakwater.config.HostLimits;
import io.breakwater.config.IpAddress;
import io.breakwater.config.Journal;
import io.breakwater.config.Limits;
import io.breakwater.config.Port;
import io.breakwater.config.Tenant;
import io.breakwater.config.Workers;
import io.breakwater.config.Workers.Distribution;
import io.breakwater.config.text.Problems;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the main file, with the tenants that stand in it.
 *
 * <p>Rules that need the tenants, or more than one of them, are not checked here but in {@code
 * io.breakwater.config.source}.
 */
public final class ApplianceReader {

  private static final int PORTS_MAX = 32;
  private static final int ENDPOINTS_MAX = 64;
  private static final int CORES_MAX = 128;
  private static final int CORE_MAX = 1_023;
  private static final long FIREWALL_MIN_BYTES = 1L << 20;
  private static final long FIREWALL_MAX_BYTES = 1L << 40;
  private static final long JOURNAL_MIN_BYTES = 16L << 20;
  private static final long JOURNAL_MAX_BYTES = 1L << 40;

  private final Reading reading;

  private ApplianceReader(Reading reading) {
    this.reading = reading;
  }

  /** Reads {@code main}; empty if it is not a mapping at all. */
  public static Optional<MainFile> read(Path main, Problems problems, Positions positions) {
    Reading reading = new Reading(main, problems, positions);
    return ConfigurationText.read(reading)
        .flatMap(root -> {
          ApplianceReader reader = new ApplianceReader(reading);
          return new YamlValue("configuration", root, reading).mapping(reader::main);
        });
  }

  private Optional<MainFile> main(YamlMapping mapping) {
    String name = mapping.required("appliance").flatMap(Name::read).orElse("");
    Workers workers = mapping.section("workers", this::workers, Workers.AUTO);
    PortReader portReader = new PortReader(reading);
    List<Port> ports = mapping.requiredList("ports", 1, PORTS_MAX, portReader::read);
    int problemsBefore = reading.problems().count();
    List<IpAddress> endpoints = mapping.section("anycast", this::endpoints, List.of());
    boolean endpointsComplete = reading.problems().count() == problemsBefore;
    Optional<Path> secret = mapping.section("syn-cookies", this::secret, Optional.empty());
    boolean bogonsDropped = mapping.value("bogons").flatMap(this::bogons).orElse(false);
    Limits limits = mapping.section("limits", this::limits, Limits.DEFAULT);
    HostLimits hostLimits = mapping.section("host-limits", this::hostLimits, HostLimits.DEFAULT);
    FirewallLimits firewallLimits =
        mapping.section("firewall-limits", this::firewallLimits, FirewallLimits.DEFAULT);
    Journal journal = mapping.section("journal", this::journal, Journal.DEFAULT);
    Optional<YamlValue> tenants = mapping.required("tenants");
    SortedMap<String, Tenant> inline =
        tenants.filter(YamlValue::isMapping).flatMap(this::inline).orElseGet(TreeMap::new);
    Optional<Path> directory =
        tenants.filter(value -> !value.isMapping()).flatMap(this::tenantsDirectory);
    Appliance appliance =
        new Appliance(
            name,
            workers,
            ports,
            endpoints,
            secret,
            bogonsDropped,
            limits,
            hostLimits,
            firewallLimits,
            journal,
            inline);
    return Optional.of(
        new MainFile(reading.file(), mapping.noted(appliance), directory, endpointsComplete));
  }

  private Workers workers(YamlMapping mapping) {
    Unique<Integer> unique = new Unique<>("core");
    List<Integer> cores =
        mapping
            .value("cores")
            .filter(value -> !value.isText("auto"))
            .map(value -> value.each(1, CORES_MAX, item -> core(item, unique)))
            .orElse(List.of());
    Distribution distribution =
        mapping
            .value("distribution")
            .flatMap(ApplianceReader::distribution)
            .orElse(Distribution.AUTO);
    return mapping.noted(new Workers(cores, distribution));
  }

  private static Optional<Distribution> distribution(YamlValue value) {
    for (Distribution distribution : Distribution.values()) {
      if (value.isText(distribution.toString())) {
        return Optional.of(distribution);
      }
    }
    return value.wrongType("auto, rss or software");
  }

  private static Optional<Integer> core(YamlValue item, Unique<Integer> unique) {
    return item.integer(0, CORE_MAX).flatMap(core -> unique.add(core, item));
  }

  private List<IpAddress> endpoints(YamlMapping mapping) {
    Unique<IpAddress> unique = new Unique<>("endpoint");
    return mapping.requiredList(
        "endpoints",
        1,
        ENDPOINTS_MAX,
        item -> item.parsed(Addresses::host).flatMap(address -> unique.add(address, item)));
  }

  private Optional<Path> secret(YamlMapping mapping) {
    return mapping.required("secret").flatMap(reading::path);
  }

  private Optional<Boolean> bogons(YamlValue value) {
    if (value.isText("drop")) {
      return Optional.of(true);
    }
    return value.isText("pass") ? Optional.of(false) : value.wrongType("pass or drop");
  }

  private Limits limits(YamlMapping mapping) {
    Limits defaults = Limits.DEFAULT;
    Limits limits =
        new Limits(
            limit(mapping, "tenants", 1, 65_536, defaults.tenants()),
            limit(mapping, "tunnels", 1, 262_144, defaults.tunnels()),
            limit(mapping, "prefixes", 1, 4_194_304, defaults.prefixes()),
            limit(mapping, "neighbours", 16, 65_536, defaults.neighbours()),
            limit(mapping, "packets", 1_024, 4_194_304, defaults.packets()));
    return mapping.noted(limits);
  }

  private static int limit(YamlMapping mapping, String key, int min, int max, int byDefault) {
    return mapping.integer(key, min, max).orElse(byDefault);
  }

  private HostLimits hostLimits(YamlMapping mapping) {
    HostLimits defaults = HostLimits.DEFAULT;
    HostLimits limits =
        new HostLimits(
            rate(mapping, "control", defaults.control()),
            rate(mapping, "control-new", defaults.controlNew()),
            rate(mapping, "management", defaults.management()),
            rate(mapping, "management-new", defaults.managementNew()),
            rate(mapping, "icmp", defaults.icmp()),
            rate(mapping, "neighbour", defaults.neighbour()),
            rate(mapping, "other", defaults.other()));
    return mapping.noted(limits);
  }

  private static int rate(YamlMapping mapping, String key, int byDefault) {
    return mapping.value(key).flatMap(value -> value.parsed(Rate::parse)).orElse(byDefault);
  }

  private FirewallLimits firewallLimits(YamlMapping mapping) {
    FirewallLimits defaults = FirewallLimits.DEFAULT;
    long memoryBytes =
        mapping
            .value("memory")
            .flatMap(value ->
                value.parsed(text -> ByteSize.parse(text, FIREWALL_MIN_BYTES, FIREWALL_MAX_BYTES)))
            .orElse(defaults.memoryBytes());
    return mapping.noted(
        new FirewallLimits(
            limit(mapping, "rules", 1, 100_000, defaults.rules()),
            limit(mapping, "elements", 1, 100_000_000, defaults.elements()),
            memoryBytes,
            limit(mapping, "cycles", 1_000, 100_000_000, defaults.cycles())));
  }

  private Journal journal(YamlMapping mapping) {
    Optional<Path> directory = mapping.value("directory").flatMap(reading::path);
    long sizeMaxBytes =
        mapping
            .value("size")
            .flatMap(value ->
                value.parsed(text -> ByteSize.parse(text, JOURNAL_MIN_BYTES, JOURNAL_MAX_BYTES)))
            .orElse(Journal.DEFAULT.sizeMaxBytes());
    return mapping.noted(new Journal(directory, sizeMaxBytes));
  }

  private Optional<Path> tenantsDirectory(YamlValue value) {
    return value.isText()
        ? reading.path(value)
        : value.wrongType("a directory or a mapping of tenants");
  }

  private Optional<SortedMap<String, Tenant>> inline(YamlValue value) {
    return value.mapping(mapping -> {
      SortedMap<String, Tenant> tenants = new TreeMap<>();
      mapping
          .namedValues()
          .forEach((name, tenant) -> {
            boolean named = Name.check(name, mapping.positionOfKey(name), reading.problems());
            TenantReader.read(name, tenant)
                .filter(draft -> named)
                .ifPresent(draft -> tenants.put(name, draft));
          });
      return Optional.of(tenants);
    });
  }
}
