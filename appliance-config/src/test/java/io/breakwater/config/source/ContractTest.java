package io.breakwater.config.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Appliance;
import io.breakwater.config.Gateway;
import io.breakwater.config.IpAddress;
import io.breakwater.config.IpPrefix;
import io.breakwater.config.Journal;
import io.breakwater.config.Limits;
import io.breakwater.config.MacAddress;
import io.breakwater.config.Port;
import io.breakwater.config.Port.InterfaceAddress;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.config.Workers;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.protection.Protection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example files of the contract, word for word. */
class ContractTest {

  @TempDir Path directory;
  private ConfigurationDirectory files;
  private String acme;

  @BeforeEach
  void copyExamples() throws IOException {
    files = new ConfigurationDirectory(directory).main(resource("appliance.yaml"));
    acme = resource("tenants.d/acme.yaml");
    files.tenant("acme", acme).write("tenants.d/acme.nft", resource("tenants.d/acme.nft"));
  }

  @Test
  void shouldLoadTheFirewallToo() {
    Firewall firewall = files.load().tenants().get("acme").firewall().orElseThrow();

    assertEquals(
        List.of(
            "ip saddr @office accept",
            "ip daddr 203.0.113.100 tcp dport 20-21 accept",
            "ip daddr 203.0.113.100 drop"),
        firewall.rules().stream().map(Rule::text).toList());
  }

  @Test
  void shouldLoadAllElse() {
    files.tenant("acme", acme.replaceAll("(?m)^firewall:.*\n", ""));

    Appliance appliance = files.load();

    IpAddress endpoint = IpAddress.parse("198.51.100.1");
    Port uplink =
        new Port(
            "uplink",
            "0000:3b:00.0",
            1500,
            List.of(
                InterfaceAddress.parse("192.0.2.2/24"), InterfaceAddress.parse("2001:db8:1::2/64")),
            List.of(),
            List.of(
                new Gateway(
                    IpAddress.parse("192.0.2.1"),
                    Optional.empty(),
                    List.of(IpPrefix.parse("0.0.0.0/0"))),
                new Gateway(
                    IpAddress.parse("2001:db8:1::1"),
                    Optional.of(MacAddress.parse("02:00:5e:00:00:01")),
                    List.of(IpPrefix.parse("::/0")))));
    Tenant tenant =
        new Tenant(
            "acme",
            List.of(IpPrefix.parse("203.0.113.0/24"), IpPrefix.parse("2001:db8:acc::/48")),
            List.of(
                new Tunnel(
                    "chicago-1",
                    endpoint,
                    IpAddress.parse("192.0.2.200"),
                    10,
                    3,
                    OptionalLong.empty(),
                    OptionalInt.empty()),
                new Tunnel(
                    "chicago-2",
                    endpoint,
                    IpAddress.parse("192.0.2.201"),
                    10,
                    1,
                    OptionalLong.of(7),
                    OptionalInt.empty())),
            true,
            Optional.empty(),
            Optional.of(Protection.DEFAULT));
    assertEquals(
        new Appliance(
            "edge-1",
            new Workers(List.of(2, 3)),
            List.of(uplink),
            List.of(endpoint, IpAddress.parse("2001:db8:a::1")),
            Optional.of(directory.resolve("cookie.secret")),
            false,
            Limits.DEFAULT,
            Journal.DEFAULT,
            new TreeMap<>(Map.of("acme", tenant))),
        appliance);
  }

  @Test
  void shouldLoadTheSameTenantInline() {
    Appliance fromDirectory = files.load();
    String main = "tenants:\n  acme:\n" + acme.indent(4).replace("acme.nft", "tenants.d/acme.nft");
    files.main(resourceText().replaceAll("(?m)^tenants:.*\n", main));

    assertEquals(fromDirectory, files.load());
    assertTrue(files.problems().isEmpty());
  }

  private static String resourceText() {
    try {
      return resource("appliance.yaml");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ContractTest.class.getResourceAsStream("/contract/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
