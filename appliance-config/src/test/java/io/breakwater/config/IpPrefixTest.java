package io.breakwater.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.breakwater.config.Port.InterfaceAddress;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpPrefixTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0/0",
        "128.0.0.0/1",
        "203.0.113.0/24",
        "203.0.113.7/32",
        "::/0",
        "8000::/1"
      })
  void shouldPrintWhatItRead(String text) {
    assertEquals(text, IpPrefix.parse(text).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.5/24, host bits are set in prefix 203.0.113.5/24: write 203.0.113.0/24",
    "2001:db8::1/64, host bits are set in prefix 2001:db8::1/64: write 2001:db8::/64",
    "2001:db8:0:1::/63, host bits are set in prefix 2001:db8:0:1::/63: write 2001:db8::/63",
    "203.0.113.0, prefix length is missing: 203.0.113.0 has no /length",
    "203.0.113.0/, prefix length must be 0..32: 203.0.113.0/",
    "203.0.113.0/33, prefix length must be 0..32: 203.0.113.0/33",
    "203.0.113.0/08, prefix length must be 0..32: 203.0.113.0/08",
    "203.0.113.0/24/25, prefix length must be 0..32: 203.0.113.0/24/25",
    "::/129, prefix length must be 0..128: ::/129",
    "x/8, not an IPv4 or IPv6 address: x",
  })
  void shouldSayWhyItIsNoPrefix(String text, String message) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> IpPrefix.parse(text)).getMessage());
  }

  /** Numbers of any size are the independent witness: a prefix is an interval. */
  @Test
  void shouldContainWhatIsInItsInterval() {
    long seed = 4632;
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      IpPrefix a = random(random);
      IpPrefix b = random(random);
      String message = "seed=" + seed + " i=" + i + " a=" + a + " b=" + b;
      boolean sameFamily = a.address().family() == b.address().family();
      boolean contains =
          sameFamily
              && number(a.address()).compareTo(number(b.address())) <= 0
              && number(a.last()).compareTo(number(b.last())) >= 0;
      boolean disjoint =
          !sameFamily
              || number(a.last()).compareTo(number(b.address())) < 0
              || number(b.last()).compareTo(number(a.address())) < 0;
      assertEquals(contains, a.contains(b), message);
      assertEquals(!disjoint, a.overlaps(b), message);
      assertEquals(
          sameFamily
              && number(a.address()).compareTo(number(b.address())) <= 0
              && number(a.last()).compareTo(number(b.address())) >= 0,
          a.contains(b.address()),
          message);
      int bits = a.address().family().bits();
      assertEquals(
          BigInteger.ONE.shiftLeft(bits - a.length()),
          number(a.last()).subtract(number(a.address())).add(BigInteger.ONE),
          message);
      assertEquals(a, IpPrefix.parse(a.toString()), message);
    }
  }

  @Test
  void shouldKeepTheHostOfAnOwnAddress() {
    InterfaceAddress own = InterfaceAddress.parse("192.0.2.2/24");
    assertEquals(IpAddress.parse("192.0.2.2"), own.address());
    assertEquals(IpPrefix.parse("192.0.2.0/24"), own.subnet());
    assertEquals("192.0.2.2/24", own.toString());
  }

  private static IpPrefix random(Random random) {
    byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
    bytes[0] = 10;
    for (int j = 1; j < bytes.length; j++) {
      bytes[j] = (byte) (random.nextInt(3) - 1);
    }
    return IpPrefix.of(IpAddress.of(bytes), random.nextInt(8 * bytes.length + 1));
  }

  private static BigInteger number(IpAddress address) {
    return new BigInteger(1, address.bytes());
  }
}
