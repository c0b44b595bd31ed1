package io.breakwater.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MacAddressTest {

  @Test
  void shouldReadAndPrint() {
    MacAddress mac = MacAddress.parse("02:00:5E:00:00:01");
    assertEquals(0x02005e000001L, mac.bits());
    assertEquals("02:00:5e:00:00:01", mac.toString());
    assertArrayEquals(new byte[] {2, 0, 0x5e, 0, 0, 1}, mac.bytes());
    assertEquals("ff:ff:ff:ff:ff:ff", new MacAddress(0xffff_ffff_ffffL).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "02:00:5e:00:00",
        "02:00:5e:00:00:01:02",
        "02-00-5e-00-00-01",
        "2:0:5e:0:0:1",
        "02005e000001",
        "02:00:5e:00:00:0g",
        " 02:00:5e:00:00:01"
      })
  void shouldRefuseWhatIsNoEthernetAddress(String text) {
    assertThrows(IllegalArgumentException.class, () -> MacAddress.parse(text));
  }

  @Test
  void shouldTellGroupAddresses() {
    assertTrue(MacAddress.parse("01:00:5e:00:00:01").isGroup());
    assertTrue(MacAddress.parse("ff:ff:ff:ff:ff:ff").isGroup());
    assertFalse(MacAddress.parse("02:00:00:00:00:01").isGroup());
  }

  @Test
  void shouldRefuseBitsThatDoNotFit() {
    assertThrows(IllegalArgumentException.class, () -> new MacAddress(1L << 48));
  }
}
