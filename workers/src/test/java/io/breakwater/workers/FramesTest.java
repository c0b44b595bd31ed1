package io.breakwater.workers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The test kit against vectors that it did not make itself. */
class FramesTest {

  private static final String SCAPY_UDP =
      "0200000000020200000000018100000708004500001f1234000040117c63c0000201c633640203e8"
          + "0035000b4b21616263";

  private static final String SCAPY_GRE =
      "02000000000202000000000108004500004d12340000402f7c17c0000201c6336402200086dd0000"
          + "00076000000000093a4020010db800000000000000000000000120010db800000000000000000000"
          + "00028000ac430001000278";

  @Test
  void shouldComputeTheChecksumOfRfc1071Section3() {
    assertEquals(~0xddf2 & 0xffff, Frames.checksum(Frames.hex("0001 f203 f4f5 f6f7")));
  }

  @Test
  void shouldBuildUdpInIpv4AsScapyDoes() {
    byte[] frame =
        Frames.ethernet("02:00:00:00:00:02", "02:00:00:00:00:01")
            .vlan(7)
            .ipv4("192.0.2.1", "198.51.100.2")
            .udp(1000, 53)
            .payload("61 62 63")
            .bytes();
    assertEquals(SCAPY_UDP, Frames.hex(frame));
    assertTrue(Frames.ipv4ChecksumHolds(frame, 18));
  }

  @Test
  void shouldBuildIcmpv6InGreAsScapyDoes() {
    byte[] frame =
        Frames.ethernet("02:00:00:00:00:02", "02:00:00:00:00:01")
            .ipv4("192.0.2.1", "198.51.100.2")
            .gre(7)
            .ipv6("2001:db8::1", "2001:db8::2")
            .icmpv6(128, 0, 0x00010002)
            .payload("78")
            .bytes();
    assertEquals(SCAPY_GRE, Frames.hex(frame));
    assertTrue(Frames.upperChecksumHolds(frame, 42));
  }
}
