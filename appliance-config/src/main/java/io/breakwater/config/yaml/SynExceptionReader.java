package io.breakwater.config.yaml;

import io.breakwater.config.IpPrefix;
import io.breakwater.config.protection.SynFlood;
import io.breakwater.config.protection.SynFlood.Mode;
import io.breakwater.config.protection.SynFlood.PortRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the exceptions of one SYN guard, in their order, so that it sees which of them others leave
 * nothing to.
 */
final class SynExceptionReader {

  private static final int PORTS_MAX = 16;
  private static final int PORT_MAX = 65_535;
  private static final Pattern RANGE = Pattern.compile("([1-9][0-9]{0,4})-([1-9][0-9]{0,4})");

  private final TenantFacts tenant;
  private final SynExceptionOrder order;

  SynExceptionReader(TenantFacts tenant) {
    this.tenant = tenant;
    this.order = new SynExceptionOrder(tenant);
  }

  Optional<SynFlood.Exception> read(YamlValue item) {
    int problemsBefore = item.reading().problems().count();
    Optional<SynFlood.Exception> exception = item.mapping(mapping -> exception(item, mapping));
    if (item.reading().problems().count() != problemsBefore) {
      return Optional.empty();
    }
    exception.ifPresent(read -> order.add(read, item));
    return exception;
  }

  private Optional<SynFlood.Exception> exception(YamlValue item, YamlMapping mapping) {
    Optional<YamlValue> prefixWritten = mapping.value("prefix");
    Optional<IpPrefix> prefix = prefixWritten.flatMap(this::prefix);
    boolean portsWritten = mapping.value("ports").isPresent();
    List<PortRange> earlier = new ArrayList<>();
    List<PortRange> ports =
        mapping.list("ports", 1, PORTS_MAX, port -> SynExceptionReader.ports(port, earlier));
    Optional<Mode> mode =
        mapping.required("mode").flatMap(value -> SynFloodReader.mode(value, tenant));
    if (prefixWritten.isEmpty() && !portsWritten) {
      item.problem("an exception has a prefix, ports, or both; for all else there is mode");
    }
    return mode.map(found -> mapping.noted(new SynFlood.Exception(prefix, ports, found)));
  }

  private Optional<IpPrefix> prefix(YamlValue value) {
    Optional<IpPrefix> prefix = value.parsed(IpPrefix::parse);
    if (prefix.isPresent() && !tenant.mayHave(prefix.get())) {
      value.problem("must be inside one of the tenant's prefixes: " + prefix.get());
    }
    return prefix;
  }

  /** A port, or a range of them, of which {@code earlier} had none. */
  private static Optional<PortRange> ports(YamlValue value, List<PortRange> earlier) {
    Optional<PortRange> ports =
        value.isText()
            ? value.parsed(SynExceptionReader::range)
            : value.integer(1, PORT_MAX).map(port -> new PortRange(port, port));
    ports.ifPresent(range -> {
      earlier.stream()
          .filter(other -> range.first() <= other.last() && other.first() <= range.last())
          .findFirst()
          .ifPresent(other -> value.problem(text(range) + " overlaps " + text(other)));
      earlier.add(range);
    });
    return ports;
  }

  private static PortRange range(String text) {
    Matcher matcher = RANGE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "must be an integer in 1.." + PORT_MAX + ", or a range such as 6667-6669: " + text);
    }
    PortRange range =
        new PortRange(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    if (range.last() > PORT_MAX) {
      throw new IllegalArgumentException("ports are 1.." + PORT_MAX + ": " + text);
    }
    if (range.first() > range.last()) {
      throw new IllegalArgumentException(
          "the range is reversed: %s: write %d-%d".formatted(text, range.last(), range.first()));
    }
    return range;
  }

  private static String text(PortRange range) {
    return range.first() == range.last() ? "" + range.first() : range.first() + "-" + range.last();
  }
}
