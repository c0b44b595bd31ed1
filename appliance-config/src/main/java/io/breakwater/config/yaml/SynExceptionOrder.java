package io.breakwater.config.yaml;

import io.breakwater.config.IpPrefix;
import io.breakwater.config.protection.SynFlood;
import io.breakwater.config.protection.SynFlood.PortRange;
import io.breakwater.config.text.Position;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Finds exceptions of a SYN guard that can never match, since for each of their addresses and ports
 * another one comes first.
 *
 * <p>Exact: a prefix that no earlier exception covers whole is halved as long as there are earlier
 * ones inside it. Cost: a few halvings for each earlier exception, since the first part that is
 * left over ends it.
 */
final class SynExceptionOrder {

  private static final int PORTS = 1 << 16;

  private record Earlier(SynFlood.Exception exception, Position position) {

    boolean decidesAllOf(IpPrefix prefix) {
      return exception.prefix().isEmpty() || exception.prefix().get().contains(prefix);
    }

    boolean isInside(IpPrefix prefix) {
      return exception.prefix().filter(prefix::contains).isPresent() && !decidesAllOf(prefix);
    }

    boolean covers(SynFlood.Exception later) {
      boolean addresses =
          exception.prefix().isEmpty()
              || later.prefix().filter(exception.prefix().get()::contains).isPresent();
      return addresses && isWithin(later.ports(), List.of(this));
    }
  }

  private final TenantFacts tenant;
  private final List<Earlier> earlier = new ArrayList<>();

  SynExceptionOrder(TenantFacts tenant) {
    this.tenant = tenant;
  }

  void add(SynFlood.Exception exception, YamlValue written) {
    earlier.stream()
        .filter(first -> first.covers(exception))
        .findFirst()
        .ifPresentOrElse(
            first ->
                written.problem(
                    "can never match: the exception at " + first.position + " comes first"),
            () -> {
              if (isCovered(exception)) {
                written.problem("can never match: the exceptions before it cover all of it");
              }
            });
    earlier.add(new Earlier(exception, written.position()));
  }

  private boolean isCovered(SynFlood.Exception exception) {
    List<PortRange> ports = exception.ports();
    if (exception.prefix().isPresent()) {
      return isCovered(exception.prefix().get(), ports);
    }
    List<Earlier> everywhere =
        earlier.stream().filter(first -> first.exception.prefix().isEmpty()).toList();
    // An exception is inside one prefix of the tenant: of more prefixes one is left over.
    return isWithin(ports, everywhere)
        || tenant.prefixesComplete()
            && tenant.prefixes().size() <= earlier.size()
            && tenant.prefixes().stream().allMatch(prefix -> isCovered(prefix, ports));
  }

  private boolean isCovered(IpPrefix prefix, List<PortRange> ports) {
    List<Earlier> whole = earlier.stream().filter(first -> first.decidesAllOf(prefix)).toList();
    if (isWithin(ports, whole)) {
      return true;
    }
    if (earlier.stream().noneMatch(first -> first.isInside(prefix))) {
      return false;
    }
    int length = prefix.length() + 1;
    return isCovered(IpPrefix.of(prefix.address(), length), ports)
        && isCovered(IpPrefix.of(prefix.last(), length), ports);
  }

  /** Whether those decide all of the ports. */
  private static boolean isWithin(List<PortRange> ports, List<Earlier> deciding) {
    BitSet left = bits(ports);
    deciding.forEach(first -> left.andNot(bits(first.exception.ports())));
    return left.isEmpty();
  }

  private static BitSet bits(List<PortRange> ports) {
    BitSet bits = new BitSet(PORTS);
    if (ports.isEmpty()) {
      bits.set(1, PORTS);
    }
    ports.forEach(range -> bits.set(range.first(), range.last() + 1));
    return bits;
  }
}
