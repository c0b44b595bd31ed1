package io.breakwater.config.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.IpAddress;
import io.breakwater.config.IpPrefix;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An exception is refused if and only if none of its addresses and ports is left to it: against
 * each address and port counted out, in tenants so small that they can be.
 */
class SynExceptionPropertyTest {

  private static final int ROUNDS = 2_000;

  /** Addresses of both prefixes together; of ports, all but these fit alike. */
  private static final int ADDRESSES = 12;

  private static final int PORTS = 6;

  private static final List<IpPrefix> PREFIXES =
      List.of(IpPrefix.parse("203.0.113.0/29"), IpPrefix.parse("2001:db8::/126"));

  /** Ranges by the first and the last port of them. */
  private record Exception(IpPrefix prefix, List<int[]> ports) {

    boolean fits(IpAddress address, int port) {
      return (prefix == null || prefix.contains(address))
          && (ports.isEmpty()
              || ports.stream().anyMatch(range -> range[0] <= port && port <= range[1]));
    }

    String yaml() {
      List<String> keys = new ArrayList<>();
      if (prefix != null) {
        keys.add("prefix: \"" + prefix + "\"");
      }
      if (!ports.isEmpty()) {
        keys.add(
            "ports: "
                + ports.stream()
                    .map(range -> range[0] == range[1] ? "" + range[0] : range[0] + "-" + range[1])
                    .toList());
      }
      keys.add("mode: off");
      return "    - {" + String.join(", ", keys) + "}\n";
    }
  }

  @TempDir Path directory;

  @Test
  void shouldRefuseExactlyTheExceptionsThatOthersLeaveNothingTo() {
    ConfigurationDirectory files =
        new ConfigurationDirectory(directory)
            .main(ConfigurationDirectory.MAIN + "syn-cookies: {secret: s}\n");
    int refused = 0;
    int accepted = 0;
    for (long seed = 0; seed < ROUNDS; seed++) {
      List<Exception> exceptions = exceptions(new Random(seed));
      StringBuilder text =
          new StringBuilder(
              "prefixes: [203.0.113.0/29, \"2001:db8::/126\"]\n"
                  + "tunnels: [{name: a, local: 198.51.100.1, remote: 10.1.0.1}]\n"
                  + "protection:\n  syn-flood:\n   exceptions:\n");
      exceptions.forEach(exception -> text.append(exception.yaml()));
      files.tenant("acme", text.toString());

      List<Integer> found =
          files.problems().stream()
              .peek(problem -> assertTrue(problem.contains("can never match"), problem))
              .map(problem -> Integer.parseInt(problem.split(":")[1]) - 6)
              .toList();

      List<Integer> expected =
          IntStream.range(0, exceptions.size())
              .filter(i -> !isLeftSomething(exceptions, i))
              .boxed()
              .toList();
      assertEquals(expected, found, () -> "\n" + text);
      refused += expected.size();
      accepted += exceptions.size() - expected.size();
    }
    assertTrue(refused > ROUNDS / 4, "refused=" + refused);
    assertTrue(accepted > ROUNDS, "accepted=" + accepted);
  }

  private static boolean isLeftSomething(List<Exception> exceptions, int index) {
    for (int i = 0; i < ADDRESSES; i++) {
      IpAddress address =
          i < 8 ? IpAddress.ipv4(0xcb00_7100 | i) : IpAddress.ipv6(0x2001_0db8_0000_0000L, i - 8);
      for (int port : new int[] {1, 2, 3, 4, 5, PORTS, 65_535}) {
        IpAddress to = address;
        boolean first =
            exceptions.get(index).fits(to, port)
                && exceptions.subList(0, index).stream().noneMatch(e -> e.fits(to, port));
        if (first) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<Exception> exceptions(Random random) {
    return IntStream.range(0, 1 + random.nextInt(8)).mapToObj(i -> exception(random)).toList();
  }

  private static Exception exception(Random random) {
    IpPrefix prefix = random.nextInt(4) == 0 ? null : prefix(random);
    List<int[]> ports = new ArrayList<>();
    int from = 1;
    while (random.nextBoolean() && from <= PORTS || prefix == null && ports.isEmpty()) {
      int first = from + random.nextInt(PORTS + 1 - from);
      int last = random.nextInt(3) == 0 ? 65_535 : first + random.nextInt(PORTS + 1 - first);
      ports.add(new int[] {first, last});
      from = last + 1;
    }
    return new Exception(prefix, ports);
  }

  private static IpPrefix prefix(Random random) {
    IpPrefix tenants = PREFIXES.get(random.nextInt(2));
    int bits = tenants.address().family().bits();
    int length = tenants.length() + random.nextInt(bits - tenants.length() + 1);
    IpAddress address =
        tenants.address().isIpv4()
            ? IpAddress.ipv4(0xcb00_7100 | random.nextInt(8))
            : IpAddress.ipv6(0x2001_0db8_0000_0000L, random.nextInt(4));
    return IpPrefix.of(address, length);
  }
}
