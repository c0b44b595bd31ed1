package io.breakwater.appliance.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlowTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcp 198.51.100.7:1234 203.0.113.9:443",
        "udp [2001:db8::7]:65535 [2001:db8::9]:0",
        "icmp 198.51.100.7 203.0.113.9",
        "icmp 2001:db8::7 2001:db8::9",
        "132 198.51.100.7 203.0.113.9",
        "gre 192.0.2.200 198.51.100.1 tcp 203.0.113.9:443 198.51.100.7:1234",
        "gre 192.0.2.200 198.51.100.1 key 4294967295 icmp 2001:db8::9 2001:db8::7",
        "gre 2001:db8:7::1 2001:db8:a::1 udp 203.0.113.9:53 198.51.100.7:1234"
      })
  void shouldReadWhatItWrites(String text) {
    assertEquals(text, FlowText.parse(text).toString());
  }

  @Test
  void shouldReadPortsInTheOrderOfTheWire() {
    FlowText flow = FlowText.parse("  tcp 198.51.100.7:40000   203.0.113.9:443 ");
    assertEquals(40_000 << 16 | 443, flow.ports());
    assertEquals(6, flow.protocol());
    assertEquals(58, FlowText.parse("icmp [2001:db8::7] 2001:db8::9").protocol());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                         | expected tcp, udp, icmp or the number of a protocol at the end of the text
          tcp 198.51.100.7:1234                      | expected a destination at the end of the text
          tcp 198.51.100.7 203.0.113.9               | must be ADDRESS:PORT or [IPV6]:PORT: 198.51.100.7
          tcp 2001:db8::7:1 [2001:db8::9]:1          | must be ADDRESS:PORT or [IPV6]:PORT: 2001:db8::7:1
          tcp 198.51.100.7:70000 203.0.113.9:1       | must be an integer in 0..65535: 70000
          tcp 198.51.100.7:1 [2001:db8::9]:1         | both addresses must be of one family: 198.51.100.7 2001:db8::9
          sctp 198.51.100.7 203.0.113.9              | must be an integer in 0..255: sctp
          6 198.51.100.7 203.0.113.9                 | TCP and UDP have ports: name them tcp and udp: 6
          icmp 198.51.100.7 203.0.113.9 8            | nothing may follow a flow: 8
          gre 192.0.2.200 198.51.100.1 key x icmp a b | must be an integer in 0..4294967295: x
          gre 192.0.2.200 2001:db8::1 icmp a b       | both addresses must be of one family: 192.0.2.200 2001:db8::1
          """)
  void shouldSayWhatIsWrong(String text, String message) {
    var e = assertThrows(IllegalArgumentException.class, () -> FlowText.parse(text));
    assertEquals(message, e.getMessage());
  }

  @Test
  void shouldRefuseWhatIsNoAddress() {
    assertThrows(
        IllegalArgumentException.class, () -> FlowText.parse("icmp 198.51.100.777 203.0.113.9"));
  }
}
