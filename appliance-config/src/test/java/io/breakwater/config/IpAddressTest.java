package io.breakwater.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

  /** Text in, text out: RFC 4291 section 2.2 and the rules of RFC 5952 section 4. */
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 0.0.0.0",
    "192.0.2.1, 192.0.2.1",
    "255.255.255.255, 255.255.255.255",
    "::, ::",
    "::1, ::1",
    "1::, 1::",
    "2001:DB8::1, 2001:db8::1",
    "2001:0db8::0001, 2001:db8::1",
    "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:db8::1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    "::ffff:192.0.2.1, ::ffff:192.0.2.1",
    "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
    "1:2:3:4:5:6:192.0.2.1, 1:2:3:4:5:6:c000:201",
  })
  void shouldReadAnyFormAndPrintTheCanonicalOne(String text, String canonical) {
    assertEquals(canonical, IpAddress.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.",
        ".1.2.3",
        "1..2.3",
        "01.2.3.4",
        "1.2.3.04",
        "256.1.1.1",
        "1.2.3.1000",
        "-1.2.3.4",
        "1.2.3.4 ",
        " 1.2.3.4",
        "0x1.2.3.4",
        "1.2.3.4/32",
        ":",
        ":::",
        "1:::2",
        "::1::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        "1:2:3:4::5:6:7:8",
        ":1::2",
        "1::2:",
        ":1:2:3:4:5:6:7",
        "12345::",
        "g::",
        "fe80::1%eth0",
        "[::1]",
        "1.2.3.4::",
        "::1.2.3.4:5",
        "::1.2.3",
        "::1.2.3.256",
        "1:2:3:4:5:6:7:1.2.3.4",
        "localhost",
        "\u0661.2.3.4",
        "\uff11::",
        "+1::",
        "::-1"
      })
  void shouldRefuseWhatIsNoAddress(String text) {
    assertThrows(IllegalArgumentException.class, () -> IpAddress.parse(text));
  }

  /** The JDK's reader is the independent witness; it reads the bytes that we wrote as text. */
  @Test
  void shouldPrintWhatTheJdkReadsBack() throws UnknownHostException {
    long seed = 5952;
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
      for (int j = 0; j < bytes.length; j++) {
        bytes[j] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : 0);
      }
      IpAddress address = IpAddress.of(bytes);
      String message = "seed=" + seed + " i=" + i + " address=" + address;
      assertArrayEquals(bytes, address.bytes(), message);
      assertEquals(address, IpAddress.parse(address.toString()), message);
      assertEquals(
          InetAddress.getByAddress(bytes), InetAddress.getByName(address.toString()), message);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, true",
    "0.1.2.3, false",
    "127.0.0.1, false",
    "223.255.255.255, true",
    "224.0.0.1, false",
    "240.0.0.1, false",
    "255.255.255.255, false",
    "2001:db8::1, true",
    "fe80::1, true",
    "::, false",
    "::1, false",
    "ff02::1, false",
    "::ffff:10.0.0.1, false",
    "::10.0.0.1, false",
    "64:ff9b::1, true"
  })
  void shouldTellUnicast(String text, boolean unicast) {
    assertEquals(unicast, IpAddress.parse(text).isUnicast());
  }

  @ParameterizedTest
  @CsvSource({
    "169.254.0.1, true",
    "169.253.255.255, false",
    "fe80::1, true",
    "febf:ffff::, true",
    "fec0::, false"
  })
  void shouldTellLinkLocal(String text, boolean linkLocal) {
    assertEquals(linkLocal, IpAddress.parse(text).isLinkLocal());
  }

  @Test
  void shouldOrderUnsigned() {
    String[] ascending = {"0.0.0.0", "127.0.0.1", "200.0.0.0", "::1", "7fff::", "8000::", "ffff::"};
    for (int i = 1; i < ascending.length; i++) {
      IpAddress before = IpAddress.parse(ascending[i - 1]);
      IpAddress after = IpAddress.parse(ascending[i]);
      assertTrue(before.compareTo(after) < 0, ascending[i]);
      assertTrue(after.compareTo(before) > 0, ascending[i]);
    }
  }

  @Test
  void shouldRefuseBytesThatAreNoAddress() {
    assertThrows(IllegalArgumentException.class, () -> IpAddress.of(new byte[5]));
    assertThrows(
        IllegalArgumentException.class,
        () -> new IpAddress(IpAddress.Family.IPV4, 0, 0x1_0000_0000L));
  }
}
