package io.breakwater.workers.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.config.IpAddress;
import io.breakwater.config.IpAddress.Family;
import io.breakwater.config.IpPrefix;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The comparisons of the packet path against the prefixes that the configuration knows. */
class BogonsTest {

  private static void check(IpAddress address) {
    boolean expected = io.breakwater.config.Bogons.contains(address);
    boolean found =
        address.isIpv6() ? Bogons.contains(address.high()) : Bogons.contains((int) address.low());
    assertEquals(expected, found, address::toString);
  }

  private static IpAddress ipv4(long low) {
    return new IpAddress(Family.IPV4, 0, low & 0xffff_ffffL);
  }

  @Test
  void shouldBeginAndEndWithThePrefixes() {
    for (IpPrefix prefix : io.breakwater.config.Bogons.PREFIXES) {
      IpAddress first = prefix.address();
      IpAddress last = prefix.last();
      check(first);
      check(last);
      if (first.isIpv6()) {
        check(new IpAddress(Family.IPV6, first.high() - 1, -1));
        check(new IpAddress(Family.IPV6, last.high() + 1, 0));
      } else {
        check(ipv4(first.low() - 1));
        check(ipv4(last.low() + 1));
      }
    }
  }

  /** Of IPv4 every /24, which no prefix is longer than. */
  @Test
  void shouldBeTheSameEverywhere() {
    for (long address = 0; address <= 0xffff_ffffL; address += 256) {
      check(ipv4(address));
    }
    Random random = new Random(1);
    for (int n = 0; n < 100_000; n++) {
      check(new IpAddress(Family.IPV6, random.nextLong(), random.nextLong()));
    }
  }
}
