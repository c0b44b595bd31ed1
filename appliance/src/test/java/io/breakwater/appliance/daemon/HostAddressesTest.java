package io.breakwater.appliance.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.config.Appliance;
import io.breakwater.config.HostInterface;
import io.breakwater.config.IpAddress;
import io.breakwater.config.Journal;
import io.breakwater.config.Limits;
import io.breakwater.config.Port;
import io.breakwater.config.Port.InterfaceAddress;
import io.breakwater.config.Workers;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HostAddressesTest {

  private static final long MAC = 0x02_00_00_00_00_02L;
  private static final String LINK_LOCAL = "fe80::ff:fe00:2/64";

  private static Set<String> addresses(boolean endpoints, String... addresses) {
    Port port =
        new Port(
            "uplink",
            "net_null0",
            1_500,
            Stream.of(addresses).map(InterfaceAddress::parse).toList(),
            List.of(),
            List.of(),
            Optional.of(new HostInterface("bw0", endpoints)));
    Appliance appliance =
        new Appliance(
            "edge-1",
            Workers.AUTO,
            List.of(port),
            List.of(IpAddress.parse("198.51.100.1"), IpAddress.parse("2001:db8:a::1")),
            Optional.empty(),
            false,
            Limits.DEFAULT,
            Journal.DEFAULT,
            new TreeMap<>());
    return HostAddresses.of(appliance, port, MAC);
  }

  private static Set<String> set(String... addresses) {
    return new LinkedHashSet<>(List.of(addresses));
  }

  @Test
  void shouldHaveThePortsAddressesAndTheLinkLocalOneOfItsMac() {
    assertEquals(
        List.of("192.0.2.2/24", "2001:db8:1::2/64", LINK_LOCAL),
        List.copyOf(addresses(false, "192.0.2.2/24", "2001:db8:1::2/64")));
    assertEquals(List.of(LINK_LOCAL), List.copyOf(addresses(false)));
  }

  @Test
  void shouldHaveEndpointsAsHostsWhereTheyAreWanted() {
    assertEquals(
        List.of("192.0.2.2/24", LINK_LOCAL, "198.51.100.1/32", "2001:db8:a::1/128"),
        List.copyOf(addresses(true, "192.0.2.2/24")));
  }

  @Test
  void shouldAddWithoutDuplicateAddressDetection() {
    assertEquals(
        List.of(
            "address replace 192.0.2.2/24 dev bw0",
            "address replace " + LINK_LOCAL + " dev bw0 nodad"),
        HostAddresses.change("bw0", set(), set("192.0.2.2/24", LINK_LOCAL)));
  }

  @Test
  void shouldPutWhatStaysThereAgainAfterWhatIsRemoved() {
    assertEquals(
        List.of(
            "address delete 192.0.2.2/24 dev bw0",
            "address replace 192.0.2.3/24 dev bw0",
            "address replace 192.0.2.4/24 dev bw0"),
        HostAddresses.change(
            "bw0", set("192.0.2.2/24", "192.0.2.3/24"), set("192.0.2.3/24", "192.0.2.4/24")));
  }

  @Test
  void shouldDoNothingWhereNothingDiffers() {
    assertEquals(List.of(), HostAddresses.change("bw0", set("192.0.2.2/24"), set("192.0.2.2/24")));
  }
}
